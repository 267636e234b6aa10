"""`holdfast policy`: offline as a program of its own, and against a running platform."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn

from api.app import create_app
from holdfast.settings import Settings, environment_of
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.policies import load_policy_folder
from tests.api_doors import eventually, own_installation
from tests.real_parts import free_port
from tests.recording_temporal import RecordingTemporal

FOLDER = Settings().policies_folder


@pytest_asyncio.fixture(scope="module")
async def platform(settings: Settings, postgres: DatabaseUrls) -> AsyncIterator[Settings]:
    """An API that listens on a port, on a database of its own."""
    del postgres
    own = (await own_installation(settings)).model_copy(update={"api_port": free_port()})
    app = create_app(own, temporal=RecordingTemporal().client)
    server = uvicorn.Server(
        uvicorn.Config(app, host=own.host, port=own.api_port, log_config=None, access_log=False)
    )
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield own
    server.should_exit = True
    await serving


def holdfast(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command as anybody would."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "holdfast.cli.main", "policy", *arguments],
        env={**os.environ, "NO_COLOR": "1", **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The severity tree with another limit, under another version."""
    text = (FOLDER / "severity-tree.yaml").read_text()
    path = tmp_path / "candidate.yaml"
    path.write_text(
        text.replace('version: "2.0.0"', 'version: "2.1.0"').replace(
            "limit: 100000", "limit: 50000"
        )
    )
    return path


def test_validate_names_what_is_right(edited: Path) -> None:
    """The folder as a whole, the register, and a single file; without a platform."""
    done = holdfast("validate", str(FOLDER), str(FOLDER / "register"), str(edited))
    assert (done.returncode, done.stderr) == (0, "")
    for policy in load_policy_folder(FOLDER).values():
        assert f"{policy.pin.name} {policy.pin.version} {policy.pin.digest}\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("severity-tree 2.1.0 sha256:")


def test_validate_says_file_line_and_reason(edited: Path, tmp_path: Path) -> None:
    """On stderr, for every file; what is right is still named, and the exit code is 2."""
    text = edited.read_text()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace("operator: above", "operator: abov"))
    line = text[: text.index("operator: above")].count("\n") + 1
    done = holdfast("validate", str(wrong), str(tmp_path / "nowhere.yaml"), str(edited))
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first.startswith(f"{wrong}:{line}: nodes.many_clients.operator: ")
    assert second.endswith("nowhere.yaml: cannot be read: No such file or directory")
    assert done.stdout.startswith("severity-tree 2.1.0 ")


def test_diff_compares_two_files_without_a_platform(edited: Path) -> None:
    """Path by path, with both values."""
    done = holdfast("diff", str(edited), "--against", str(FOLDER / "severity-tree.yaml"))
    assert done.returncode == 0, done.stderr
    assert "~ nodes.many_clients.limit: 100000 → 50000\n" in done.stdout
    assert '~ version: "2.0.0" → "2.1.0"\n' in done.stdout
    assert done.stdout.endswith("\n2 difference(s)\n")
    other = holdfast("diff", str(edited), "--against", str(FOLDER / "recovery.yaml"))
    assert other.returncode == 2


def test_without_a_platform_the_others_say_so(edited: Path, tmp_path: Path) -> None:
    """One sentence, and the exit code of what is refused or unavailable."""
    done = holdfast("diff", str(edited), HOLDFAST_STATE_FOLDER=str(tmp_path))
    assert done.returncode == 2
    assert "the first `holdfast up` makes them" in done.stderr
    mistyped = holdfast("publish", str(edited), "--as", "x", "--effective-at", "tomorrow")
    assert mistyped.returncode == 2
    assert "'tomorrow' is no instant" in mistyped.stderr


async def test_the_same_command_by_two_people_publishes(platform: Settings, edited: Path) -> None:
    """The first drafts and tries, the second publishes; once more, by either, changes nothing."""
    here = environment_of(platform)

    async def publish(label: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        words = ("publish", str(edited), "--as", label, *arguments)
        return await asyncio.to_thread(holdfast, *words, **here)

    unsaid = await publish("compliance")
    assert unsaid.returncode == 2
    assert "say with --reason why" in unsaid.stderr
    first = await publish("compliance", "--reason", "Fewer clients are many already.")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("drafted: severity-tree 2.1.0 sha256:")
    assert "incidents" in first.stdout
    assert f"now another person: `holdfast policy publish {edited} --as" in first.stdout
    again = await publish("compliance", "--reason", "Once more.")
    assert (again.returncode, "now another person" in again.stdout) == (0, True)
    auditor = await publish("auditor", "--reason", "Why not.")
    assert auditor.returncode == 2

    against = await asyncio.to_thread(holdfast, "diff", str(edited), **here)
    assert against.stdout.startswith("severity-tree: 2.0.0 → 2.1.0")
    second = await publish("management_body", "--reason", "Agreed.")
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("published: severity-tree 2.1.0, in force from 2")
    done = await publish("management_body")
    assert (done.returncode, "nothing to do" in done.stdout) == (0, True)
    against = await asyncio.to_thread(holdfast, "diff", str(edited), **here)
    assert "0 difference(s)" in against.stdout
    older = await asyncio.to_thread(holdfast, "diff", str(edited), "--against", "2.0.0", **here)
    assert "2 difference(s)" in older.stdout
    _rewrite(edited, "limit: 50000", "limit: 40000")
    taken = await publish("compliance", "--reason", "Again.")
    assert taken.returncode == 2
    assert "stands already with another content" in taken.stderr


def _rewrite(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


async def test_try_shows_what_would_come_out_otherwise(platform: Settings, edited: Path) -> None:
    """Nothing is drafted for it, and nothing recorded."""
    here = environment_of(platform)
    done = await asyncio.to_thread(holdfast, "try", str(edited), **here)
    assert done.returncode == 0, done.stderr
    assert "incidents" in done.stdout
    kind = FOLDER / "retention.yaml"
    refused = await asyncio.to_thread(holdfast, "try", str(kind), **here)
    assert refused.returncode == 2


async def test_a_folder_of_templates_is_published_as_a_file_is(
    platform: Settings, tmp_path: Path
) -> None:
    """By two people; a text that is wrong gets as far as nobody's draft."""
    here, folder = environment_of(platform), tmp_path / "templates"
    shutil.copytree(FOLDER / "communications", folder)
    index, words = folder / "communications.yaml", folder / "all_clear.en.j2"
    index.write_text(index.read_text().replace('version: "1.1.0"', 'version: "1.2.0"'))
    text = words.read_text()

    async def publish(label: str) -> subprocess.CompletedProcess[str]:
        arguments = ("publish", str(folder), "--as", label, "--reason", "Plainer.")
        return await asyncio.to_thread(holdfast, *arguments, **here)

    words.write_text(text.replace("{{ resolution }}", "{{ solution }}"))
    wrong = await publish("compliance")
    assert wrong.returncode == 2
    assert f"{words}:14: body: there is no value 'solution'" in wrong.stderr
    words.write_text(text.replace("Thank you for your patience.", "Thank you."))
    drafted = await publish("compliance")
    assert drafted.returncode == 0, drafted.stderr
    assert drafted.stdout.startswith("drafted: communications 1.2.0 sha256:")
    compared = await asyncio.to_thread(holdfast, "diff", str(folder), **here)
    assert "~ templates.all_clear.texts.en.body" in compared.stdout
    assert compared.stdout.endswith("\n2 difference(s)\n")
    published = await publish("management_body")
    assert published.returncode == 0, published.stderr
    assert published.stdout.startswith("published: communications 1.2.0, in force from 2")
