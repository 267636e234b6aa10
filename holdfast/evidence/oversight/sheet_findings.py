"""What oversight found, in words: decisions, breaches, origin, weaknesses, review, measures."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.decisions import DecisionState
from holdfast.evidence.oversight.document import OversightFile, ReceivedMail
from holdfast.evidence.oversight.findings import Breach, SignOff, WrittenReview
from holdfast.evidence.oversight.sheet import Block, Cell, Facts, Paragraph, Section, Table, Tone
from holdfast.evidence.oversight.taken_decisions import TakenDecision
from holdfast.evidence.oversight.words import TIMES, EntryNames, people, plain, second, short, who

__all__ = [
    "breaches_section",
    "decisions_section",
    "measures_section",
    "origin_section",
    "outside_section",
    "review_section",
    "weaknesses_section",
]


def decisions_section(file: OversightFile) -> Section | None:
    """Every question that was put, with its answers; None where there was none."""
    if not file.decisions:
        return None
    name = EntryNames(file)
    columns = ("Question", "Asked", "Answers", "Outcome")
    rows = [_decision(each, name) for each in file.decisions]
    return Section("decisions", "Decisions", (Table(columns, (6, 5, 8, 5), rows),))


def _decision(decision: TakenDecision, name: EntryNames) -> tuple[Cell, ...]:
    asked, due = decision.asked, second(decision.due_at)
    return (
        Cell(decision.question or plain(decision.kind), decision.request),
        Cell(
            second(asked.at) if asked else "withheld",
            f"{people(decision.roles)}, due {due} ({name(asked.entry)})" if asked else "",
        ),
        Cell("\n".join(_answers(decision, name)) or "none"),
        Cell(_outcome(decision), "\n".join(_ends(decision, name))),
    )


def _answers(decision: TakenDecision, name: EntryNames) -> Iterator[str]:
    for answer in decision.answers:
        code = f" under exception {answer.exception_code}" if answer.exception_code else ""
        why = f": {answer.rationale}" if answer.rationale else ""
        yield (
            f"{second(answer.at)} {who(answer.by)}: {plain(answer.option)}{code}{why}"
            f" ({name(answer.entry)})"
        )


def _outcome(decision: TakenDecision) -> str:
    if decision.state is DecisionState.VOIDED:
        return f"voided: {decision.voided_because}"
    return plain(decision.outcome) if decision.outcome else "open"


def _ends(decision: TakenDecision, name: EntryNames) -> Iterator[str]:
    ended = decision.voided or decision.decided
    if ended is not None:
        yield f"{second(ended.at)} ({name(ended.entry)})"
    if (bypass := decision.bypass) is not None:
        ratified = plain(bypass.ratified) if bypass.ratified else "not ratified yet"
        yield f"the rule was bypassed under {bypass.exception_code} ({name(bypass.entry)})"
        yield f"ratification {bypass.ratification or ''}: {ratified}"


def breaches_section(file: OversightFile) -> Section | None:
    """Every deadline that passed, and the failover that followed; None where none did."""
    if not file.breaches:
        return None
    name = EntryNames(file)
    columns = ("Passed", "Time", "What the contract says", "What could take over")
    table = Table(columns, (4, 4, 7, 7), [_breach(each, name) for each in file.breaches])
    blocks: list[Block] = [table]
    for failover in file.failovers:
        done = failover.performed
        performed = f", {second(done.at)} UTC ({name(done.entry)})" if done else ""
        result = f": {failover.result}" if failover.result else ""
        proposed = f"{second(failover.proposed.at)} UTC ({name(failover.proposed.entry)})"
        facts = [
            ("Failover", f"{failover.what} ({failover.action})"),
            ("Proposed", f"{proposed}, decided by {failover.decision}"),
            ("Came to", f"{plain(failover.state)}{performed}{result}"),
        ]
        blocks.append(Facts(facts))
    return Section("breaches", "Breaches", blocks)


def _breach(breach: Breach, name: EntryNames) -> tuple[Cell, ...]:
    after_all = "kept after all, as was told later" if breach.kept_after_all else ""
    tone = Tone.PLAIN if breach.kept_after_all else Tone.BAD
    return (
        Cell(second(breach.due_at), name(breach.entry)),
        Cell(TIMES[breach.clock], after_all or f"round {breach.round}", tone),
        Cell(breach.penalties or "no penalty is agreed"),
        Cell(breach.failover.action if breach.failover else "nothing"),
    )


def origin_section(file: OversightFile) -> Section | None:
    """Where in the chain it began; None where nobody has stated it."""
    if not file.origins:
        return None
    name = EntryNames(file)
    rows = [
        (
            Cell(f"{each.name}", f"{each.code_type or ''} {each.code or ''}".strip()),
            Cell("the provider itself" if each.rank == 1 else f"rank {each.rank} of the chain"),
            Cell(each.statement),
            Cell(f"{second(each.at)} {who(each.by)}", name(each.entry)),
        )
        for each in file.origins
    ]
    table = Table(("Who", "Where", "Statement", "Stated"), (5, 4, 8, 5), rows)
    note = (Paragraph("The last statement counts.", small=True),) if len(rows) > 1 else ()
    return Section("origin", "Where it began", (*note, table))


def weaknesses_section(file: OversightFile) -> Section | None:
    """All that was found weak; None where nothing was."""
    if not file.weaknesses:
        return None
    name = EntryNames(file)
    rows = [
        (
            Cell(each.weakness, each.detail or ""),
            Cell("the rules" if each.found_by_rules else who(each.by)),
            Cell(second(each.at), name(each.entry)),
        )
        for each in file.weaknesses
    ]
    table = Table(("Weakness", "Found by", "When"), (10, 4, 4), rows)
    return Section("weaknesses", "Weaknesses", (table,))


def review_section(file: OversightFile) -> Section | None:
    """The oversight review in its last version; None where there is none."""
    if not file.reviews:
        return None
    name, review = EntryNames(file), file.reviews[-1]
    facts = [
        ("Version", f"{review.version}, {second(review.at)} UTC by {who(review.by)}"),
        ("Entry", name(review.entry)),
        ("Signed over", review.digest or ""),
        ("Summary", review.review.summary),
        ("Performance", review.review.performance),
        ("Weaknesses", "\n".join(review.review.weaknesses)),
        ("Breaches before it", ", ".join(review.breaches) or "none"),
        ("Critical function", "yes: the management body signs too" if review.critical else "no"),
    ]
    earlier = "".join(_earlier(each, name) for each in file.reviews[:-1])
    blocks: list[Block] = [Facts(facts), _sign_offs(review.sign_offs)]
    if earlier:
        blocks.append(Paragraph(earlier, small=True))
    return Section("review", "Oversight review", blocks)


def _earlier(review: WrittenReview, name: EntryNames) -> str:
    return (
        f"Version {review.version} of {second(review.at)} UTC ({name(review.entry)}) was replaced. "
    )


def _sign_offs(given: tuple[SignOff, ...]) -> Table:
    rows = [
        (
            Cell(plain(each.role), each.decision),
            Cell(
                plain(each.outcome) if each.outcome else "not answered",
                tone=Tone.GOOD if each.outcome == "signed_off" else Tone.PLAIN,
            ),
            Cell(f"{second(each.at)} {who(each.by)}".strip()),
        )
        for each in given
    ]
    return Table(("Signature of", "Answer", "Given"), (6, 4, 6), rows)


def measures_section(file: OversightFile) -> Section | None:
    """What has to follow; None where nothing was proposed."""
    if not file.measures:
        return None
    name = EntryNames(file)
    rows = [
        (
            Cell(each.title, each.id),
            Cell(plain(each.kind).capitalize()),
            Cell(each.basis or "the review"),
            Cell(plain(each.owner) if each.owner else "nobody yet", str(each.due_on or "")),
            Cell(name(each.entry)),
        )
        for each in file.measures
    ]
    columns = ("Measure", "Kind", "Asked for by", "Owner", "Entry")
    return Section("measures", "What follows", (Table(columns, (8, 4, 4, 4, 3), rows),))


def outside_section(file: OversightFile) -> Section | None:
    """Links that were refused and mails that came in; None where there were none."""
    name = EntryNames(file)
    links = [
        (
            Cell(second(each.at), name(each.entry)),
            Cell(f"link refused: {plain(each.reason)}", plain(each.act)),
            Cell(
                short(each.presented),
                f"{each.unrecorded} before it only counted" * bool(each.unrecorded),
            ),
        )
        for each in file.refused_links
    ]
    mails = [
        (
            Cell(second(each.received_at), name(each.entry)),
            Cell("mail received", "by a program by itself" if each.automatic else each.id),
            Cell(short(each.message_id), _sealed_mail(each)),
        )
        for each in file.mails
    ]
    if not links and not mails:
        return None
    table = Table(("When", "What", "Digest"), (4, 5, 9), (*links, *mails))
    return Section("outside", "Refused links, and mails", (table,))


def _sealed_mail(mail: ReceivedMail) -> str:
    files = f", {len(mail.attachments)} attachment(s)" if mail.attachments else ""
    return f"{mail.size:,} bytes{files}; sender and text are sealed"
