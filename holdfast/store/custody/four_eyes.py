"""Four eyes on what is no decision of an incident's process: holds and disposals."""

from __future__ import annotations

from holdfast.domain.roles import Actor
from holdfast.domain.separation_of_duties import is_self_approval
from holdfast.errors import NotAllowed
from holdfast.evidence.entry import Entry

__all__ = ["SelfApproval", "require_another_person"]


class SelfApproval(NotAllowed):
    """Somebody would settle what they have asked for themselves."""

    code = "self_approval"


def require_another_person(actor: Actor, asked: Entry) -> None:
    """Check that whoever acts now is not who wrote that entry, whatever roles they exercise.

    Raises:
        SelfApproval: it is the same person.
    """
    if is_self_approval(actor.id, {asked.event.actor.id}):
        message = f"{asked.event.subject.id} takes another person than the one who asked for it"
        raise SelfApproval(message, entry_id=asked.id)
