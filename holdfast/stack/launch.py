"""What runs between the supervisor's fork and a part's own program.

It gives up root where asked, asks the kernel to stop this process when the supervisor dies, and
becomes the part. A file of the standard library alone, run as a script by a bare interpreter: a
`preexec_fn` would do the same inside a fork of a process with threads, where it may deadlock; and
the kernel forgets the request when the user changes, so both have to happen here, in this order.
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
# Histories, keys and logs hold what only the owner may read, whatever the file's program thinks.
_ONLY_THE_OWNER = 0o077


def main(arguments: list[str]) -> None:
    """Become the program of `supervisor-pid signal uid gid program [argument...]`."""
    supervisor, stop_signal, uid, gid = (int(argument) for argument in arguments[:4])
    program = arguments[4:]
    os.umask(_ONLY_THE_OWNER)
    if uid != os.geteuid():
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, stop_signal)
        # A supervisor that died before the request would never be noticed.
        if os.getppid() != supervisor:
            sys.exit(f"{program[0]} was not started: its supervisor is gone")
    os.execv(program[0], program)  # noqa: S606 - the supervisor's own command, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
