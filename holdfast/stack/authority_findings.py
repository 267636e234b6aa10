"""Whether anything could be submitted: the file of authorities, and what each of them needs."""

from __future__ import annotations

import stat
from pathlib import Path

from holdfast.errors import InvalidInput
from holdfast.settings import Settings
from holdfast.stack.finding import Finding

__all__ = ["authority_findings"]

_CHANGED_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def authority_findings(settings: Settings) -> list[Finding]:
    """Read the file of authorities, and look for folders, certificates and secrets that it names.

    Nothing is sent: `holdfast authority try` does that.
    """
    # They bring an HTTP client along; the rest of the command line starts without it.
    from holdfast.channels.authorities import load_authorities  # noqa: PLC0415

    try:
        authorities = load_authorities(settings)
    except InvalidInput as error:
        return [Finding("authorities", error.message, mend="")]
    findings = [_file(settings.authorities_file, len(authorities.all))]
    for name, channel in authorities.all.items():
        if fault := channel.fault():
            mend = f"then try it: `holdfast authority try {name}`"
            findings.append(Finding(f"authority {name}", fault, mend))
    return findings


def _file(path: Path | None, count: int) -> Finding:
    """Whoever may write to it decides where reports go."""
    if path is None:
        said = f"{count}, all folders on this machine; no file of authorities is set"
        return Finding("authorities", said)
    if path.stat().st_mode & _CHANGED_BY_OTHERS:
        return Finding("authorities", f"{path}: others may change it", mend=f"chmod go-w {path}")
    return Finding("authorities", f"{count}, by {path}")
