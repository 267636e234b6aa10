"""How this host's clock stands to true time, as the kernel knows it from NTP.

Where the kernel does not say (no Linux, or a sandbox that forbids the call) there is no metric: a
zero would say that all is well.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

__all__ = ["HostClock", "HostClockCollector", "read_host_clock"]

_UNSYNCHRONISED = 0x0040
_IN_NANOSECONDS = 0x2000
_ERROR = -1


class _Timeval(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("microseconds", ctypes.c_long))


class _Timex(ctypes.Structure):
    """`struct timex` of linux/timex.h; the room at its end is the kernel's own."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("frequency", ctypes.c_long),
        ("maximum_error", ctypes.c_long),
        ("estimated_error", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("time", _Timeval),
        ("tick", ctypes.c_long),
        ("rest", ctypes.c_byte * 128),
    )


@dataclass(frozen=True, slots=True)
class HostClock:
    """What the kernel knows: whether NTP keeps the clock, and offset and error in seconds."""

    synchronised: bool
    offset: float
    maximum_error: float


def read_host_clock() -> HostClock | None:
    """Ask the kernel (adjtimex(2), changing nothing); None where it does not say."""
    if sys.platform != "linux":
        return None
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (AttributeError, OSError):
        return None
    timex = _Timex()
    if adjtimex(ctypes.byref(timex)) == _ERROR:
        return None
    unit = 1e-9 if timex.status & _IN_NANOSECONDS else 1e-6
    return HostClock(
        synchronised=not timex.status & _UNSYNCHRONISED,
        offset=timex.offset * unit,
        maximum_error=timex.maximum_error * 1e-6,
    )


class HostClockCollector(Collector):
    """Asks at every scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return the metrics, or none where the kernel does not say."""
        clock = read_host_clock()
        if clock is None:
            return
        yield GaugeMetricFamily(
            "holdfast_host_clock_synchronised",
            "1 while NTP keeps this host's clock; alarm at 0",
            value=float(clock.synchronised),
        )
        yield GaugeMetricFamily(
            "holdfast_host_clock_offset_seconds",
            "What the kernel still has to correct of this host's clock",
            value=clock.offset,
        )
        yield GaugeMetricFamily(
            "holdfast_host_clock_maximum_error_seconds",
            "How far this host's clock may be from true time; alarm above 1",
            value=clock.maximum_error,
        )
