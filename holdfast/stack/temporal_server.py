"""The embedded Temporal server, and what Holdfast needs of any Temporal namespace.

The embedded one is the real server and Web UI in one process, its state in one SQLite file. Its
histories are execution truth only: what must outlive them stands in the evidence log.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import temporalio.api.enums.v1 as enums
import temporalio.api.operatorservice.v1 as operator
import temporalio.api.workflowservice.v1 as service
from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.client import Client
from temporalio.service import RPCError

from holdfast.domain.operator_view import SEARCH_ATTRIBUTES
from holdfast.errors import StackError, Unavailable
from holdfast.settings import Settings
from holdfast.stack.processes import Launch
from holdfast.temporal_client import connect

__all__ = [
    "add_search_attributes",
    "missing_search_attributes",
    "register_search_attributes",
    "set_retention",
    "temporal_binary",
    "temporal_client",
    "temporal_is_ready",
    "temporal_launch",
]

_DYNAMIC_CONFIGURATION = {
    # With the default of 20 polls a second every step of a workflow waits for a grid of 50 ms.
    "history.transferProcessorMaxPollRPS": "2000",
    # With the default of 20 polls a second a timer among thousands fires up to 6 s late now and
    # then: a poll over the limit is put off for 5 s.
    "history.timerProcessorMaxPollRPS": "2000",
    # With the default of 1 s no timer is shorter than that.
    "history.timerProcessorMaxTimeShift": '"10ms"',
}
# Measured here, one activity step: 24-28 ms as delivered, 16-17 ms with these two, 14-18 ms with no
# synchronising at all. NORMAL (1) in WAL loses nothing to a kill; a power failure may take the last
# steps but leaves the file whole, and the journal's appends are idempotent when they run again.
_SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": "1"}
_ANSWERS_WITHIN = timedelta(seconds=2)


def temporal_binary() -> Path:
    """Return the server's program: the one installed beside our interpreter, else one on PATH."""
    beside = Path(sys.executable).with_name("temporal")
    if beside.exists():
        return beside
    found = shutil.which("temporal")
    if found is None:
        message = "no program `temporal` beside the interpreter or on PATH: run `make setup`"
        raise StackError(message)
    return Path(found)


def temporal_launch(settings: Settings) -> Launch:
    """How the supervisor starts the embedded server on this installation's ports and state."""
    options = {
        "--db-filename": str(settings.state_folder.resolve() / "temporal.sqlite"),
        "--ip": settings.host,
        "--port": str(settings.temporal_port),
        "--ui-port": str(settings.temporal_ui_port),
        "--namespace": settings.temporal_namespace,
        "--log-level": "warn",
    }
    repeated = [
        ("--dynamic-config-value", f"{key}={value}")
        for key, value in _DYNAMIC_CONFIGURATION.items()
    ] + [("--sqlite-pragma", f"{key}={value}") for key, value in _SQLITE_PRAGMAS.items()]
    words = [word for pair in (*options.items(), *repeated) for word in pair]
    program = (str(temporal_binary()), "server", "start-dev", "--ui-disable-news-fetch", *words)
    return Launch(program=program)


async def temporal_client(settings: Settings) -> Client:
    """Connect to the Temporal of this installation, to operate it.

    Raises:
        Unavailable: it does not answer.
    """
    try:
        return await connect(settings)
    except RuntimeError as error:
        message = (
            f"Temporal does not answer at {settings.temporal_target}: start it with `holdfast up`, "
            f"or set HOLDFAST_TEMPORAL_ADDRESS to where it is"
        )
        raise Unavailable(message, target=settings.temporal_target) from error


async def temporal_is_ready(settings: Settings) -> bool:
    """Whether the server is healthy and knows the namespace."""
    try:
        client = await temporal_client(settings)
        healthy = await client.service_client.check_health(timeout=_ANSWERS_WITHIN)
        await client.workflow_service.describe_namespace(
            service.DescribeNamespaceRequest(namespace=settings.temporal_namespace),
            timeout=_ANSWERS_WITHIN,
        )
    except (Unavailable, RPCError):
        return False
    return healthy


async def missing_search_attributes(client: Client) -> dict[str, str]:
    """Return the search attributes, by name and type, that the namespace does not have yet."""
    response = await client.operator_service.list_search_attributes(
        operator.ListSearchAttributesRequest(namespace=client.namespace),
        timeout=_ANSWERS_WITHIN,
    )
    known = dict(response.custom_attributes)
    missing = {}
    for name, kind in SEARCH_ATTRIBUTES.items():
        if name not in known:
            missing[name] = kind
        elif known[name] != _indexed_type(kind):
            message = (
                f"the search attribute {name} must be of type {kind} but the namespace "
                f"{client.namespace} has it with another: remove it there, or use another namespace"
            )
            raise StackError(message, name=name, type=kind)
    return missing


async def register_search_attributes(client: Client) -> int:
    """Register what is missing, and return how many; nothing is written where nothing is missing.

    So a namespace whose attributes somebody else administers needs no right of ours.
    """
    missing = await missing_search_attributes(client)
    if missing:
        await add_search_attributes(client, missing)
    return len(missing)


async def add_search_attributes(client: Client, attributes: Mapping[str, str]) -> None:
    """Register search attributes, by name and type, that the namespace does not have."""
    await client.operator_service.add_search_attributes(
        operator.AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={name: _indexed_type(kind) for name, kind in attributes.items()},
        ),
        timeout=_ANSWERS_WITHIN,
    )


async def set_retention(client: Client, days: int) -> None:
    """Set how long the embedded server keeps closed histories; its own default is one day."""
    period = Duration()
    period.FromTimedelta(timedelta(days=days))
    await client.workflow_service.update_namespace(
        service.UpdateNamespaceRequest(
            namespace=client.namespace,
            config=NamespaceConfig(workflow_execution_retention_ttl=period),
        ),
        timeout=_ANSWERS_WITHIN,
    )


def _indexed_type(kind: str) -> enums.IndexedValueType.ValueType:
    """Return Temporal's number of a type named as its Web UI names it (`KeywordList`)."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).upper()
    return enums.IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{name}")
