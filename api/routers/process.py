"""The doors of the running process: which it is, and as a BPMN 2.0 file for any viewer."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from api.authentication import AnyReader
from api.platform import Doors
from api.problem_documents import problems
from api.strict_route import StrictRoute
from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import APPROVAL_MATRIX, approval_matrix
from holdfast.domain.process_model.bpmn import BPMN_MEDIA_TYPE, process_bpmn
from holdfast.domain.process_model.model import PROCESS, PROCESS_NAME, PROCESS_VERSION, process_pin
from holdfast.domain.values import Digest, Frozen, Identifier, Line

__all__ = ["RunningProcess", "router"]

router = APIRouter(prefix="/v1", tags=["process documents"], route_class=StrictRoute)

_READING = problems(401, 403, 422, 503)
_FILE_NAME = f"{PROCESS_NAME}-{PROCESS_VERSION}.bpmn"
_HOW_TO_OPEN = (
    "Read /v1/process.bpmn, keep it as a file, and open it in any viewer of BPMN 2.0, "
    "such as that of bpmn.io."
)


class RunningProcess(Frozen):
    """Which process the platform runs, and by which matrix its file tells the questions."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "holdfast-process",
                "version": "1.0.0",
                "digest": "sha256:53a8628fc72cbd0b81be417024422debad652843a2582e8763f5cdb1bca5a7f1",
                "approval_matrix": {
                    "name": "approval-matrix",
                    "version": "5.0.0",
                    "digest": "sha256:" + "0" * 64,
                },
                "how_to_open": _HOW_TO_OPEN,
            }
        }
    )

    name: Identifier
    version: Identifier
    digest: Digest
    approval_matrix: PolicyPin
    how_to_open: Line


@router.get(
    "/process", summary="Read which process runs", dependencies=[AnyReader], responses=_READING
)
async def get_process(doors: Doors) -> RunningProcess:
    """Read name, version and digest of the process, and which approval matrix asks its questions.

    The digest is of what the process is, not of its file: another matrix asks otherwise in it.
    """
    matrix = doors.policies.policy(APPROVAL_MATRIX, datetime.now(UTC))
    return RunningProcess.model_validate(
        {**process_pin(), "approval_matrix": matrix.pin, "how_to_open": _HOW_TO_OPEN}
    )


@router.get(
    "/process.bpmn",
    summary="Read the process as BPMN 2.0",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {
            "content": {BPMN_MEDIA_TYPE: {"schema": {"type": "string"}}},
            "description": "A BPMN 2.0 file with its diagram; its SHA-256 is the `ETag`.",
        },
        **_READING,
    },
)
async def get_process_bpmn(doors: Doors) -> Response:
    """Read the process that runs, with the questions of the approval matrix in force now."""
    matrix = doors.policies.policy(APPROVAL_MATRIX, datetime.now(UTC))
    content = process_bpmn(PROCESS, approval_matrix(matrix.content))
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{_FILE_NAME}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=BPMN_MEDIA_TYPE, headers=headers)
