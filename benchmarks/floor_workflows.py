"""The bare workflows of the floor; alone in their module, as the sandbox loads it for each run."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

__all__ = ["INSERT_ROW", "OneActivity", "SignalledActivity", "SignalledTwoActivities"]

INSERT_ROW = "insert_row"
_WITHIN = timedelta(seconds=10)


@workflow.defn
class OneActivity:
    """Starts, runs one activity, ends."""

    @workflow.run
    async def run(self, name: str) -> None:
        """Insert one row."""
        await workflow.execute_activity(INSERT_ROW, name, start_to_close_timeout=_WITHIN)


@workflow.defn
class SignalledActivity:
    """Waits for signals, and runs one activity for each."""

    def __init__(self) -> None:
        """Start with nothing to do."""
        self._names: list[str] = []

    @workflow.signal
    def insert(self, name: str) -> None:
        """Take a name in."""
        self._names.append(name)

    @workflow.run
    async def run(self) -> None:
        """Insert a row for each name."""
        while True:
            await workflow.wait_condition(lambda: bool(self._names))
            await workflow.execute_activity(
                INSERT_ROW, self._names.pop(0), start_to_close_timeout=_WITHIN
            )


@workflow.defn
class SignalledTwoActivities:
    """Waits for signals, and runs two activities for each, one after the other."""

    def __init__(self) -> None:
        """Start with nothing to do."""
        self._names: list[str] = []

    @workflow.signal
    def insert(self, name: str) -> None:
        """Take a name in."""
        self._names.append(name)

    @workflow.run
    async def run(self) -> None:
        """Insert two rows for each name; the one of that name itself is the second."""
        while True:
            await workflow.wait_condition(lambda: bool(self._names))
            name = self._names.pop(0)
            for row in (f"{name}-first", name):
                await workflow.execute_activity(INSERT_ROW, row, start_to_close_timeout=_WITHIN)
