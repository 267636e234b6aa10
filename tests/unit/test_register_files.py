"""The register's folder: one document of many files, and every error at its file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from holdfast.dora.register import register_from
from holdfast.errors import InvalidInput
from holdfast.settings import Settings
from holdfast.store.register_files import load_register, read_register_folder

EXAMPLE = Settings().policies_folder / "register"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The register that comes along, to be changed."""
    copy = tmp_path / "register"
    shutil.copytree(EXAMPLE, copy)
    return copy


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new))


def _line(file: Path, text: str) -> int:
    return next(n for n, line in enumerate(file.read_text().splitlines(), 1) if text in line)


def _refused(folder: Path) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        load_register(folder)
    return refused.value.message.splitlines()


def test_the_register_that_comes_along_is_right() -> None:
    """A bank, a payment institution, and five services: the wiki supports nothing critical."""
    policy = load_register(EXAMPLE)
    register = register_from(policy.content)
    assert policy.pin.name == "register"
    assert {name: entity.type.value for name, entity in register.entities.items()} == {
        "beispielbank": "credit_institution",
        "paiement-exemple": "payment_institution",
    }
    assert {
        name: service.supports_critical_function for name, service in register.services.items()
    } == {
        "instant-payments": True,
        "card-payments": True,
        "online-banking": True,
        "securities-settlement": True,
        "internal-wiki": False,
    }
    payments = register.services["instant-payments"]
    assert (
        payments.clients_total,
        payments.counterparts_total,
        payments.transactions_daily_average,
        payments.transactions_daily_average_value,
    ) == (500_000, 40, 100_000, 50_000_000)


def test_the_same_values_in_other_files_give_the_same_digest(folder: Path) -> None:
    """How people lay the files out is theirs."""
    before = load_register(folder)
    merged = "".join(file.read_text() for file in sorted(folder.glob("*.yaml")))
    for file in folder.glob("*.yaml"):
        file.unlink()
    (folder / "all.yaml").write_text(merged)
    assert load_register(folder) == before


def test_each_value_has_the_line_on_which_it_stands(folder: Path) -> None:
    """That of its key, or of the nearest value that stands."""
    source = read_register_folder(folder)
    services = folder / "services.yaml"
    place = ("register/services.yaml", _line(services, "  internal-wiki:"))
    assert source.line_of(("services", "internal-wiki")) == place
    assert source.line_of(("services", "internal-wiki", "missing", "deeper")) == place
    assert source.line_of(("services", "internal-wiki", "vendors", 0))[1] == _line(
        services, "vendors: [nordcloud]"
    ) + _lines_between(services, "vendors: [nordcloud]")
    assert source.line_of(("functions", "F6", "name")) == (
        "register/functions.yaml",
        _line(folder / "functions.yaml", "name: Recruiting"),
    )
    assert source.line_of(("nowhere",)) == ("register/register.yaml", 6)


def _lines_between(file: Path, text: str) -> int:
    lines = [n for n, line in enumerate(file.read_text().splitlines(), 1) if text in line]
    return lines[-1] - lines[0]


def test_everything_wrong_is_told_with_file_and_line(folder: Path) -> None:
    """All of it, in the order of the files."""
    _replace(folder / "entities.yaml", "EXMP00PAIEMENTFRFR79", "EXMP00PAIEMENTFRFR78")
    _replace(folder / "services.yaml", "clients_total: 8200", "clients_total: many")
    first, second = _refused(folder)
    assert first.startswith(
        f"register/entities.yaml:{_line(folder / 'entities.yaml', 'FRFR78')}:"
        " entities.paiement-exemple.lei: the check digits"
    )
    assert second.startswith(
        f"register/services.yaml:{_line(folder / 'services.yaml', 'many')}:"
        " services.securities-settlement.clients_total: "
    )


def test_a_reference_to_nothing_is_told_where_it_stands(folder: Path) -> None:
    """Not where the other section is."""
    _replace(folder / "services.yaml", "entity: paiement-exemple", "entity: nobody")
    line = _line(folder / "services.yaml", "entity: nobody")
    assert _refused(folder) == [
        f"register/services.yaml:{line}: services.card-payments.entity: no such entity 'nobody'"
    ]


def test_a_section_stands_in_one_file_only(folder: Path) -> None:
    """Whoever looks for a service knows the file; so no id can stand in two files either."""
    (folder / "tests.yaml").write_text("# more\nservices:\n  sandbox: {name: S, entity: x}\n")
    line = _line(folder / "services.yaml", "services:")
    first = f"register/services.yaml:{line}"
    assert _refused(folder) == [
        f"register/tests.yaml:2: the section 'services' stands in {first} already"
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("\nserivces: {}\n", "2: unknown section 'serivces'"),
        ("- a\n", "1: give sections by name"),
        ("branches: 1\nbranches: 2\n", "2: found duplicate key"),
        ("x: [\n", "2: "),
        ("x: \x00", "1: cannot be read: "),
    ],
    ids=["unknown section", "list", "key twice", "no YAML", "no text"],
)
def test_a_file_that_is_no_part_of_a_register_is_refused(
    folder: Path, content: str, words: str
) -> None:
    """With its line."""
    (folder / "extra.yaml").write_text(content)
    (only,) = _refused(folder)
    assert only.startswith(f"register/extra.yaml:{words}")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("clients_total: 8200", "clients_total: 8200.5", "a number with a fraction has no place"),
        ("clients_total: 8200", "clients_total: 2026-01-01T00:00:00", "a date-time has no place"),
        ("clients_total: 8200", "clients_total: !!set {a}", "has no place"),
        ("clients_total: 8200", "2026: 1", "the key 2026 is no ASCII text"),
        ("clients_total: 8200", "cliénts: 1", "is no ASCII text"),
        ("clients_total: 8200", "clients_total: [[[[[[1]]]]]]", "nested too deeply"),
        ("clients_total: 8200", "clients_total: 9007199254740992", "less than or equal to"),
    ],
)
def test_what_evidence_cannot_hold_is_refused_at_its_line(
    folder: Path, old: str, new: str, words: str
) -> None:
    """No fraction, no date-time, no key that is not text."""
    _replace(folder / "services.yaml", old, new)
    line = _line(folder / "services.yaml", new)
    refused = _refused(folder)
    assert refused[0].startswith(f"register/services.yaml:{line}: services.securities-settlement")
    assert words in refused[0]


def test_values_shared_by_anchors_are_plain_values(folder: Path) -> None:
    """A merged value that is wrong has the line of the entry which it came into."""
    _replace(
        folder / "services.yaml",
        "  internal-wiki:\n",
        "  copy: &copy\n    name: A copy\n    entity: beispielbank\n"
        "    regulated_service: &no false\n"
        "  other:\n    <<: *copy\n    name: Another\n    clients_total: &n 7\n"
        "    counterparts_total: *n\n  internal-wiki:\n",
    )
    other = register_from(load_register(folder).content).services["other"]
    assert (other.entity, other.clients_total, other.counterparts_total) == ("beispielbank", 7, 7)
    assert other.regulated_service is False


def test_a_folder_without_files_is_no_register(tmp_path: Path) -> None:
    """Nor is one that does not exist."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(InvalidInput, match="no register in"):
            load_register(folder)


def test_a_section_that_is_missing_is_told(folder: Path) -> None:
    """A register without services is one without a file."""
    (folder / "services.yaml").unlink()
    assert _refused(folder) == ["register/register.yaml:6: services: Field required"]
