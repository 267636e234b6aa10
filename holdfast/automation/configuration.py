"""What the file of automations may say, kind by kind; a mistake is told by automation and field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from holdfast.automation.parameters import fault_of_places, places_in
from holdfast.automation.requests import Method, RequestSettings, StatusCode, WebAddress
from holdfast.domain.values import CanonicalObject, Line, Token

__all__ = ["PYTHON", "AutomationsFile", "CommandSettings", "HttpSettings"]

PYTHON = "{python}"
"""As the first argument: the Python that Holdfast itself runs on."""


def _expression(value: str) -> str:
    try:
        re.compile(value, re.ASCII)
    except re.error as error:
        message = f"it is no regular expression: {error.msg}"
        raise ValueError(message) from None
    return value


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        message = "give the whole path, from the root on"
        raise ValueError(message)
    return path


Expression = Annotated[
    str, StringConstraints(min_length=1, max_length=500), AfterValidator(_expression)
]
WholePath = Annotated[Path, AfterValidator(_absolute)]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]{0,99}$")]
Argument = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[^\x00]*$")]
Arguments = Annotated[tuple[Argument, ...], Field(min_length=1, max_length=100)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,60}$")]


class _Settings(BaseModel):
    """One automation; every parameter has the regular expression that it matches as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    title: Line
    parameters: dict[Token, Expression] = Field(default_factory=dict, max_length=20)
    repeatable: bool = False
    timeout_seconds: Annotated[float, Field(ge=0.1, le=3_600)] = 60

    def _check_places(self, in_earnest: list[str], dry: list[str]) -> None:
        if fault := fault_of_places(iter([*in_earnest, *dry]), self.parameters):
            raise ValueError(fault)
        unused = sorted(self.parameters.keys() - places_in(iter(in_earnest)))
        if unused:
            message = f"parameters: {unused[0]} has no place in it"
            raise ValueError(message)


class CommandSettings(_Settings):
    """A command and the one that tries it, as lists of arguments: there is no shell."""

    kind: Literal["command"]
    command: Arguments
    dry_run: Arguments
    folder: WholePath | None = None
    environment: dict[Variable, Argument] = Field(default_factory=dict)
    secrets: dict[Variable, WholePath] = Field(default_factory=dict)
    key_variable: Variable | None = None
    succeeds_with: frozenset[Annotated[int, Field(ge=0, le=255)]] = Field(
        default=frozenset({0}), min_length=1
    )

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        for field, arguments in (("command", self.command), ("dry_run", self.dry_run)):
            program = arguments[0]
            if program != PYTHON and not Path(program).is_absolute():
                message = f"{field}: the program needs its whole path, or {PYTHON}"
                raise ValueError(message)
        if self.command == self.dry_run:
            message = "dry_run: it is the command itself; a dry run changes nothing"
            raise ValueError(message)
        self._check_places(list(self.command[1:]), list(self.dry_run[1:]))
        return self


class DryRequest(BaseModel):
    """What makes a dry run of a request: what it says instead; query and headers are added."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    method: Method | None = None
    url: WebAddress | None = None
    query: dict[str, str] = Field(default_factory=dict)
    headers: dict[HeaderName, Line] = Field(default_factory=dict)
    body: CanonicalObject | None = None
    expect: frozenset[StatusCode] | None = Field(default=None, min_length=1)


class HttpSettings(_Settings):
    """A request and what makes a dry run of it."""

    kind: Literal["http"]
    method: Method
    url: WebAddress
    query: dict[str, str] = Field(default_factory=dict)
    headers: dict[HeaderName, Line] = Field(default_factory=dict)
    secret_headers: dict[HeaderName, WholePath] = Field(default_factory=dict)
    body: CanonicalObject | None = None
    expect: frozenset[StatusCode] = Field(min_length=1)
    dry_run: DryRequest
    authorities_file: WholePath | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.request == self.dry_request:
            message = "dry_run: it is the request itself; a dry run changes nothing"
            raise ValueError(message)
        secret = {name.lower() for name in self.secret_headers}
        for request in (self.request, self.dry_request):
            request.check(secret)
        self._check_places(list(self.request.texts), list(self.dry_request.texts))
        return self

    @property
    def request(self) -> RequestSettings:
        """The request that does it."""
        return RequestSettings(
            self.method, self.url, self.query, self.headers, self.body, self.expect
        )

    @property
    def dry_request(self) -> RequestSettings:
        """The request that tries it."""
        dry = self.dry_run
        return RequestSettings(
            dry.method or self.method,
            dry.url or self.url,
            {**self.query, **dry.query},
            {**self.headers, **dry.headers},
            self.body if dry.body is None else dry.body,
            dry.expect or self.expect,
        )


AutomationSettings = Annotated[CommandSettings | HttpSettings, Field(discriminator="kind")]


class AutomationsFile(BaseModel):
    """The whole file: the hosts that requests may go to, and the automations by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    hosts: frozenset[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]] = (
        frozenset()
    )
    automations: dict[Token, AutomationSettings] = Field(default_factory=dict, max_length=200)

    def faults_of_hosts(self) -> Iterator[tuple[str, str]]:
        """The automations with a request to a host that is not allowed, and why."""
        allowed = {host.lower() for host in self.hosts}
        for name, each in self.automations.items():
            if isinstance(each, CommandSettings):
                continue
            for request in (each.request, each.dry_request):
                host = request.host
                if host is not None and host not in allowed:
                    yield name, f"url: requests to {host} are not allowed; add it to `hosts`"
                    break
