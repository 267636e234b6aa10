"""The trust policy of a bundle, in the form of C2SP tlog-policy."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["trust_policy"]

_GROUP = "witnesses"


def trust_policy(logs: Sequence[str], witnesses: Sequence[str]) -> str:
    """Write the policy: the vkeys that signed, and those of witnesses, of which one suffices."""
    lines = [f"log {vkey}" for vkey in logs]
    names = [f"witness-{number}" for number, _ in enumerate(witnesses, 1)]
    lines += [f"witness {name} {vkey}" for name, vkey in zip(names, witnesses, strict=True)]
    if names:
        lines.append(f"group {_GROUP} any {' '.join(names)}")
    lines.append(f"quorum {_GROUP if names else 'none'}")
    return "".join(f"{line}\n" for line in lines)
