"""What the single tests add up to: the gate, the thresholds, and whether the incident is major.

Each criterion holds where any of its tests does, so a count of those that hold and of those that
are open says all; a change of single facts is then a move of a few counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from holdfast.dora.incident_answers import IncidentAnswers
from holdfast.dora.service_answers import ServiceAnswers
from holdfast.dora.three_valued import Answer

__all__ = ["COUNTED", "CRITERIA", "GATE", "MALICIOUS_ACCESS", "Criterion", "Move", "Tally"]

Criterion: TypeAlias = int
Move: TypeAlias = tuple[Criterion, Answer, Answer]
"""One test of a criterion that changes its answer from the one to the other."""

GATE: Criterion = 0
"""Critical services affected (Art. 6)."""
CLIENTS, REPUTATION, DURATION, GEOGRAPHY, DATA_LOSSES, ECONOMIC = COUNTED = range(1, 7)
MALICIOUS_ACCESS: Criterion = 7
"""Art. 9(5)(b): with the gate it decides alone, and it is not counted."""

CRITERIA = (
    "critical_services_affected",
    "clients_counterparts_transactions",
    "reputation",
    "duration_downtime",
    "geography",
    "data_losses",
    "economic",
    "malicious_access",
)
"""The name of each criterion; the seven after the gate are the thresholds."""

_MOST_TESTS_OF_A_FACT = 2

_YES, _NO, _UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


class Tally:
    """How many tests of each criterion hold, and how many are open."""

    def __init__(self, needed: int) -> None:
        """Start with nothing; so many countable thresholds are needed (Art. 8(1)(b))."""
        self._needed = needed
        self._holding = [0] * len(CRITERIA)
        self._open = [0] * len(CRITERIA)
        self._outcomes: dict[tuple[Move, ...], Answer] = {}

    def add(self, criterion: Criterion, answers: Iterable[Answer]) -> None:
        """Count these tests of a criterion."""
        for answer in answers:
            if answer is _YES:
                self._holding[criterion] += 1
            elif answer is _UNKNOWN:
                self._open[criterion] += 1

    def add_service(self, answers: ServiceAnswers) -> None:
        """Count the tests of one service."""
        self.add(CLIENTS, answers[:5])
        self.add(DURATION, (answers.downtime,))
        self.add(GATE, (answers.critical, answers.regulated))

    def add_unknown_services(self) -> None:
        """Count that services may be affected of which nothing is known."""
        for criterion in (CLIENTS, DURATION, GATE):
            self.add(criterion, (_UNKNOWN,))

    def add_incident(self, answers: IncidentAnswers) -> None:
        """Count the tests of the incident as a whole."""
        self.add(CLIENTS, (answers.relevant,))
        self.add(REPUTATION, answers[1:5])
        self.add(DURATION, (answers.duration,))
        self.add(GEOGRAPHY, (answers.geography,))
        self.add(DATA_LOSSES, (answers.data_losses,))
        self.add(ECONOMIC, (answers.costs,))
        self.add(MALICIOUS_ACCESS, (answers.malicious_access,))
        self.add(GATE, (answers.access,))

    def answer(self, criterion: Criterion) -> Answer:
        """Whether the criterion holds."""
        if self._holding[criterion]:
            return _YES
        return _UNKNOWN if self._open[criterion] else _NO

    @property
    def met(self) -> int:
        """How many countable thresholds are met for certain."""
        return sum(self._holding[criterion] > 0 for criterion in COUNTED)

    @property
    def holding(self) -> int:
        """The criteria that hold, a bit each."""
        return sum(1 << criterion for criterion, count in enumerate(self._holding) if count)

    def major(self) -> Answer:
        """Whether the incident is major (Art. 8(1))."""
        holding, still_open = self._holding, self._open
        sure = possible = 0
        for criterion in COUNTED:
            if holding[criterion]:
                sure += 1
            elif still_open[criterion]:
                possible += 1
        alone = holding[MALICIOUS_ACCESS] > 0
        enough = alone or sure >= self._needed
        thinkable = enough or still_open[MALICIOUS_ACCESS] > 0 or sure + possible >= self._needed
        if holding[GATE] and enough:
            return _YES
        if not thinkable or not (holding[GATE] or still_open[GATE]):
            return _NO
        return _UNKNOWN

    def major_after(self, moves: tuple[Move, ...]) -> Answer:
        """Whether it would be major after these moves."""
        known = self._outcomes.get(moves)
        if known is None:
            self._shift(moves, 1)
            known = self._outcomes[moves] = self.major()
            self._shift(moves, -1)
        return known

    def decisive_if_known(self) -> frozenset[Criterion]:
        """The criteria of which one fact of one service may settle whether it is major.

        One fact answers at most two tests of a criterion: clients count as a share and in numbers.
        """
        return frozenset(
            criterion
            for criterion, number in enumerate(self._open)
            if number
            and (
                self.major_after(((criterion, _UNKNOWN, _YES),)) is _YES
                or (
                    number <= _MOST_TESTS_OF_A_FACT
                    and self.major_after(((criterion, _UNKNOWN, _NO),) * number) is _NO
                )
            )
        )

    def decisive_if_wrong(self) -> frozenset[Criterion]:
        """The criteria without which it would not certainly be major."""
        return frozenset(
            criterion
            for criterion, number in enumerate(self._holding)
            if number and self.major_after(((criterion, _YES, _NO),) * number) is not _YES
        )

    def _shift(self, moves: tuple[Move, ...], by: int) -> None:
        for criterion, before, after in moves:
            for answer, step in ((before, -by), (after, by)):
                if answer is _YES:
                    self._holding[criterion] += step
                elif answer is _UNKNOWN:
                    self._open[criterion] += step
