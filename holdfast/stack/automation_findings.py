"""Whether steps could be automated: the file of automations, and what each of them needs here."""

from __future__ import annotations

import stat
from pathlib import Path

from holdfast.errors import InvalidInput
from holdfast.settings import Settings
from holdfast.stack.finding import Finding

__all__ = ["automation_findings"]

_CHANGED_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def automation_findings(settings: Settings) -> list[Finding]:
    """Read the file of automations, and look for the programs and secrets that it names."""
    # They bring an HTTP client along; the rest of the command line starts without it.
    from holdfast.automation import load_automations  # noqa: PLC0415

    try:
        automations = load_automations(settings)
    except InvalidInput as error:
        return [Finding("automations", error.message, mend="")]
    findings = [_file(settings.automations_file, len(automations.all))]
    for name, automation in automations.all.items():
        if fault := automation.fault():
            mend = f"then try it: `holdfast automation try {name}`"
            findings.append(Finding(f"automation {name}", fault, mend))
    return findings


def _file(path: Path, count: int) -> Finding:
    """Whoever may write to it has the worker run what they like; ours is part of the program."""
    ours = path == Settings.model_fields["automations_file"].default
    if not ours and path.stat().st_mode & _CHANGED_BY_OTHERS:
        return Finding("automations", f"{path}: others may change it", mend=f"chmod go-w {path}")
    return Finding("automations", f"{count}, by {path}")
