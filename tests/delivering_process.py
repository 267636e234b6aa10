"""One delivery in a process that a test may kill: `python -m tests.delivering_process`.

It makes attempt after attempt, as Temporal does, until there is a report: its last line.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from pydantic import BaseModel
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.publishing import PublishingActivities
from holdfast.channels import Channels
from holdfast.domain.communication.delivering import DeliveryOrder, DeliveryReport
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.database import create_engine
from tests.recorded_channel import RecordedChannel
from tests.released_deliveries import LINKS

__all__ = ["DeliveringTask"]

_PAUSE = 0.01


class DeliveringTask(BaseModel):
    """What the process needs to know."""

    database: str
    keys: Path
    record: Path
    tells: bool
    order: DeliveryOrder


async def _deliver(task: DeliveringTask) -> DeliveryReport:
    engine = create_engine(task.database, pool_size=2)
    channels = Channels([RecordedChannel(task.record, tells=task.tells, keeps=False)])
    publishing = PublishingActivities(engine, KeyEncryptionKeys(task.keys), channels, LINKS)
    while True:
        try:
            report = await ActivityEnvironment().run(publishing.deliver_message, task.order)
        except ApplicationError:
            await asyncio.sleep(_PAUSE)
        else:
            await engine.dispose()
            return report


def main() -> None:
    """Run the task that is given as JSON."""
    task = DeliveringTask.model_validate_json(sys.argv[1])
    report = asyncio.run(_deliver(task))
    sys.stdout.write(f"\n{report.model_dump_json()}\n")


if __name__ == "__main__":
    main()
