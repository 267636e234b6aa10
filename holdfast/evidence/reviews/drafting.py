"""The draft of a review, made from the entries of its incident: pure, the same for the same ones.

It says what happened. Whether that was adequate, why it happened, and what follows, people say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.domain.reviews.completeness import FINDINGS
from holdfast.domain.values import JsonObject
from holdfast.errors import NotFound
from holdfast.evidence.entry import Entry
from holdfast.evidence.reviews.course import (
    breaches,
    escalations,
    outages,
    plays,
    severities,
    told_messages,
    waived_checks,
)
from holdfast.evidence.reviews.decisions import missed_clocks, taken_decisions
from holdfast.evidence.reviews.document import DraftedReview, EarlierIncident, Statement
from holdfast.evidence.reviews.moments import key_moments, spans_between
from holdfast.evidence.reviews.sources import Chain
from holdfast.evidence.reviews.wording import statements_of

__all__ = ["review_draft"]

_TEXTS = ("summary", "root_cause", "went_well", "to_improve")
_MOST_FACTORS = 50


def review_draft(
    entries: Iterable[Entry], earlier: Sequence[EarlierIncident] = ()
) -> DraftedReview:
    """Make the draft from the entries of one incident, and the earlier ones that it is like.

    Raises:
        NotFound: none of the entries says anything of an incident.
    """
    chain = Chain(entries)
    if not chain.entries:
        message = "no entry of the incident is here: look at its timeline"
        raise NotFound(message)
    moments = key_moments(chain)
    draft = DraftedReview(
        incident=chain.incident,
        as_of=chain.entries[-1].occurred_at,
        entries=len(chain.entries),
        moments=moments,
        spans=spans_between(moments),
        decisions=taken_decisions(chain),
        missed=missed_clocks(chain),
        severities=severities(chain),
        escalations=escalations(chain),
        communications=told_messages(chain),
        breaches=breaches(chain),
        plays=plays(chain),
        outages=outages(chain),
        waived=waived_checks(chain),
        earlier=tuple(earlier),
        statements={},
        review={},
    )
    said = statements_of(chain, draft)
    return draft.model_copy(update={"statements": said, "review": _review(draft, said)})


def _review(draft: DraftedReview, said: dict[str, tuple[Statement, ...]]) -> JsonObject:
    """The members of the review, with what the evidence says; null where only people can say."""
    texts = {name: _text(said.get(name, ())) for name in _TEXTS}
    factors = [each.text for each in said.get("contributing_factors", ())]
    causes = ["external_event"] if draft.breaches else []
    return {
        **texts,
        "contributing_factors": factors[:_MOST_FACTORS],
        "lessons": [],
        "timeline_confirmed": None,
        "root_causes": [
            {
                "category": cause,
                "detail": "external_event_third-party_failures",
                "additional": [],
                "other": None,
            }
            for cause in causes
        ],
        "five_whys": [],
        **{name: _finding(said.get(name, ())) for name in FINDINGS},
        "recurrence": [
            {"incident": each.incident, "because": _because(each)} for each in draft.earlier
        ],
    }


def _text(statements: Iterable[Statement]) -> str | None:
    return " ".join(each.text for each in statements) or None


def _finding(statements: Iterable[Statement]) -> JsonObject | None:
    text = _text(statements)
    return None if text is None else {"finding": text, "adequate": None}


def _because(earlier: EarlierIncident) -> str:
    return f"The same {earlier.likeness.replace('_', ' ')}: {', '.join(earlier.shared)}"
