"""How we hold providers to their contracts: a policy that is refused where it would leave a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.domain.third_party.policy import ThirdPartyPolicy
from holdfast.errors import InvalidInput
from holdfast.settings import Settings
from holdfast.store.policies import load_candidate
from holdfast.store.policy_kinds import INCIDENT_POLICIES, POLICY_KINDS

_SHIPPED = Settings().policies_folder / "third-parties.yaml"

_FIRST_RESPONSE = """\
  first_response:
    - {after: PT0S, roles: [vendor_manager]}
    - {after: PT30M, roles: [incident_commander]}
"""


def test_it_is_a_policy_that_incidents_are_not_pinned_to() -> None:
    """An escalation takes the one in force when it begins."""
    assert POLICY_KINDS["third-parties"] is ThirdPartyPolicy
    assert "third-parties" not in INCIDENT_POLICIES
    assert load_candidate(_SHIPPED).pin.version == "1.0.0"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("left: [50, 20]", "left: [50, 0]", "warn_with_percent_left: a part that is left"),
        ("  update:\n", "  updates:\n", "ladders.updates"),
        (_FIRST_RESPONSE, "", "ladders: no ladder for first_response"),
        ("{after: PT1H, roles: [compliance]}", "{after: PT1H, roles: [compliance], rung: 1}",
         "ladders.workaround[1].rung: the provider's rungs stand in its contract"),
        ("{after: PT1H, roles: [compliance]}", "{after: PT1H, roles: []}",
         "ladders.workaround[1].roles: name roles of people"),
        ("{after: PT1H, roles: [compliance]}", "{after: PT1H, roles: [vendor]}",
         "ladders.workaround[1].roles: name roles of people"),
        ("  SEV4: {", "  SEV5: {", "without_terms.SEV5"),
        ("workaround: null, restore: P3D", "restore: P3D",
         "without_terms.SEV3.workaround: it is missing"),
        ("workaround: PT4H, restore: PT8H", "workaround: PT9H, restore: PT8H",
         "without_terms.SEV1.restore: PT8H is shorter than workaround (PT9H)"),
        ("workaround: PT8H, restore: P1D", "workaround: PT8H, restore: P4D",
         "without_terms.SEV2.restore: P4D is slower than P3D at SEV3"),
        ("link_lifetime: P3D", "link_lifetime: PT0S", "link_lifetime: "),
        ("due_after: P14D", "due_after: never", "review.due_after: "),
        ("format: 1", "format: 2", "format: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_field_and_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    """Before anybody publishes it."""
    text = _SHIPPED.read_text()
    assert text.count(old) >= 1
    changed = tmp_path / "third-parties.yaml"
    changed.write_text(text.replace(old, new, 1))
    with pytest.raises(InvalidInput) as refused:
        load_candidate(changed)
    place, _, told = refused.value.message.splitlines()[0].partition(": ")
    assert place.rpartition(":")[0] == str(changed)
    assert told.startswith(says) or says in refused.value.message
