"""What an authority's schema finds wrong, as gaps."""

from __future__ import annotations

import json
from pathlib import Path

from holdfast.domain.reporting.filling.content import content_bytes, lacking_besides, refill
from holdfast.dora.report.completeness import gaps_of
from holdfast.dora.report.content import FieldValue, ReportContent
from holdfast.dora.report.schema_gaps import is_of_schema, schema_gaps
from holdfast.store.reporting.against_schema import against_schema
from tests.filled_reports import POLICY, REGISTER, ToldChain, filled
from tests.statements import SERVICE
from tests.unit.channels.report_schema import report_schema
from tests.unit.dora.report.filled import EVERYTHING, report_of


def _filled(changes: dict[str, FieldValue], kind: str = "final") -> ReportContent:
    content = report_of({**EVERYTHING, **changes}, kind)
    return content.model_copy(update={"gaps": gaps_of(content)})


def _schema(folder: Path) -> Path:
    path = folder / "schema.json"
    path.write_text(json.dumps(report_schema()))
    return path


async def test_a_version_is_held_against_the_schema_without_names_of_people(
    tmp_path: Path,
) -> None:
    """Others stand in for the contacts, so that only what is really wrong is found."""
    schema = _schema(tmp_path)
    assert await against_schema(_filled({}), schema) == ()
    (gap,) = await against_schema(_filled({"1.15": "USD"}), schema)
    assert (gap.field, gap.stage, is_of_schema(gap)) == ("1.15", "final", True)
    assert gap.problem == (
        "against the authority's schema: reportCurrency: is none of the values that are allowed"
    )


async def test_a_delay_notice_is_not_held_against_it(tmp_path: Path) -> None:
    """The authorities' JSON has no form for one."""
    schema = _schema(tmp_path)
    assert await against_schema(_filled({"1.15": "USD"}, "delay_notice"), schema) == ()


def test_a_field_is_told_once_and_what_stands_nowhere_at_the_first() -> None:
    """What our rules have found already is not told again."""
    content = _filled({"3.31": ("none", "csirt")})
    assert [gap.field for gap in content.gaps] == ["3.31"]
    problems = [
        "reportingToOtherAuthorities[0]: is none of the values that are allowed",
        "incident.incidentDuration: is missing",
        "incident.incidentDuration: is missing",
        f"somewhere: {'x' * 300}",
    ]
    found = schema_gaps(content, problems)
    assert [gap.field for gap in found] == ["3.15", "1.1"]
    assert [gap.field for gap in lacking_besides(content, found).gaps] == ["1.1", "3.15", "3.31"]
    assert not any(is_of_schema(gap) for gap in content.gaps)


def test_what_the_schema_has_found_is_taken_over_when_a_version_is_filled_again() -> None:
    """No entry says it: an auditor without the schema gets the same bytes."""
    chain = ToldChain(SERVICE)
    chain.open_reporting()
    content = filled(chain.entries)
    found = schema_gaps(content, ["incident.more: is not known there"])
    with_it = lacking_besides(content, found)
    assert [gap.field for gap in found] == ["1.1"]
    again = refill(with_it, chain.entries, REGISTER, POLICY)
    assert content_bytes(again) == content_bytes(with_it)
