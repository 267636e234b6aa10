"""The engine against the law written a second time, with every way that unknowns may turn out."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.domain.values import JsonObject
from holdfast.dora.three_valued import Answer, Finding
from tests.unit.dora import law
from tests.unit.dora.cases import POLICY, WITHOUT_HOME, classified, with_facts

_MOST_UNKNOWN = 5
_SLOW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_WORDS = {True: Answer.YES, False: Answer.NO}
_FOUND = {Answer.YES: Finding.MET, Answer.NO: Finding.NOT_MET, Answer.UNKNOWN: Finding.UNKNOWN}


@st.composite
def services(draw: st.DrawFn, name: str) -> JsonObject:
    """A service of which everything is known, often near a limit."""
    clients = draw(st.sampled_from([(10, 100), (11, 100), (100_000, 2_000_000), (100_001, 10**9)]))
    clients = draw(st.sampled_from([clients, (0, 0), (5, 100)]))
    counterparts = draw(st.sampled_from([(3, 10), (4, 10), (0, 0), (1, 10)]))
    transactions = draw(st.sampled_from([(10, 100), (11, 100), (0, 0), (1, 0), (7, 100)]))
    value = draw(st.sampled_from([(10, 100), (11, 100), (0, 0), (1, 0), (7, 100)]))
    pairs = (clients, counterparts, transactions, value)
    figures = {
        field: figure
        for (part, whole, _), pair in zip(law.SHARES, pairs, strict=True)
        for field, figure in zip((part, whole), pair, strict=True)
    }
    return {
        "id": name,
        "supports_critical_function": draw(st.booleans()),
        "regulated_service": draw(st.booleans()),
        "downtime_minutes": draw(st.sampled_from([0, 119, 120, 121])),
        **figures,
    }


@st.composite
def complete_facts(draw: st.DrawFn) -> JsonObject:
    """An incident of which everything is known."""
    facts: JsonObject = {
        "services": [draw(services(name)) for name in draw(st.sampled_from(["", "a", "ab"]))],
        "duration_minutes": draw(st.sampled_from([0, 1439, 1440, 1441])),
        "home_member_state": draw(st.sampled_from(["FR", "DE"])),
        "member_states": draw(
            st.sampled_from([[], ["FR"], ["DE"], ["DE", "FR"], ["DE", "FR", "IT"], ["IT", "LU"]])
        ),
        "costs_eur": draw(st.sampled_from([0, 99_999, 100_000, 100_001])),
        "reputation": {},
        "data_losses": {},
        "access": {},
    }
    # Rare hits: with each flag thrown evenly, nearly every incident would be major.
    flags = {path: draw(st.integers(0, 4)) == 0 for path in law.FLAGS}
    return with_facts(facts, flags.items())


@st.composite
def partly_unknown(draw: st.DrawFn) -> tuple[JsonObject, list[str]]:
    """Facts of which a few are unknown, and which."""
    facts = draw(complete_facts())
    unknown = draw(st.lists(st.sampled_from(law.paths(facts)), unique=True, max_size=_MOST_UNKNOWN))
    return facts, unknown


def _masked(facts: JsonObject, unknown: list[str]) -> JsonObject:
    return with_facts(facts, [(path, None) for path in unknown])


def _kleene(outcomes: list[bool]) -> Answer:
    return _WORDS[outcomes[0]] if len(set(outcomes)) == 1 else Answer.UNKNOWN


@_SLOW
@given(case=partly_unknown(), home_counts=st.booleans())
def test_answers_are_those_of_every_way_that_the_unknown_may_turn_out(
    *, case: tuple[JsonObject, list[str]], home_counts: bool
) -> None:
    """No only if nothing could make it major, yes only if nothing could unmake it; so for each."""
    facts, unknown = case
    policy = POLICY if home_counts else WITHOUT_HOME
    found = classified(_masked(facts, unknown), policy)
    rulings = [
        law.rule(complete, home_counts=home_counts)
        for complete in law.substitutions(facts, unknown)
    ]

    assert found.major is _kleene([ruling.major for ruling in rulings])
    assert found.critical_services_affected is _kleene([ruling.critical for ruling in rulings])
    thresholds = list(found.thresholds.values())
    for place, threshold in enumerate(thresholds[:-1]):
        answer = _kleene([ruling.thresholds[place] for ruling in rulings])
        assert threshold is _FOUND[answer], list(found.thresholds)[place]
    assert thresholds[-1] is _FOUND[_kleene([ruling.malicious_access for ruling in rulings])]


@_SLOW
@given(case=partly_unknown(), data=st.data())
def test_finding_out_never_contradicts_an_earlier_answer(
    case: tuple[JsonObject, list[str]], data: st.DataObject
) -> None:
    """What was yes or no stays so, whatever is found out."""
    facts, unknown = case
    still_unknown = data.draw(
        st.lists(st.sampled_from(unknown), unique=True) if unknown else st.just([])
    )
    before, after = classified(_masked(facts, unknown)), classified(_masked(facts, still_unknown))

    pairs = [
        (before.major, after.major),
        (before.critical_services_affected, after.critical_services_affected),
        *zip(before.thresholds.values(), after.thresholds.values(), strict=True),
    ]
    assert [pair for pair in pairs if pair[0] != "unknown" and pair[0] != pair[1]] == []


@_SLOW
@given(case=partly_unknown())
def test_order_of_services_makes_no_difference(case: tuple[JsonObject, list[str]]) -> None:
    """Neither to the answer, nor to the proof, nor to what would turn it."""
    facts = _masked(*case)
    reversed_facts = {**facts, "services": facts["services"][::-1]}
    assert classified(facts) == classified(reversed_facts)


@_SLOW
@given(case=partly_unknown())
def test_unknown_services_leave_open_what_services_could_bring(
    case: tuple[JsonObject, list[str]],
) -> None:
    """Yes and no hold for no service, for a harmless one and for the worst."""
    facts = _masked(*case)
    before = classified({**facts, "services": None})
    worst = {
        "id": "worst",
        "supports_critical_function": True,
        "regulated_service": True,
        "clients_affected": 100_001,
        "downtime_minutes": 121,
    }
    outcomes = {classified({**facts, "services": services}).major for services in ([], [worst])}
    if len(outcomes) == 1:
        assert before.major in outcomes
    else:
        assert before.major is Answer.UNKNOWN
