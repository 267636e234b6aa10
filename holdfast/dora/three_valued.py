"""Answers that may be unknown, and how they combine (strong Kleene logic).

Every formula of Delegated Regulation (EU) 2024/1772 is monotone in its facts: more of a fact never
makes an incident less major. For monotone formulas Kleene's tables are exact: "no" comes out only
when no value of the unknown facts could make it yes, and "yes" only when none could make it no.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["FINDINGS", "Answer", "Finding", "all_of", "answer_of", "any_of", "at_least"]


class Answer(StrEnum):
    """Yes, no, or not known yet."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Finding(StrEnum):
    """An answer about a threshold."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


FINDINGS = {
    Answer.YES: Finding.MET,
    Answer.NO: Finding.NOT_MET,
    Answer.UNKNOWN: Finding.UNKNOWN,
}
"""Which finding an answer is."""


def answer_of(value: bool | None) -> Answer:  # noqa: FBT001 - the value itself is what is read
    """The answer that a stated fact gives; None is unknown."""
    if value is None:
        return Answer.UNKNOWN
    return Answer.YES if value else Answer.NO


def all_of(answers: Iterable[Answer]) -> Answer:
    """Whether all hold; of none, yes."""
    found = set(answers)
    if Answer.NO in found:
        return Answer.NO
    return Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.YES


def any_of(answers: Iterable[Answer]) -> Answer:
    """Whether any holds; of none, no."""
    found = set(answers)
    if Answer.YES in found:
        return Answer.YES
    return Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.NO


def at_least(number: int, answers: Iterable[Answer]) -> Answer:
    """Whether so many of them hold, or more."""
    given = list(answers)
    sure = given.count(Answer.YES)
    if sure >= number:
        return Answer.YES
    possible = sure + given.count(Answer.UNKNOWN)
    return Answer.UNKNOWN if possible >= number else Answer.NO
