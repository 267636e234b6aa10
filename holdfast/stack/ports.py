"""The ports that the platform listens on, checked before anything is started."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

import psutil

from holdfast.errors import StackError
from holdfast.settings import Settings

__all__ = ["Port", "check_ports", "is_taken", "platform_ports", "port_holder"]


@dataclass(frozen=True, slots=True)
class Port:
    """A port, what it is for, and the setting that moves it."""

    number: int
    purpose: str
    setting: str


def platform_ports(settings: Settings) -> tuple[Port, ...]:
    """Return the ports that this installation will listen on."""
    own = (
        Port(settings.api_port, "the API", "HOLDFAST_API_PORT"),
        Port(settings.worker_metrics_port, "the worker's metrics", "HOLDFAST_WORKER_METRICS_PORT"),
        Port(
            settings.sequencer_metrics_port,
            "the sequencer's metrics",
            "HOLDFAST_SEQUENCER_METRICS_PORT",
        ),
    )
    if settings.temporal_address is not None:
        return own
    return (
        *own,
        Port(settings.temporal_port, "Temporal", "HOLDFAST_TEMPORAL_PORT"),
        Port(settings.temporal_ui_port, "the Temporal Web UI", "HOLDFAST_TEMPORAL_UI_PORT"),
    )


def is_taken(host: str, port: int) -> bool:
    """Whether another process listens there; a port that only rests after its use is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            message = f"cannot listen on {host}:{port} ({error.strerror}): set HOLDFAST_HOST"
            raise StackError(message, host=host, port=port) from error
    return False


def port_holder(port: int) -> str | None:
    """Return the process that listens on a port, or None where we may not see it."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        address = connection.laddr
        is_listener = connection.status == psutil.CONN_LISTEN and address and address.port == port
        if is_listener and connection.pid is not None:
            try:
                return f"{psutil.Process(connection.pid).name()}, process {connection.pid}"
            except psutil.NoSuchProcess:
                return None
    return None


def check_ports(host: str, ports: tuple[Port, ...]) -> None:
    """Make sure that every port is free.

    Raises:
        StackError: naming each taken port, who holds it where that can be seen, and the setting
            that moves it.
    """
    seen: dict[int, Port] = {}
    for port in ports:
        if (other := seen.get(port.number)) is not None:
            message = (
                f"port {port.number} is set for both {other.purpose} and {port.purpose}: "
                f"change {port.setting}"
            )
            raise StackError(message, port=port.number)
        seen[port.number] = port
    taken = [port for port in ports if is_taken(host, port.number)]
    if taken:
        complaints = [_complaint(host, port) for port in taken]
        raise StackError("; ".join(complaints), ports=[port.number for port in taken])


def _complaint(host: str, port: Port) -> str:
    holder = port_holder(port.number)
    by_whom = f" by {holder}" if holder else ""
    return (
        f"port {port.number} on {host}, for {port.purpose}, is taken{by_whom}: "
        f"stop that, or set {port.setting} to another port"
    )
