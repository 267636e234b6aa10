"""Every error the core raises, in one tree.

HoldfastError
├── Refused                 the caller's fault or a rule: reported, and nothing was changed
│   ├── InvalidInput        the shape of what was given is wrong
│   ├── NotAllowed          the rule of who may do it says no
│   ├── NotFound            no such incident, decision, receipt or policy
│   └── Conflict            it contradicts what already stands
├── Unavailable             a part we stand on does not answer: the same call may succeed later
└── Fatal                   the state is unknown or contradictory: stop, reload, verify
    ├── ContentDamaged      stored bytes do not hash to the name that they are kept under
    ├── EvidenceConflict    an entry id was used again with other bytes
    ├── LogContradiction    the evidence log is not as the last checkpoint left it
    └── StackError          a part of the platform cannot be started here
"""

from __future__ import annotations

__all__ = [
    "Conflict",
    "ContentDamaged",
    "EvidenceConflict",
    "Fatal",
    "HoldfastError",
    "InvalidInput",
    "LogContradiction",
    "NotAllowed",
    "NotFound",
    "Refused",
    "StackError",
    "Unavailable",
]


class HoldfastError(Exception):
    """The base of all errors of Holdfast: a stable code, and one sentence with the values in it."""

    code = "error"

    def __init__(self, message: str, **fields: object) -> None:
        """Take the sentence and the values, by name, that the edges report."""
        super().__init__(message)
        self.message = message
        self.fields = fields


class Refused(HoldfastError):
    """The caller's fault or a rule: reported, and nothing was changed."""

    code = "refused"


class InvalidInput(Refused):
    """The shape of what was given is wrong."""

    code = "invalid_input"


class NotAllowed(Refused):
    """The rule of who may do it says no."""

    code = "not_allowed"


class NotFound(Refused):
    """No such incident, decision, receipt or policy."""

    code = "not_found"


class Conflict(Refused):
    """It contradicts what already stands."""

    code = "conflict"


class Unavailable(HoldfastError):
    """A part that we stand on does not answer; the same call may succeed later."""

    code = "unavailable"


class Fatal(HoldfastError):
    """The state is unknown or contradictory: stop, reload, verify."""

    code = "fatal"


class ContentDamaged(Fatal):
    """Stored bytes do not hash to the name that they are kept under."""

    code = "content_damaged"


class EvidenceConflict(Fatal):
    """An entry id was used again with other bytes."""

    code = "evidence_conflict"


class LogContradiction(Fatal):
    """The evidence log is not as the last checkpoint left it, or its clock did not advance."""

    code = "log_contradiction"


class StackError(Fatal):
    """A part of the platform cannot be started here; the message says how to mend it."""

    code = "stack_error"
