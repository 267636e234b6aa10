"""Automated steps in a drill: they are tried, and never done."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.automation.outcome import AutomationState
from tests.automated_steps import attempt, started
from tests.drilled import as_drill
from tests.integration.automation.test_run_step import Bench


async def test_in_a_drill_an_automated_step_is_tried_and_not_done(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    """What would isolate a gateway isolates none, though everything allows it."""
    bench = Bench(engine, tmp_path)
    dry, earnest = await started(engine)
    await as_drill(engine, earnest.incident)
    assert (await attempt(bench.command(), dry)).state is AutomationState.SUCCEEDED
    outcome = await attempt(bench.command(), earnest)
    assert outcome.state is AutomationState.FAILED
    assert "drill" in str(outcome.summary)
    assert bench.done == ""
