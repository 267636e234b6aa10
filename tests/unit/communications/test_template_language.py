"""What a template may hold, and everything that it may not: told with its line, before it runs."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError

from holdfast.store.communications.rendering import LONGEST_BODY, CannotRender, Rendering
from holdfast.store.communications.template_language import ENVIRONMENT, flaws_in
from tests.communication_texts import POLICY, body_of, everything, known

_REFUSED = {
    "class": ("{{ ''.__class__ }}", "nothing can be read out of a value"),
    "class of a value": ("{{ title.__class__.__mro__ }}", "nothing can be read out of a value"),
    "item": ("{{ title['__class__'] }}", "nothing can be read out of a value"),
    "filter that reads": ("{{ title | attr('__class__') }}", "there is no filter 'attr'"),
    "call": ("{{ title() }}", "nothing can be called"),
    "method": ("{{ title.upper() }}", "nothing can be called"),
    "global": ("{{ self.__init__.__globals__ }}", "nothing can be read out of a value"),
    "range": ("{% for x in range(10 ** 9) %}x{% endfor %}", "a loop goes over one of services"),
    "huge number": ("{{ 'x' * 10 ** 10 }}", "does not calculate"),
    "huge format": ("{{ '%01000000000d' % 1 }}", "does not calculate"),
    "sum": ("{{ clients_affected + 1 }}", "does not calculate"),
    "joined": ("{{ title ~ title }}", "'~'"),
    "padding": ("{{ title | center(10000000) }}", "there is no filter 'center'"),
    "loop in a loop": (
        "{% for a in services %}{% for b in services %}x{% endfor %}{% endfor %}",
        "a loop in a loop",
    ),
    "recursive loop": (
        "{% for a in services recursive %}{{ loop(services) }}{% endfor %}",
        "a loop goes over all texts of a list, once",
    ),
    "loop over characters": ("{% for a in title %}x{% endfor %}", "a loop goes over one of"),
    "loop over a literal": ("{% for a in [1, 2] %}x{% endfor %}", "a loop goes over one of"),
    "loop that hides": ("{% for title in services %}x{% endfor %}", "one name that no value has"),
    "loop variable": ("{% for a in services %}{{ loop }}{% endfor %}", "no value 'loop'"),
    "set": ("{% set a = 1 %}", "sets no values"),
    "macro": ("{% macro a() %}x{% endmacro %}", "'macro' has no place"),
    "include": ("{% include '/etc/passwd' %}", "'include' has no place"),
    "import": ("{% import 'os' as os %}", "'import' has no place"),
    "extends": ("{% extends 'other' %}", "'extends' has no place"),
    "block": ("{% block a %}x{% endblock %}", "'block' has no place"),
    "filter block": ("{% filter upper %}x{% endfilter %}", "'filterblock' has no place"),
    "call block": ("{% call title() %}x{% endcall %}", "'callblock' has no place"),
    "with": ("{% with a = 1 %}x{% endwith %}", "'with' has no place"),
    "unknown name": ("Dear {{ client }}", "there is no value 'client'"),
    "unknown tag": ("{% do x %}", "unknown tag 'do'"),
    "unknown test": ("{% if title is defined %}x{% endif %}", "there is no test 'defined'"),
    "order": ("{% if clients_affected > 5 %}x{% endif %}", "compared by == and != only"),
    "boolean": ("{{ major }}", "'major' is true or false"),
    "else left out": ("{{ title if major }}", "say with 'else'"),
    "open tag": ("{{ title ", "unexpected end of template"),
    "open block": ("{% if title %}x", "Unexpected end of template"),
    "backslash": ("{{ '\\d' }}", "a backslash has no place"),
    "list": ("{{ [title] }}", "'list' has no place"),
    "words missing": ("{{ title | otherwise }}", "'otherwise' takes 1 word(s)"),
    "words too many": ("{{ aware_at | day(1) }}", "'day' takes 0 word(s)"),
    "deep brackets": ("{{ " + "(" * 5_000 + "title" + ")" * 5_000 + " }}", "cannot be read"),
    "deep nots": ("{% if " + "not " * 5_000 + "title %}x{% endif %}", "cannot be read"),
    "deep ifs": ("{% if title %}" * 300 + "x" + "{% endif %}" * 300, "cannot be read"),
    "huge literal": ("{{ " + "9" * 5_000 + " }}", "cannot be read"),
}


@pytest.mark.parametrize(("source", "reason"), _REFUSED.values(), ids=_REFUSED)
def test_what_is_no_template_is_refused_with_its_line(source: str, reason: str) -> None:
    """Nothing that could fail, escape or run away gets as far as being rendered."""
    flaws = flaws_in(f"one\ntwo\n{source}", POLICY.offered)
    assert flaws
    assert reason in flaws[0].message
    assert flaws[0].line == (1 if "cannot be read" in reason else 3)
    assert all(len(flaw.message) < 2_000 for flaw in flaws)


_TAKEN = {
    "{{ title }}": "a text",
    "{{ clients_affected }}": "120,000",
    "{{ aware_at }} / {{ aware_at | day }} / {{ aware_at | time }}": (
        "4 March 2026, 09:30 UTC / 4 March 2026 / 09:30 UTC"
    ),
    "{{ services }}": "one, two and three",
    "{% for each in services %}-{{ each }}{% endfor %}": "-one-two-three",
    "{% if major %}yes{% else %}no{% endif %}": "yes",
    "{% if major is false %}no{% elif major is true %}yes{% endif %}": "yes",
    "{% if title == 'a text' and not phase != 'a text' %}same{% endif %}": "same",
    "{% if title == phase %}same{% endif %}": "same",
    "{{ 'x' if major and title else 'y' }}": "x",
    "{{ title | otherwise('nothing') }}": "a text",
    "{# not seen #}{% raw %}{{ kept }}{% endraw %}": "{{ kept }}",
}


@pytest.mark.parametrize(("source", "text"), _TAKEN.items())
def test_what_is_a_template_is_rendered(source: str, text: str) -> None:
    """Values, conditions, loops over a list, and words for what is not known."""
    assert flaws_in(source, POLICY.offered) == []
    assert body_of(source, everything()) == text


def test_what_is_not_known_can_be_asked_for() -> None:
    """It is neither true nor false, and has nothing to go over; printed, it leaves a marker."""
    source = (
        "{% if major is known %}known{% endif %}{% if major is true %}true{% endif %}"
        "{% if major is false %}false{% endif %}{% if title %}title{% endif %}"
        "{{ title | otherwise('none') }} {{ aware_at | day }} {% if title == 'x' %}x{% endif %}"
        "{% for each in services %}- {{ each }}{% endfor %}"
    )
    assert flaws_in(source, POLICY.offered) == []
    rendered = Rendering(POLICY, "en", {}, {}).body(source)
    assert rendered.text == "none [missing: aware_at] - [missing: services]"
    assert rendered.missing == ("aware_at", "services")
    assert rendered.used == {}


def test_an_estimate_is_said_to_be_one() -> None:
    """In every language, and a template can ask."""
    values = {"clients_affected": known("clients_affected", 1_200, estimate=True)}
    source = "{{ clients_affected }}{% if clients_affected is estimate %} (estimate){% endif %}"
    assert body_of(source, values) == "approximately 1,200 (estimate)"
    assert body_of(source, values, "de") == "etwa 1.200 (estimate)"
    assert body_of(source, values, "fr-CH") == "environ 1\N{NARROW NO-BREAK SPACE}200 (estimate)"
    assert body_of(source, values, "it") == "~1\N{NARROW NO-BREAK SPACE}200 (estimate)"


def test_what_is_stated_for_a_language_goes_before_what_is_stated_for_all() -> None:
    """And that before what is known; where others have their own, it is this one that lacks it."""
    stated = {"what_happened": known("what_happened", "all"), "title.de": known("title", "eigen")}
    source = "{{ what_happened }} {{ title }}"
    for language, text in (("de", "all eigen"), ("en", "all a text")):
        rendered = Rendering(POLICY, language, everything(), stated).body(source)
        assert rendered.text == text
    assert set(Rendering(POLICY, "de", {}, stated).body(source).used) == set(stated)
    only = {"what_happened.de": known("what_happened", "nur hier")}
    assert Rendering(POLICY, "en", {}, only).body("x{{ what_happened }}").missing == (
        "what_happened.en",
    )


def test_what_people_may_leave_out_leaves_nothing_behind() -> None:
    """An ask that is not required."""
    rendered = Rendering(POLICY, "en", {}, {}).body("a{{ cause }}b")
    assert (rendered.text, rendered.missing) == ("ab", ())


def test_a_text_has_an_end() -> None:
    """However long its values are; and one without anything in it is none."""
    long = {"services": known("services", ("x" * 900,) * 20)}
    with pytest.raises(CannotRender, match=str(LONGEST_BODY)):
        body_of("{% for each in services %}{{ each }}{% endfor %}", long)
    with pytest.raises(CannotRender, match="nothing is left"):
        body_of("{% if title %}x{% endif %}", {})


@pytest.mark.parametrize(
    "source", ["{{ ''.__class__.__mro__ }}", "{{ title.__init__.__globals__ }}", "{{ client }}"]
)
def test_behind_the_rules_there_is_the_sandbox(source: str) -> None:
    """A policy that another release has let in gets no further either."""
    with pytest.raises(TemplateError):
        ENVIRONMENT.from_string(source).render(title=lambda: None)
    with pytest.raises(CannotRender, match="refused"):
        body_of(source, everything())


def test_the_sandbox_knows_nothing_to_begin_with() -> None:
    """No range, no cycler, no namespace."""
    assert ENVIRONMENT.globals == {}
    with pytest.raises(SecurityError):
        ENVIRONMENT.from_string("{{ title.__class__.__name__ }}").render(title="x")


_PIECES = st.sampled_from(
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "title", "services", "major", "aware_at", " if ",
        " else ", " endif ", " elif ", " for ", " in ", " endfor ", " x ", "|", "otherwise", "day",
        "(", ")", "'a'", "==", "!=", " is ", "true", "known", "not ", " and ", " or ", "[", "]",
        ".", "__class__", "~", "+", "*", "9", "9e9", "range", "-", "\n", "text", "raw", "set", "é",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=25).map("".join))
@example("{{ title if major else }}")
@example("{% for x in services %}{{ x if x else 'a' }}{% else %}{{ 9e9 }}{% endfor %}")
def test_what_is_let_in_renders_with_all_values_and_with_none(source: str) -> None:
    """A flaw is found when the policy is read, or there is none: nothing fails later."""
    if flaws_in(source, POLICY.offered):
        return
    for values in (everything(), {}):
        try:
            body_of(source, values)
        except CannotRender as error:
            assert "nothing is left" in str(error)  # noqa: PT017 - empty is no failure
