"""Reading a leaf that is suspected: what it says, if it is a leaf at all."""

from __future__ import annotations

from typing import TypedDict, cast

from holdfast.domain.values import canonical_json
from holdfast.evidence.log.leaf import LEAF_VERSION
from holdfast.store.log.fsck.distrust import read_json

__all__ = ["LeafMembers", "leaf_members"]


class LeafMembers(TypedDict):
    """What a leaf says (`docs/evidence-format.md`, section 2)."""

    at: str
    incident: str
    incident_prev: str | None
    incident_seq: int
    index: int
    kind: str
    record: str
    sha256: str
    v: int


_FIRST = LeafMembers(
    at="",
    incident="",
    incident_prev="",
    incident_seq=0,
    index=0,
    kind="evidence",
    record="",
    sha256="",
    v=LEAF_VERSION,
)
_FORM = {name: type(value) for name, value in _FIRST.items()}
_FORM_OF_FIRST = {**_FORM, "incident_prev": type(None)}


def leaf_members(leaf: bytes) -> LeafMembers | None:
    """Read a leaf; None if these bytes are not exactly those of one."""
    try:
        said = read_json(leaf)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    if {name: type(value) for name, value in said.items()} not in (_FORM, _FORM_OF_FIRST):
        return None
    if canonical_json(said) != leaf:
        return None
    if (said["kind"], said["v"]) != (_FIRST["kind"], _FIRST["v"]):
        return None
    return cast("LeafMembers", said)
