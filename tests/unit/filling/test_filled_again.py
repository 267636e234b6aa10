"""The same entries give the same bytes, and other entries give others: so an auditor can refill."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from holdfast.domain.reporting.filling.content import (
    authors_of,
    content_bytes,
    digest_of_content,
    digest_of_fields,
    filled_again,
    lacking_besides,
    refill,
)
from holdfast.domain.reporting.filling.sources import SourceEntry
from holdfast.domain.values import JsonObject, canonical_json
from holdfast.dora.report.content import Gap, ReportContent
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.entry import Entry
from tests.filled_reports import INCIDENT, POLICY, REGISTER, ToldChain, filled
from tests.statements import COMPLIANCE, ROBIN, SERVICE
from tests.told_escalations import told_entries
from tests.told_reviews import told_review_entries

GAP = Gap(
    field="1.9",
    label="Primary contact telephone",
    stage=ReportStage.FINAL,
    problem="the directory has no telephone number",
)


def told_chain() -> ToldChain:
    """One in which facts and people fill fields."""
    chain = ToldChain(SERVICE)
    chain.open_reporting()
    chain.state(SERVICE, clients_affected=70_000)
    chain.state(costs_eur=120_000)
    chain.supply("2.10", "The processor is not to blame.", actor=ROBIN)
    chain.supply("4.9", "As planned.")
    return chain


def drafted(content: ReportContent) -> JsonObject:
    """What `report.drafted` says of a version."""
    return {
        "number": 1,
        "entity": content.entity,
        "version": content.version,
        "kind": content.kind,
        "covers": [str(stage) for stage in content.covers],
        "content": digest_of_content(content),
        "fields": digest_of_fields(content),
        "gaps": [gap.model_dump(mode="json") for gap in content.gaps],
        "as_of": content.as_of,
    }


@pytest.mark.parametrize("story", [told_review_entries, told_entries])
def test_a_walked_incident_refills_to_the_same_bytes(
    story: Callable[[], tuple[Entry, ...]],
) -> None:
    """Also from entries that were written and read, and with more that came later."""
    told = story()
    content = filled(told[:-20])
    assert content_bytes(refill(content, told, REGISTER, POLICY)) == content_bytes(content)
    read = ReportContent.model_validate_json(content_bytes(content))
    assert read == content


def test_a_version_is_filled_again_from_what_its_entry_says() -> None:
    """Both digests come out, with what the directory lacked."""
    chain = told_chain()
    content = lacking_besides(filled(chain.entries), (GAP,))
    said = drafted(content)
    chain.state(costs_eur=130_000)
    again = filled_again(INCIDENT, said, chain.entries, REGISTER, POLICY)
    assert (digest_of_content(again), digest_of_fields(again)) == (said["content"], said["fields"])


def test_every_entry_that_fills_a_field_changes_the_bytes_when_it_changes() -> None:
    """A forged fact, opening or supplied value cannot pass for what was approved."""
    chain = told_chain()
    before = content_bytes(filled(chain.entries))
    used = {entry for field in filled(chain.entries).fields for entry in field.entries}
    assert len(used) == 6
    forged: dict[str, JsonObject] = {
        "incident.opened": {"title": "Another title"},
        "reporting.opened": {"classified_at": "2026-03-04T12:00:01Z"},
        "facts.changed": {"changes": []},
        "report_field.supplied": {"value": "Another text."},
    }
    for place, entry in enumerate(chain.entries):
        payload = {**entry.event.payload, **forged[entry.event.kind]}
        event = entry.event.model_copy(update={"payload": payload})
        other = [*chain.entries]
        other[place] = SourceEntry(id=entry.id, occurred_at=entry.occurred_at, event=event)
        assert content_bytes(filled(other)) != before


def test_a_version_cannot_be_filled_without_the_entry_it_rests_on() -> None:
    """Who has less of the chain is told so."""
    chain = told_chain()
    content = filled(chain.entries)
    with pytest.raises(ValueError, match="is not at hand"):
        refill(content, chain.entries[:-1], REGISTER, POLICY)


def test_the_authors_are_those_whose_values_stand_in_it() -> None:
    """Not whose value was replaced or withdrawn."""
    chain = told_chain()
    assert authors_of(filled(chain.entries)) == tuple(sorted((COMPLIANCE.id, ROBIN.id)))
    chain.supply("2.10", None)
    assert authors_of(filled(chain.entries)) == (COMPLIANCE.id,)


def test_the_fields_stand_in_the_order_of_the_form() -> None:
    """1.9 before 1.10; and the digest of the fields says nothing of the version."""
    content = filled(told_review_entries())
    numbers = [tuple(map(int, field.number.split("."))) for field in content.fields]
    assert numbers == sorted(numbers)
    other = content.model_copy(update={"version": 2})
    assert digest_of_fields(other) == digest_of_fields(content)
    assert digest_of_content(other) != digest_of_content(content)
    assert canonical_json(content.model_dump(mode="json")) == content_bytes(content)
