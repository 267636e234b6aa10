"""Automations for tests, from real files of configuration: commands that are scripts of Python."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from holdfast.automation import Automation, Done, Order, load_automations
from holdfast.settings import Settings

__all__ = ["command", "configured", "content_of", "process_ends", "ran", "request", "written"]

_WORDS = r"[\s\S]*"


def written(folder: Path, automations: dict[str, object], hosts: Sequence[str] = ()) -> Path:
    """The file of these automations. JSON is YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "automations.yaml"
    path.write_text(json.dumps({"hosts": list(hosts), "automations": automations}))
    return path


def command(
    script: str,
    *parameters: str,
    dry_run: str = "print('tried')",
    **more: Any,  # noqa: ANN401 - what a configuration may say
) -> dict[str, Any]:
    """A command that runs a script; its arguments are those parameters, of any form."""
    places = [f"{{{name}}}" for name in parameters]
    return {
        "kind": "command",
        "title": "Run a script",
        "parameters": dict.fromkeys(parameters, _WORDS),
        "command": ["{python}", "-I", "-c", script, *places],
        "dry_run": ["{python}", "-I", "-c", dry_run, *places],
        **more,
    }


def request(url: str, *parameters: str, **more: object) -> dict[str, Any]:
    """A request that is a dry run if its query says so."""
    return {
        "kind": "http",
        "title": "Send a request",
        "parameters": dict.fromkeys(parameters, _WORDS),
        "method": "POST",
        "url": url,
        "expect": [200],
        "dry_run": {"query": {"dry": "yes"}},
        **more,
    }


def configured(folder: Path, automation: object) -> Automation:
    """That automation, loaded from a file."""
    path = written(folder, {"it": automation}, ["127.0.0.1"])
    settings = Settings(state_folder=folder / "state", automations_file=path)
    return load_automations(settings).all["it"]


async def ran(
    automation: Automation, seconds: float = 10, beats: list[str] | None = None, **words: str
) -> Done:
    """Have it done in earnest with these words, which nothing has looked at before."""
    told = [] if beats is None else beats
    return await automation.run(Order("step/key/1", words, seconds), told.append)


async def process_ends(number: int, patience: float = 5) -> bool:
    """Whether the process of that number ends soon."""
    for _ in range(int(patience * 50)):
        # What has ended stays listed until whoever adopted it looks.
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(number).status() != psutil.STATUS_ZOMBIE:
                await asyncio.sleep(0.02)
                continue
        return True
    return False


async def content_of(path: Path, patience: float = 10) -> str:
    """What a process writes into that file, once it has."""
    for _ in range(int(patience * 50)):
        if text := await asyncio.to_thread(_text_of, path):
            return text
        await asyncio.sleep(0.02)
    message = f"{path} is not there"
    raise TimeoutError(message)


def _text_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""
