"""The sentences about what would turn each of the three answers."""

from __future__ import annotations

from holdfast.dora.evaluation import Evaluation
from holdfast.dora.nearest.combinations import (
    Combination,
    combinations_to_major,
    developments,
    makes_major,
)
from holdfast.dora.nearest.incident_developments import MALICIOUS
from holdfast.dora.nearest.incident_grounds import incident_grounds
from holdfast.dora.nearest.incident_questions import incident_questions
from holdfast.dora.nearest.service_grounds import service_grounds
from holdfast.dora.nearest.service_questions import service_questions
from holdfast.dora.nearest.turn import Development, Ground, Question
from holdfast.dora.tally import COUNTED, GATE, MALICIOUS_ACCESS
from holdfast.dora.three_valued import Answer

__all__ = ["grounds", "if_major", "if_not_major", "if_unknown", "questions", "single_developments"]

_MOST_LINES = 10
_NAMES = {
    1: "clients, counterparts and transactions (Art. 9(1))",
    2: "reputation (Art. 9(2))",
    3: "duration and downtime (Art. 9(3))",
    4: "geographical spread (Art. 9(4))",
    5: "data losses (Art. 9(5)(a))",
    6: "economic impact (Art. 9(6))",
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def if_not_major(evaluation: Evaluation) -> list[str]:
    """What would make it major: single changes, or what is needed together; always the access."""
    every = developments(evaluation)
    last = f"{_capital(MALICIOUS)} makes this major, whatever else holds"
    singles = single_developments(evaluation, every)
    if singles:
        lines = [f"{_capital(one.words)} {_makes(one)} this major" for one in singles]
        return [*lines[: _MOST_LINES - 1], last]
    found = combinations_to_major(evaluation, every)
    lines = [_what_is_missing(evaluation), *map(_together, found)]
    return [*lines[: _MOST_LINES - 1], last]


def single_developments(evaluation: Evaluation, every: list[Development]) -> list[Development]:
    """The developments each of which makes it major alone, nearest first; not the access."""
    return [
        one
        for one in every
        if one.weight == 1
        and not one.makes & (1 << MALICIOUS_ACCESS)
        and makes_major(evaluation, one.makes)
    ]


def if_unknown(evaluation: Evaluation) -> list[str]:
    """What to find out, and what each finding would settle; or what would together."""
    tally = evaluation.tally
    both, yes, no = list[str](), list[str](), list[str]()
    for question in questions(evaluation):
        to_yes = tally.major_after(question.if_met) is Answer.YES
        to_no = tally.major_after(question.unless_met) is Answer.NO
        if to_yes or to_no:
            kind = both if to_yes and to_no else yes if to_yes else no
            kind.append(_find_out(question, to_yes=to_yes, to_no=to_no))
    lines = [*both, *yes, *no]
    if not both and not yes:
        still_open = [one for one in developments(evaluation) if one.is_open]
        found = combinations_to_major(evaluation, still_open)
        lines = [*no[: _MOST_LINES // 2], *map(_together, found)]
    return lines


def questions(evaluation: Evaluation) -> list[Question]:
    """Every open question that may settle the answer, in the order of law and services."""
    found = list(incident_questions(evaluation))
    decisive = evaluation.tally.decisive_if_known()
    for service, answers in evaluation.services:
        found.extend(service_questions(service, answers, evaluation.policy, decisive))
    return sorted(found, key=lambda question: question[:2])


def if_major(evaluation: Evaluation) -> list[str]:
    """What it rests on, and each single fact that would unmake it if it proved wrong."""
    tally = evaluation.tally
    met = [_NAMES[criterion] for criterion in COUNTED if tally.answer(criterion) is Answer.YES]
    alone = tally.answer(MALICIOUS_ACCESS) is Answer.YES
    rests = [*(["malicious access (Art. 9(5)(b)), which decides alone"] if alone else []), *met]
    lines = [f"Major because critical services are affected (Art. 6), with {'; '.join(rests)}"]
    for ground in sorted(grounds(evaluation), key=lambda one: one[:4]):
        after = tally.major_after(ground.moves)
        if after is not Answer.YES:
            verdict = "not be major" if after is Answer.NO else "no longer be certain to be major"
            lines.append(f"{_capital(ground.words)}, this would {verdict}")
    return lines


def grounds(evaluation: Evaluation) -> list[Ground]:
    """Every known fact that holds a test up."""
    found = list(incident_grounds(evaluation))
    decisive = evaluation.tally.decisive_if_wrong()
    for service, answers in evaluation.services:
        found.extend(service_grounds(service, answers, evaluation.policy, decisive))
    return found


def _what_is_missing(evaluation: Evaluation) -> str:
    tally = evaluation.tally
    gate = tally.answer(GATE)
    missing = evaluation.policy.thresholds_needed - tally.met
    reasons = []
    if gate is Answer.NO:
        reasons.append("no critical service is affected")
    elif gate is Answer.UNKNOWN:
        reasons.append("whether a critical service is affected is not known")
    if missing > 0:
        noun = "threshold is" if missing == 1 else "thresholds are"
        reasons.append(f"{_NUMBERS[missing]} more {noun} needed")
    return f"Nothing but malicious access makes this major alone: {', and '.join(reasons)}"


def _together(found: Combination) -> str:
    words = [one.words for one in found]
    if len(words) == 1:
        return f"{_capital(words[0])} {_makes(found[0])} this major"
    return f"Together make this major: {'; '.join(words)}"


def _find_out(question: Question, *, to_yes: bool, to_no: bool) -> str:
    subject, condition = question.subject, question.condition
    if to_yes:
        met = "if so, this is major" if condition is None else f"{condition} makes this major"
        return f"Find out {subject}: {met}{', otherwise it is not' if to_no else ''}"
    unmet = "if not" if condition is None else f"if not {condition}"
    return f"Find out {subject}: {unmet}, this is not major"


def _makes(one: Development) -> str:
    return "make" if one.plural else "makes"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
