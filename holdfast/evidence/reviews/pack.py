"""The pack for the management body: an incident on one to three pages (DORA Art. 13(5), 17(3)(e)).

Made of the entries of the incident alone, so that the same entries give the same pack. People are
named by their roles, never otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.values import digest_of, rfc3339
from holdfast.evidence.entry import Entry, entry_bytes
from holdfast.evidence.oversight.paper import sheet_data
from holdfast.evidence.oversight.sheet import Cell, Facts, Paragraph, Section, Sheet, Tone
from holdfast.evidence.oversight.words import plain, second, short
from holdfast.evidence.reviews.document import DraftedReview, EarlierIncident
from holdfast.evidence.reviews.drafting import review_draft
from holdfast.evidence.reviews.pack_course import (
    decisions_section,
    impact_section,
    moments_section,
    tasks_section,
)
from holdfast.evidence.reviews.pack_findings import (
    earlier_section,
    findings_section,
    lessons_section,
    root_causes_section,
)
from holdfast.evidence.reviews.sources import Chain, payload_of
from holdfast.evidence.reviews.standing import StandingReview, standing_review
from holdfast.evidence.reviews.tasks import follow_ups

__all__ = ["CheckpointReference", "ManagementPack", "management_pack"]


@dataclass(frozen=True, slots=True)
class CheckpointReference:
    """The newest signed checkpoint of the log when the pack was made."""

    size: int
    root: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ManagementPack:
    """The pack, before it is a page or on paper; `digest` is that of all it says."""

    incident: str
    as_of: datetime
    sheet: Sheet
    digest: str


def management_pack(
    entries: Iterable[Entry],
    earlier: Sequence[EarlierIncident] = (),
    checkpoint: CheckpointReference | None = None,
) -> ManagementPack:
    """Make the pack from the entries of one incident.

    Raises:
        NotFound: none of the entries says anything of an incident.
    """
    chain = Chain(entries)
    draft = review_draft(chain.entries, earlier)
    review = standing_review(chain)
    sections = (
        _short(chain, draft, review),
        impact_section(chain, draft),
        moments_section(draft),
        decisions_section(draft),
        root_causes_section(review),
        findings_section(review),
        lessons_section(chain, review),
        tasks_section(follow_ups(chain), draft.as_of),
        earlier_section(draft),
        _checking(chain, draft, review, checkpoint),
    )
    title = payload_of(chain.first(EventKind.INCIDENT_OPENED)).get("title", draft.incident)
    sheet = Sheet(
        kicker=f"{draft.incident} · for the management body",
        title=title,
        tags=_tags(chain, draft, review),
        sections=[section for section in sections if section is not None],
    )
    return ManagementPack(draft.incident, draft.as_of, sheet, digest_of(sheet_data(sheet)))


def _tags(chain: Chain, draft: DraftedReview, review: StandingReview | None) -> tuple[Cell, ...]:
    """What strikes the eye first: a drill, the severity, major, and whether it is signed off."""
    found = []
    if payload_of(chain.first(EventKind.INCIDENT_OPENED)).get("drill") is not None:
        found.append(Cell("drill: none of this happened", tone=Tone.BAD))
    if draft.severities:
        found.append(Cell(str(draft.severities[-1].severity)))
    if (classified := chain.last(EventKind.CLASSIFICATION_DECIDED)) is not None:
        major = classified.event.payload["major"]
        found.append(Cell("major incident", tone=Tone.BAD) if major else Cell("not major"))
    if review is None:
        found.append(Cell("not reviewed yet", tone=Tone.BAD))
    elif review.signed_off is None:
        found.append(Cell("review not signed off", tone=Tone.BAD))
    else:
        found.append(Cell("review signed off", tone=Tone.GOOD))
    return tuple(found)


def _short(chain: Chain, draft: DraftedReview, review: StandingReview | None) -> Section:
    summary = review.review.summary if review else str(draft.review["summary"] or "")
    services = payload_of(chain.first(EventKind.INCIDENT_OPENED)).get("services", ())
    state = payload_of(chain.last(EventKind.PHASE_ENTERED)).get("phase", "detect")
    closed = chain.last(EventKind.INCIDENT_CLOSED)
    outcome = f"closed as {plain(payload_of(closed)['outcome'])}" if closed else plain(state)
    facts = Facts(
        (
            ("Services", ", ".join(services)),
            ("State", outcome),
            ("Severity", " → ".join(str(step.severity) for step in draft.severities)),
            ("Playbooks", _playbooks(draft)),
            ("Continuity plans", _continuity(chain)),
            ("Third parties", _third_parties(draft)),
        )
    )
    return Section("summary", "What happened", (Paragraph(summary), facts))


def _playbooks(draft: DraftedReview) -> str:
    return "\n".join(
        f"{each.title}: {each.done} step(s) done, {each.skipped} skipped, {each.failed} failed"
        for each in draft.plays
    )


def _continuity(chain: Chain) -> str:
    return "\n".join(
        f"{entry.event.payload['plan']}, activated {second(entry.occurred_at)} UTC"
        for entry in chain.of(EventKind.CONTINUITY_ACTIVATED)
    )


def _third_parties(draft: DraftedReview) -> str:
    behind: dict[str, int] = {}
    for breach in draft.breaches:
        behind[breach.provider] = behind.get(breach.provider, 0) + 1
    return ", ".join(f"{name}: {count} time(s) not kept" for name, count in behind.items())


def _checking(
    chain: Chain,
    draft: DraftedReview,
    review: StandingReview | None,
    checkpoint: CheckpointReference | None,
) -> Section:
    note = (
        f"Made from {len(chain.entries)} entries of the evidence. What counts are the entries: "
        f"take them out as a bundle (GET /v1/incidents/{draft.incident}/evidence/bundle), and "
        "verify that with the program in it."
    )
    log = ""
    if checkpoint is not None:
        made = second(checkpoint.made_at)
        log = f"size {checkpoint.size}, root {checkpoint.root}, made {made} UTC"
    signed = review.signed_off if review else None
    by = ", ".join(map(plain, signed.roles)) if signed else ""
    bypassed = ", bypassing the rule" if signed and signed.bypassed else ""
    facts = Facts(
        (
            ("Review", f"version {review.version}, {short(review.digest)}" if review else ""),
            (
                "Signed off",
                f"by {by}, {second(signed.at)} UTC{bypassed} ({signed.entry})" if signed else "",
            ),
            ("As of", rfc3339(draft.as_of)),
            ("Last entry", chain.entries[-1].id),
            ("Digest of entries", _digest_of_entries(chain.entries)),
            ("Log checkpoint", log),
        )
    )
    return Section("check", "Sign-off, and how to check it", (Paragraph(note, small=True), facts))


def _digest_of_entries(entries: Iterable[Entry]) -> str:
    """SHA-256 over one line for each entry: its id, and the hash of its bytes."""
    lines = (f"{each.id} {hashlib.sha256(entry_bytes(each)).hexdigest()}\n" for each in entries)
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
