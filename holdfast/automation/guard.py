"""Stands between a worker and a command, so that the command never outlives the worker.

Run as a file, by itself: `python -I -S guard.py NAMES PROGRAM ARGUMENT…`, as the leader of a
process group; NAMES are those of the variables that the command sees, with commas between them. Its
standard input is a pipe that only the worker holds: when that ends, the group ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

__all__ = ["main"]

_CANNOT_BE_STARTED = 126


def main() -> int:
    """Run the command and return its exit status; a signal that has ended it ends this too."""
    # Told to end, the command says itself how; a handler, unlike a deaf ear, is not inherited.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    # Python has added to the variables, as far as it found no locale among them.
    seen = {name: os.environ[name] for name in sys.argv[1].split(",") if name}
    try:
        command = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, env=seen)  # noqa: S603 - no shell: the worker's own words
    except OSError as error:
        sys.stdout.write(f"the command could not be started: {error.strerror}\n")
        return _CANNOT_BE_STARTED
    threading.Thread(target=_until_the_worker_ends, daemon=True).start()
    status = command.wait()
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


def _until_the_worker_ends() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main())
