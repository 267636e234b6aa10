"""Which version is in force at an instant, and what the folder has that is not."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from holdfast.domain.roles import SYSTEM
from holdfast.settings import Settings
from holdfast.store.policies import load_named_policy
from holdfast.store.policy_installation import compare_folder
from holdfast.store.policy_kinds import POLICY_KINDS
from holdfast.store.published_policies import StoredPolicy, in_force

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FOLDER = Settings().policies_folder


def version(
    number: str, published: datetime | None, effective: datetime | None, **changes: object
) -> StoredPolicy:
    """A version of a policy; without a moment of publication, a draft."""
    stored = StoredPolicy(
        name="recovery",
        version=number,
        digest=f"sha256:{number[0] * 64}",
        state="published" if published else "draft",
        reason="because",
        drafted_by=SYSTEM.model_dump(mode="json"),
        drafted_at=NOON - HOUR,
        trial=None,
        published_by=SYSTEM.model_dump(mode="json") if published else None,
        published_at=published,
        effective_at=effective,
    )
    return dataclasses.replace(stored, **changes)  # type: ignore[arg-type] # fields by name


_FIRST = version("1", NOON, NOON)
_LATER = version("2", NOON, NOON + 2 * HOUR)
_SOONER = version("3", NOON + HOUR, NOON + HOUR)
_DRAFT = version("4", None, None)
_ALL = [_DRAFT, _LATER, _SOONER, _FIRST]


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        pytest.param(NOON - HOUR, "1", id="before the first"),
        pytest.param(NOON, "1", id="from its instant on"),
        pytest.param(NOON + HOUR - timedelta(microseconds=1), "1", id="until the next"),
        pytest.param(NOON + HOUR, "3", id="published later, in force sooner"),
        pytest.param(NOON + 2 * HOUR, "2", id="published earlier, in force later"),
        pytest.param(NOON + 1000 * HOUR, "2", id="for good"),
    ],
)
def test_the_version_that_took_effect_last_is_in_force(at: datetime, wanted: str) -> None:
    """A draft never is, and no instant is without one."""
    found = in_force(_ALL, at)
    assert found is not None
    assert found.version == wanted


def test_of_two_that_take_effect_together_the_one_published_later_is_in_force() -> None:
    """It was decided knowing the other."""
    corrected = version("5", NOON + HOUR, NOON + 2 * HOUR)
    assert in_force([corrected, _LATER], NOON + 3 * HOUR) is corrected


def test_without_a_publication_nothing_is_in_force() -> None:
    """A draft is no rule."""
    assert in_force([_DRAFT], NOON) is None


def _as_installed() -> dict[str, list[StoredPolicy]]:
    return {name: [_stored(name, NOON, NOON)] for name in POLICY_KINDS}


def _stored(name: str, published: datetime | None, effective: datetime | None) -> StoredPolicy:
    pin = load_named_policy(FOLDER, name).pin
    names = {"name": name, "version": pin.version, "digest": pin.digest}
    return version("1", published, effective, **names)


def test_a_folder_as_it_was_installed_has_nothing_to_say() -> None:
    """Every kind is compared, the register too."""
    assert compare_folder(FOLDER, _as_installed(), NOON) == []


def test_what_the_folder_has_besides_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Edited without a new version, new, drafted, upcoming, replaced, unreadable."""
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder)
    known = _as_installed()
    _rewrite(folder / "recovery.yaml", "in force again", "in force")
    _rewrite(folder / "retention.yaml", 'version: "1.0.0"', 'version: "9.0.0"')
    (folder / "escalation.yaml").write_text("name: escalation\n")
    for name, newer in (
        ("alert-intake", _stored("alert-intake", None, None)),
        ("severity-tree", _stored("severity-tree", NOON, NOON + HOUR)),
        ("register", _stored("register", NOON - HOUR, NOON - HOUR)),
    ):
        known[name] = [newer, version("0", NOON - HOUR / 2, NOON - HOUR / 2, name=name)]

    found = {each.name: each for each in compare_folder(folder, known, NOON)}

    assert set(found) == {
        "recovery", "retention", "escalation", "alert-intake", "severity-tree", "register",
    }  # fmt: skip
    assert "there is another 1.0.0 already" in found["recovery"].words
    assert found["retention"].words == (
        "policies/retention.yaml (9.0.0) is not in force (1.0.0 is): "
        "publish it with `holdfast policy publish policies/retention.yaml`"
    )
    assert "escalation.yaml:1: version" in found["escalation"].words
    assert "let another person give" in found["alert-intake"].words
    assert "takes effect at 2026-03-04T13:00" in found["severity-tree"].words
    assert "it was replaced" in found["register"].words
    quiet = {each.name for each in found.values() if not each.waits}
    assert quiet == {"severity-tree", "register"}


def _rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
