"""What a provider was held to, in words: times by severity, hours, pauses, and the ways out."""

from __future__ import annotations

from holdfast.domain.events import PolicyPin
from holdfast.domain.severity import Severity
from holdfast.domain.working_hours import Weekday, WorkingHours
from holdfast.dora.register.terms import ContractTerms, ExitPlan, ServiceTimes
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.sheet import Cell, Facts, Paragraph, Section, Table
from holdfast.evidence.oversight.words import EntryNames, second, spell

__all__ = ["terms_section"]

_NO_TERMS = "The register has no terms of this contract: the times of our own policy counted."
_COLUMNS = ("Severity", "Acknowledge", "First response", "Update every", "Workaround", "Restore")


def terms_section(file: OversightFile) -> Section | None:
    """What the provider was held to; None while that was not read."""
    hold = file.hold
    if hold is None:
        return None
    when = f"Taken {second(hold.at)} UTC ({EntryNames(file)(hold.entry)}), and not read again."
    read = Paragraph(when, small=True)
    if hold.because is not None:
        because = Paragraph(f"The terms could not be read: {hold.because}")
        return Section("terms", "Held to", (read, because))
    pins = [
        ("Register", _pinned(hold.register_of_information)),
        ("Our policy", _pinned(hold.policy)),
    ]
    if hold.terms is None:
        return Section("terms", "Held to", (read, Facts(pins), Paragraph(_NO_TERMS)))
    facts = Facts([*pins, *_promises(hold.terms)])
    return Section("terms", "Held to", (read, _times(hold.terms), facts))


def _pinned(pin: PolicyPin | None) -> str:
    return f"{pin.name} {pin.version}, {pin.digest}" if pin else ""


def _promises(terms: ContractTerms) -> list[tuple[str, str]]:
    pauses = (f"{each.because}, {spell(each.longest)} at most" for each in terms.pauses.values())
    return [
        ("Service hours", _hours(terms)),
        ("Pauses allowed", "; ".join(pauses) or "none"),
        ("Assistance (Art. 30(2)(f))", terms.reporting.incident_assistance or "not agreed"),
        ("Reporting (Art. 30(3)(b))", terms.reporting.developments or "not agreed"),
        ("Penalties", terms.penalties or "not agreed"),
        ("Failover", terms.failover.action if terms.failover else "none"),
        ("Exit plan (Art. 28(8))", _exit(terms.exit_plan)),
    ]


def _hours(terms: ContractTerms) -> str:
    if terms.hours is None:
        return "round the clock"
    said = "; ".join(map(_window, terms.hours.windows))
    said += f", not on holidays of {terms.hours.calendar}" if terms.hours.calendar else ""
    always = ", ".join(terms.round_the_clock)
    return f"{said}; round the clock at {always}" if always else said


def _window(hours: WorkingHours) -> str:
    days = [day.capitalize() for day in Weekday if day in hours.weekdays]
    joined = ", ".join(days) if len(days) < len(Weekday) else "every day"
    return f"{joined} {hours.begin} to {hours.end} {hours.time_zone}"


def _exit(plan: ExitPlan | None) -> str:
    if plan is None:
        return "none"
    return f"{plan.reference}, " + (f"tested {plan.tested_on}" if plan.tested_on else "not tested")


def _times(terms: ContractTerms) -> Table:
    rows = [_row(each, terms.times[each]) for each in Severity if each in terms.times]
    return Table(_COLUMNS, (2,) * len(_COLUMNS), rows)


def _row(severity: Severity, times: ServiceTimes) -> tuple[Cell, ...]:
    lengths = (
        *(times.acknowledge, times.first_response, times.update_every),
        *(times.workaround, times.restore),
    )
    said = (Cell(spell(each) if each else "not promised") for each in lengths)
    return (Cell(str(severity)), *said)
