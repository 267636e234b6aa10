"""The texts that are shipped, and values of every kind to fill them with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from holdfast.domain.communication.kinds import Purpose
from holdfast.domain.communication.template_values import ValueKind
from holdfast.domain.communication.templates import CommunicationsPolicy, communications_policy
from holdfast.settings import Settings
from holdfast.store.communications.known_values import KnownValue, RawValue
from holdfast.store.communications.rendering import Rendering
from holdfast.store.policies import load_named_policy

__all__ = ["AT", "FOLDER", "LANGUAGES", "POLICY", "PURPOSES", "body_of", "everything", "known"]

FOLDER = Settings().policies_folder / "communications"
POLICY: CommunicationsPolicy = communications_policy(
    load_named_policy(Path(FOLDER).parent, "communications").content
)
PURPOSES = [each for each in Purpose if each is not Purpose.OTHER]
LANGUAGES = ["en", "de", "fr"]

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)

_SAMPLES: dict[ValueKind, RawValue] = {
    ValueKind.TEXT: "a text",
    ValueKind.COUNT: 120_000,
    ValueKind.BOOLEAN: True,
    ValueKind.MOMENT: AT,
    ValueKind.LIST: ("one", "two", "three"),
}


def known(name: str, raw: RawValue | None = None, *, estimate: bool = False) -> KnownValue:
    """That value as it may be known, or a sample of its kind."""
    kind = POLICY.offered[name].kind
    return KnownValue(kind, _SAMPLES[kind] if raw is None else raw, estimate=estimate)


def everything() -> dict[str, KnownValue]:
    """A value for every name that there is."""
    return {name: known(name) for name in POLICY.offered}


def body_of(source: str, values: dict[str, KnownValue], language: str = "en") -> str:
    """A body as it is rendered from these values."""
    return Rendering(POLICY, language, values, {}).body(source).text
