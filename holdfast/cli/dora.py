"""`holdfast dora`: the legal engine on its own, for anyone with a file of facts.

No platform has to run. What comes out is JSON on standard output, and what does not fit is one line
on standard error that names the field, with exit code 2.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

import typer
from pydantic import BaseModel, ValidationError

from holdfast.cli.exact_json import read_exact_json
from holdfast.domain.values import JsonObject, JsonValue, require_canonical
from holdfast.errors import InvalidInput
from holdfast.settings import load_settings

if TYPE_CHECKING:
    from holdfast.domain.policies import PinnedPolicy

__all__ = ["dora"]

dora = typer.Typer(
    name="dora",
    help="The rules of DORA on facts from a file, without a running platform.",
    no_args_is_help=True,
)

_POLICY = "dora-classification"
_LONGEST_MESSAGE = 400
_STANDARD_INPUT = Path("-")
_NOUNS = {"ClockCase": "field"}
"""What the members of the input are called where they are no facts."""

_Facts = TypeVar("_Facts", bound=BaseModel)
_FactsFile = Annotated[
    Path, typer.Argument(metavar="FACTS", help="A file of JSON, an object or an array; - is stdin.")
]


@dora.command("classify")
def classify_command(
    facts: _FactsFile,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="Another policy file than that of this installation."),
    ] = None,
) -> None:
    """Say whether an incident is major (2024/1772 Art. 8), with proof and what would turn it."""
    from holdfast.dora.classification import classify
    from holdfast.dora.facts import ClassificationFacts
    from holdfast.dora.policy import ClassificationPolicy

    pinned = _policy(policy)
    limits = ClassificationPolicy.model_validate_json(pinned.content)
    pin = pinned.pin.model_dump(mode="json", include={"name", "version", "digest"})

    def answer(given: ClassificationFacts) -> JsonObject:
        return {**classify(given, limits).model_dump(mode="json"), "policy": pin}

    _answer_all(facts, ClassificationFacts, answer)


@dora.command("threat")
def threat_command(facts: _FactsFile) -> None:
    """Say whether a cyber threat is significant (2024/1772 Art. 10), with the proof."""
    from holdfast.dora.cyber_threats import CyberThreatFacts, assess_threat

    _answer_all(facts, CyberThreatFacts, lambda given: assess_threat(given).model_dump(mode="json"))


@dora.command("clocks")
def clocks_command(
    case: Annotated[
        Path,
        typer.Argument(metavar="CASE", help="A file of JSON, an object or an array; - is stdin."),
    ],
) -> None:
    """Say when each report of a major incident is due (2025/301 Art. 5), and by which clause."""
    from holdfast.dora.clocks import ClockCase, compute_deadlines
    from holdfast.store.reporting.working_calendars import calendar_of

    def answer(given: ClockCase) -> JsonObject:
        deadlines = compute_deadlines(given, calendar_of(given)).model_dump(mode="json")
        return {stage: _with_short_instants(found) for stage, found in deadlines.items()}

    _answer_all(case, ClockCase, answer)


def _with_short_instants(deadline: JsonObject | None) -> JsonObject | None:
    """The deadline with instants of whole seconds written without a fraction."""
    if deadline is None:
        return None
    written = {
        name: deadline[name].replace(".000000Z", "Z") for name in ("due_at", "strict_due_at")
    }
    return {**deadline, **written}


def _policy(path: Path | None) -> PinnedPolicy:
    from holdfast.domain.policies import pinned
    from holdfast.dora.policy import ClassificationPolicy
    from holdfast.store.policies import load_policy, read_yaml

    if path is None:
        return load_policy(load_settings().policies_folder, _POLICY, ClassificationPolicy)
    try:
        document = read_yaml(path)
        require_canonical(document)
        ClassificationPolicy.model_validate_json(json.dumps(document))
    except InvalidInput as error:
        raise InvalidInput(_one_line(error.message)) from error
    except ValidationError as error:
        raise InvalidInput(_one_line(f"{path.name}: {_first_problem(error)}")) from error
    except ValueError as error:
        raise InvalidInput(_one_line(f"{path.name}: {error}")) from error
    # It fits the model, so it is an object of named fields.
    return pinned(cast("dict[str, object]", document))


def _answer_all(path: Path, kind: type[_Facts], answer: Callable[[_Facts], JsonObject]) -> None:
    document = read_exact_json(_read(path))
    if isinstance(document, list):
        given = [_fit(kind, each, f"[{index}]") for index, each in enumerate(document)]
        _print([_answered(answer, each, f"[{index}]") for index, each in enumerate(given)])
    else:
        _print(answer(_fit(kind, document, "")))


def _answered(answer: Callable[[_Facts], JsonObject], given: _Facts, where: str) -> JsonObject:
    try:
        return answer(given)
    except InvalidInput as error:
        message = f"{where}.{error.message}"
        raise InvalidInput(message) from error


def _read(path: Path) -> bytes:
    if path == _STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(_one_line(f"cannot read {path}: {error.strerror or error}")) from error


def _fit(kind: type[_Facts], document: JsonValue, where: str) -> _Facts:
    from holdfast.dora.quantities import NUMBERS_ONLY

    if not isinstance(document, dict):
        message = (
            f"{where or 'the input'}: give a JSON object of {_NOUNS.get(kind.__name__, 'fact')}s"
        )
        raise InvalidInput(message)
    try:
        return kind.model_validate(document, context=NUMBERS_ONLY)
    except ValidationError as error:
        noun = _NOUNS.get(kind.__name__, "fact")
        raise InvalidInput(_one_line(_first_problem(error, where, noun))) from error


def _first_problem(error: ValidationError, where: str = "", noun: str = "fact") -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    path = where
    for step in problem["loc"]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        message = f"there is no such {noun}"
    return f"{path}: {message}" if path else message


def _one_line(message: str) -> str:
    """The message without anything that a terminal could take for more than text of one line."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in message)
    return shown if len(shown) <= _LONGEST_MESSAGE else f"{shown[:_LONGEST_MESSAGE]}…"


def _print(answer: JsonValue) -> None:
    """Print JSON in which a decimal is a number as exact as the decimal string of the evidence."""
    text = json.dumps(_marked(answer), ensure_ascii=False, indent=2)
    typer.echo(_MARKED.sub(r"\1", text))


# No value of an answer holds NUL, so that a marked text can be nothing but a decimal of ours.
_MARKED = re.compile(r'"\\u0000([0-9]+\.[0-9]+)"')


def _marked(answer: JsonValue) -> JsonValue:
    if isinstance(answer, list):
        return [_marked(each) for each in answer]
    if "proof" not in answer:
        return answer
    proof = [
        {**line, "value": f"\0{line['value']}"} if isinstance(line["value"], str) else line
        for line in answer["proof"]
    ]
    return {**answer, "proof": proof}
