"""What all tests share: no connection leaves this machine, and the interpreter ends in peace."""

from __future__ import annotations

import ipaddress
import sys
import time

import pytest

from holdfast.settings import Settings
from holdfast.telemetry import configure_tracing

# Temporal's client leaves threads behind that may crash an interpreter which ends at once.
_SETTLING_SECONDS = 0.3


class ConnectionLeavesMachineError(RuntimeError):
    """A test tried to reach another machine."""


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_loopback(str(address[0])):
        message = f"tests reach this machine only, not {address}"
        raise ConnectionLeavesMachineError(message)


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


def pytest_configure() -> None:
    """Watch every connection of this process; give it the one tracer provider that it may have."""
    sys.addaudithook(_refuse_other_machines)
    configure_tracing(Settings(), "tests", record=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give the threads of Temporal's client the time to end, if it was used."""
    del session
    if "temporalio" in sys.modules:
        time.sleep(_SETTLING_SECONDS)
