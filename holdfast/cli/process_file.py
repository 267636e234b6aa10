"""The running process, read from the platform and written down as a BPMN 2.0 file."""

from __future__ import annotations

import sys
from pathlib import Path

from holdfast.cli.demo_api import DemoApi
from holdfast.errors import InvalidInput, NotFound
from holdfast.settings import load_settings
from holdfast.store.local_tokens import read_local_tokens

__all__ = ["take_process"]

_READER = "auditor"
_PATIENCE_SECONDS = 5.0


def take_process(to: Path | None) -> None:
    """Write the process to a file that is not there yet, or print it.

    Raises:
        InvalidInput: the file is there already, or cannot be written.
        NotFound: there is no token of the auditor.
        Unavailable: the platform does not answer.
    """
    content = _read_process()
    if to is None:
        sys.stdout.buffer.write(content)
        return
    try:
        with to.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        message = f"{to} is there already, and nothing is overwritten: name another place with --to"
        raise InvalidInput(message) from error
    except OSError as error:
        message = f"{to} cannot be written ({error.strerror}): name another place with --to"
        raise InvalidInput(message) from error


def _read_process() -> bytes:
    settings = load_settings()
    tokens = read_local_tokens(settings.tokens_file)
    if _READER not in tokens:
        where = settings.tokens_file
        message = f"no access token {_READER} in {where}: the first `holdfast up` makes them"
        raise NotFound(message)
    base = f"http://{settings.host}:{settings.api_port}"
    api = DemoApi(base, {_READER: tokens[_READER].token}, _PATIENCE_SECONDS)
    try:
        return api.get_bytes("/v1/process.bpmn", _READER)
    finally:
        api.close()
