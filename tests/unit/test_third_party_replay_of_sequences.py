"""Replay of whatever happens in an escalation: it is judged the same again."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from holdfast.domain.reconsidering import Matter, Reconsider
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import Verdict
from tests.judged_walks import CONTENTS
from tests.statements import COMMANDER, ROBIN
from tests.unit.test_third_party_sequences import Sequences


class JudgedAgain(Sequences):
    """The same sequences, at severities that change, and judged again at their end."""

    @rule(severity=st.sampled_from(["SEV1", "SEV2"]))
    def reassign(self, severity: str) -> None:
        """Let the incident be of another severity, in the middle of it all."""
        self.walk.submit(ROBIN, Reconsider(about=Matter.SEVERITY, reason="A second look."))
        open_ = [name for name in self.walk.open_requests() if name.startswith("severity")]
        if open_:
            self.walk.answer(COMMANDER, open_[-1], "override", data={"severity": severity})
        # What a shorter time has made overdue is missed at once.
        self.walk.wait(timedelta())

    def teardown(self) -> None:
        """Judge it all again."""
        if hasattr(self, "walk"):
            report = replay(self.walk.judged(), CONTENTS)
            assert [j for j in report.judgements if j.verdict is not Verdict.SAME] == []


TestJudgedAgain = JudgedAgain.TestCase
TestJudgedAgain.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
