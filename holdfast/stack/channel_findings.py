"""Whether messages could leave: the file of channels, and the mail servers that it names."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

from holdfast.errors import InvalidInput
from holdfast.settings import Settings
from holdfast.stack.finding import Finding

__all__ = ["channel_findings"]

_ANSWERS_WITHIN_SECONDS = 2.0
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def channel_findings(settings: Settings) -> list[Finding]:
    """Read the file of channels, and ask every mail server in it whether it takes mail."""
    # They bring an HTTP client along; the rest of the command line starts without it.
    from holdfast.channels import load_channels  # noqa: PLC0415
    from holdfast.channels.mail import MailChannel  # noqa: PLC0415

    try:
        channels = load_channels(settings)
    except InvalidInput as error:
        return [Finding("channels", error.message, mend="")]
    findings = [_file(settings.channels_file, len(channels.kinds))]
    servers = [
        each for name in channels.kinds if isinstance(each := channels.get(name), MailChannel)
    ]
    faults = await asyncio.gather(
        *(asyncio.to_thread(server.fault, _ANSWERS_WITHIN_SECONDS) for server in servers)
    )
    for server, fault in zip(servers, faults, strict=True):
        subject = f"channel {server.name}"
        mend = f"then try it: `holdfast channel try {server.name} --to ADDRESS`"
        findings.append(Finding(subject, fault, mend) if fault else Finding(subject, "answers"))
    return findings


def _file(path: Path | None, count: int) -> Finding:
    if path is None:
        return Finding("channels", f"{count}, all on this machine; no file of channels is set")
    if path.stat().st_mode & _OTHERS:
        return Finding("channels", f"{path}: others may use it", mend=f"chmod 600 {path}")
    return Finding("channels", f"{count}, by {path}, readable by its owner only")
