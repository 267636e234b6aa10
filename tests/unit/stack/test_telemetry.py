"""What a log line holds, and what it must not."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from holdfast.settings import LogFormat, Settings
from holdfast.telemetry import configure_logging


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The process's log as JSON lines, put back as it was afterwards."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = root.handlers, root.level
    configure_logging(Settings(log_format=LogFormat.JSON), "worker")
    yield stream
    root.handlers, root.level = before
    structlog.reset_defaults()


def test_event_comes_first_with_its_ids_as_fields(log: io.StringIO) -> None:
    """A line starts with what happened; ids bound to the context are on it."""
    with structlog.contextvars.bound_contextvars(incident="INC-1"):
        structlog.get_logger("holdfast").info("journal.appended", entries=3)

    line = json.loads(log.getvalue())
    assert next(iter(line)) == "event"
    assert line["event"] == "journal.appended"
    assert line["incident"] == "INC-1"
    assert line["entries"] == 3
    assert line["part"] == "worker"


def test_lines_of_libraries_take_the_same_way(log: io.StringIO) -> None:
    """What the standard library's logging is told is a JSON line as well."""
    logging.getLogger("uvicorn.error").warning("stopped %s", "early", extra={"color_message": "!"})

    line = json.loads(log.getvalue())
    assert line["event"] == "stopped early"
    assert "color_message" not in line


def test_traceback_tells_no_values(log: io.StringIO) -> None:
    """A variable may hold a password or a person's name: only the code's lines are told."""
    password = f"{'correct'} horse"
    try:
        int(password[:7])
    except ValueError:
        structlog.get_logger("holdfast").exception("worker.failed")

    assert "ValueError" in log.getvalue()
    assert password not in log.getvalue()
