"""Parameters: plain words stay one word each, whatever stands in them."""

from __future__ import annotations

import pytest

from holdfast.automation.parameters import filled, filled_body, refusal_of
from holdfast.automation.requests import Method, RequestSettings

ANYTHING = {"host": r".*"}
A_HOST = {"host": r"[a-z][a-z0-9.-]*"}

INJECTIONS = [
    "; rm -rf /",
    "$(reboot)",
    "`reboot`",
    "web-1 && reboot",
    "web-1\nreboot",
    "web-1\0",
    "../../etc/passwd",
    "web-1 --force",
    "{other}",
]


def request(url: str, **changes: object) -> RequestSettings:
    """A request to that address."""
    given: dict[str, object] = {
        "method": Method.POST,
        "url": url,
        "query": {},
        "headers": {},
        "body": None,
        "expect": frozenset({200}),
    }
    return RequestSettings(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("word", INJECTIONS)
def test_a_word_of_another_form_is_refused_without_being_repeated(word: str) -> None:
    """Whatever it tries; the refusal goes into evidence."""
    refused = refusal_of(A_HOST, {"host": word})

    assert refused == "the parameter host does not match [a-z][a-z0-9.-]*"


@pytest.mark.parametrize("word", ["--force", "-rf", "-"])
def test_a_word_that_could_be_an_option_is_refused_whatever_the_expression_says(word: str) -> None:
    """A program takes what begins with a hyphen for one."""
    assert refusal_of(ANYTHING, {"host": word}) == (
        "the parameter host begins with a hyphen, as options do"
    )


@pytest.mark.parametrize("word", ["web-1\nreboot", "web-1\r\nX-Evil: yes", "web\x1b[2J", "a\0b"])
def test_no_word_holds_a_line_break_or_another_control(word: str) -> None:
    """Even where the expression would let it pass."""
    assert refusal_of({"host": r"[\s\S]*"}, {"host": word}) is not None


def test_an_expression_matches_the_whole_word() -> None:
    """Neither its beginning alone nor its end."""
    assert refusal_of({"host": "web-[0-9]"}, {"host": "web-1"}) is None
    assert refusal_of({"host": "web-[0-9]"}, {"host": "web-12"}) is not None
    assert refusal_of({"host": "web-[0-9]"}, {"host": "my-web-1"}) is not None


def test_every_parameter_is_given_and_no_other() -> None:
    """Both told by name."""
    assert refusal_of(A_HOST, {}) == "the parameter host is missing"
    assert refusal_of(A_HOST, {"host": "a", "port": "1"}) == (
        "there is no parameter port; there are: host"
    )


@pytest.mark.parametrize("word", INJECTIONS)
def test_a_word_stays_one_argument(word: str) -> None:
    """Neither another word nor another place, even if an expression were to let it pass."""
    assert filled("{host}", {"host": word}) == word
    assert filled("--host={host}", {"host": word}) == f"--host={word}"
    assert filled("in {host} words", {"host": word}) == "in {host} words"


def test_a_word_stays_one_text_of_a_body() -> None:
    """Names of members have no places, and numbers stay numbers."""
    body = {"{host}": ["{host}", 3, {"deep": "{host}"}], "fixed": "host"}

    assert filled_body(body, {"host": '","admin":true'}) == {
        "{host}": ['","admin":true', 3, {"deep": '","admin":true'}],
        "fixed": "host",
    }


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("web-1", "/hosts/web-1/isolate"),
        ("a/../../admin", "/hosts/a%2F..%2F..%2Fadmin/isolate"),
        ("a?all=yes#", "/hosts/a%3Fall%3Dyes%23/isolate"),
        ("@evil.example", "/hosts/%40evil.example/isolate"),
        ("50%", "/hosts/50%25/isolate"),
    ],
)
def test_a_word_stays_one_segment_of_a_path(word: str, path: str) -> None:
    """It can neither leave its place nor the host."""
    address = request("https://fw.example/hosts/{host}/isolate").address("", {"host": word})

    assert address == f"https://fw.example{path}"


@pytest.mark.parametrize("word", [".", ".."])
def test_a_segment_that_would_lead_elsewhere_is_refused(word: str) -> None:
    """A server would take it for another path."""
    with pytest.raises(ValueError, match="another path"):
        request("https://fw.example/hosts/{host}/isolate").address("", {"host": word})


def test_the_platform_itself_is_where_the_settings_say() -> None:
    """Whatever its port."""
    address = request("{platform}/readyz").address("http://127.0.0.1:8123", {})

    assert address == "http://127.0.0.1:8123/readyz"
