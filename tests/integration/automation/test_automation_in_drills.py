"""Automated steps in a drill: everything is tried, and nothing done."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from activities.automation import AutomationActivities
from holdfast.automation import load_automations
from holdfast.domain.automation.outcome import AutomationState
from holdfast.settings import Settings
from tests.automated_steps import attempt, row_of, started
from tests.automations import command, written
from tests.drilled import as_drill


async def test_a_drill_isolates_nothing(engine: AsyncEngine, tmp_path: Path) -> None:
    """Its dry runs are made; the step in earnest fails, and people report it by hand."""
    script = command("open('done', 'w').write('x')", folder=str(tmp_path))
    path = written(tmp_path, {"it": script})
    automations = load_automations(Settings(state_folder=tmp_path, automations_file=path))
    activity = AutomationActivities(engine, automations)
    dry, earnest = await started(engine)
    await as_drill(engine, dry.incident)
    tried, refused = await attempt(activity, dry), await attempt(activity, earnest)

    assert tried.state is AutomationState.SUCCEEDED
    assert (refused.state, refused.summary) == (
        AutomationState.FAILED,
        "its incident is a drill, in which everything is tried and nothing done",
    )
    assert await row_of(engine, earnest) is None
    assert not (tmp_path / "done").exists()
