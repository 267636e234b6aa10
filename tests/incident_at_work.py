"""An incident on a real Temporal server and a real database: signed signals in, receipts out."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowHandle

from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.incident.opening import INCIDENT_WORKFLOW, IncidentInput
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, SignedSubmission, Submission
from holdfast.domain.values import JsonObject
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.signature import PrincipalSigner, PrincipalVerifier
from holdfast.evidence.vendor_links import create_vendor_key
from holdfast.settings import Settings
from holdfast.store.policies import store_policies
from tests.rulebook import CARRIED, PINS, POLICIES
from tests.statements import ALERTMANAGER, report
from tests.walk import Body
from worker import create_worker

__all__ = ["KEY", "IncidentAtWork", "new_incident_id", "working"]

KEY = Ed25519PrivateKey.generate()
_SIGNER = PrincipalSigner(KEY)
_PATIENCE_SECONDS = 20.0

_RECEIPT = text("SELECT * FROM projection.receipt WHERE submission_id = :id")
_DECISION = text(
    "SELECT * FROM projection.decision WHERE incident_id = :incident AND request_id = :request"
)
_TIMELINE = text(
    "SELECT * FROM projection.timeline WHERE incident_id = :incident ORDER BY position"
)

_RECORDED = text("""
    SELECT entry_id FROM evidence.record WHERE workflow_id = :workflow AND kind = :kind LIMIT 1
""")

_STATE_FOLDER = Path(tempfile.mkdtemp(prefix="holdfast-tests-"))
atexit.register(shutil.rmtree, _STATE_FOLDER, ignore_errors=True)


def new_incident_id() -> str:
    """An incident id that no other test uses."""
    return f"INC-2026-{secrets.randbelow(10**12):012d}"


@contextlib.asynccontextmanager
async def working(
    client: Client, engine: AsyncEngine, task_queue: str, folder: Path | None = None
) -> AsyncIterator[None]:
    """Run a worker that believes the tests' key; what its channels write goes into that folder."""
    await store_policies(engine, POLICIES)
    verifier = PrincipalVerifier(KEY.public_key())
    settings = Settings(task_queue=task_queue, state_folder=folder or _STATE_FOLDER)
    create_vendor_key(settings.vendor_key_file)
    if not settings.personal_data_key_file.exists():
        KeyEncryptionKeys(settings.personal_data_key_file).create_first()
    async with create_worker(client, engine, verifier, settings):
        yield


@dataclass
class IncidentAtWork:
    """One incident workflow, driven as the API drives it."""

    client: Client
    engine: AsyncEngine
    task_queue: str
    incident_id: str = field(default_factory=new_incident_id)
    history_limit: int = 1_000
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The workflow, whichever run of it is current."""
        return self.client.get_workflow_handle(incident_workflow_id(self.incident_id))

    def sign(self, actor: Actor, body: Body, submission_id: str | None = None) -> SignedSubmission:
        """Sign a submission as the API does."""
        return _SIGNER.sign(
            Submission(
                submission_id=submission_id or f"{self.incident_id}-s{next(self.numbers)}",
                workflow_id=incident_workflow_id(self.incident_id),
                principal=actor,
                submitted_at=datetime.now(UTC),
                body=body,
            )
        )

    async def open(self) -> None:
        """Open the incident by signal-with-start, and wait until that is durable."""
        opening = self.sign(ALERTMANAGER, report())
        await self.client.start_workflow(
            INCIDENT_WORKFLOW,
            IncidentInput(
                incident_id=self.incident_id,
                policies=CARRIED,
                pins=tuple(PINS.values()),
                history_limit=self.history_limit,
            ),
            id=incident_workflow_id(self.incident_id),
            task_queue=self.task_queue,
            start_signal="report",
            start_signal_args=[opening],
        )
        await self.receipt(opening.submission.submission_id)

    async def send(self, signed: SignedSubmission) -> str:
        """Send a signed submission and return its id; nothing is waited for."""
        await self.handle.signal(signed.submission.body.type, signed)
        return signed.submission.submission_id

    async def submit(self, actor: Actor, body: Body, submission_id: str | None = None) -> Row[Any]:
        """Send a submission and return its receipt."""
        return await self.receipt(await self.send(self.sign(actor, body, submission_id)))

    async def answer(
        self, actor: Actor, request_id: str, option: str, data: JsonObject | None = None
    ) -> Row[Any]:
        """Answer a request about its present subject, once it has been put."""
        request = await self.request(request_id)
        return await self.submit(
            actor,
            Answer(
                request_id=request_id,
                option=option,
                subject_digest=request.subject["digest"],
                rationale="For the reasons discussed.",
                data=data or {},
            ),
        )

    async def receipt(self, submission_id: str) -> Row[Any]:
        """Wait for a receipt."""
        return await self._row(_RECEIPT, {"id": submission_id})

    async def request(self, request_id: str) -> Row[Any]:
        """Wait for a decision request."""
        return await self._row(_DECISION, {"incident": self.incident_id, "request": request_id})

    async def timeline(self) -> list[Row[Any]]:
        """The lines of the timeline, in order."""
        async with self.engine.connect() as connection:
            rows = await connection.execute(_TIMELINE, {"incident": self.incident_id})
            return list(rows)

    async def kinds(self) -> list[str]:
        """The kinds of all entries, in order."""
        return [line.kind for line in await self.timeline()]

    async def until(self, kind: str) -> None:
        """Wait until an entry of that kind stands."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while kind not in await self.kinds():
                await asyncio.sleep(0.02)

    async def until_recorded(self, workflow_id: str, kind: str) -> None:
        """Wait until that workflow has recorded an entry of that kind."""
        names = {"workflow": workflow_id, "kind": kind}
        await self._row(_RECORDED, names)

    async def until_said(self, words: str, times: int = 1) -> None:
        """Wait until so many lines of the timeline begin with these words."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while sum(line.summary.startswith(words) for line in await self.timeline()) < times:
                await asyncio.sleep(0.02)

    async def _row(self, statement: Any, names: dict[str, str]) -> Row[Any]:  # noqa: ANN401 - SQL text
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                async with self.engine.connect() as connection:
                    if row := (await connection.execute(statement, names)).first():
                        return row
                await asyncio.sleep(0.01)
