"""Drafts as they are composed: texts, values with their entries, recipients, what goes along."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

from sqlalchemy import text

from holdfast.domain.actions import ActionCategory, TakeAction
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import Message, ScheduledFor
from holdfast.domain.roles import Role
from holdfast.evidence.entry import entry_from_bytes
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.communications.composing import preview
from holdfast.store.communications.recipients import Recipient
from holdfast.store.policies import load_named_policy
from tests.communication_texts import FOLDER
from tests.composed_drafts import DraftDesk, wish
from tests.incident_at_work import new_incident_id
from tests.statements import COMMANDER, ROBIN, facts, incident_facts, service_facts
from tests.walk import Walk

_ENTRY = text("SELECT body FROM evidence.record WHERE entry_id = :id")


async def test_what_was_just_opened_says_enough_for_a_holding_statement(desk: DraftDesk) -> None:
    """In all languages of the plan, to the public, with nothing typed by anybody."""
    incident_id = await desk.opened()
    composed = await desk.compose(incident_id, wish())
    message, pin = composed.message, load_named_policy(FOLDER.parent, "communications").pin
    assert [each.language for each in message.variants] == ["en", "de", "fr"]
    assert message.variants[0].subject == "Disruption of Instant payments (SCT Inst)"
    assert message.variants[1].subject == "Störung: Instant payments (SCT Inst)"
    assert [(each.channel, each.language) for each in message.deliveries] == [
        ("status-page", "en"), ("status-page", "de"), ("status-page", "fr"),
    ]  # fmt: skip
    assert (message.missing, composed.draft.missing) == ((), ())
    assert message.template is not None
    assert (message.template.policy, message.template.name) == (pin, "holding_statement")


async def test_what_is_composed_is_kept_as_exactly_those_bytes(desk: DraftDesk) -> None:
    """Under the digest that is approved."""
    composed = await desk.compose(await desk.opened(), wish())
    async with desk.engine.connect() as connection:
        content = await fetch_artifact(connection, composed.draft.message)
    assert content == composed.message.content
    assert Message.model_validate_json(content) == composed.message


async def test_every_value_names_the_entry_that_says_it(desk: DraftDesk) -> None:
    """The latest one; what a person states, and what is about the draft itself, names none."""
    walk = Walk(new_incident_id())
    walk.to_contain()
    walk.submit(ROBIN, facts(clients_affected=7))
    walk.submit(ROBIN, facts(clients_affected=9_000))
    walk.submit(ROBIN, incident_facts(member_states="DE FR"))
    action = TakeAction(
        category=ActionCategory.CONTAINMENT, action="Drained the gateway", disruptive=False
    )
    walk.submit(ROBIN, action)
    walk.contain()
    incident_id = await desk.keep(walk)
    values = {"impact": "Payments wait.", "response": "We work.", "additional_controls": "None."}
    brief = wish(purpose=Purpose.MANAGEMENT_BRIEF, audience=Audience.MANAGEMENT_BODY, values=values)
    message = (await desk.compose(incident_id, brief)).message
    assert message.missing == ()
    traced = {each.name: each for each in message.values}
    for name, kind, value in (
        ("title", "incident.opened", "Payment gateway does not answer"),
        ("services.1", "incident.opened", "Instant payments (SCT Inst)"),
        ("clients_affected", "facts.changed", "9000"),
        ("member_states.2", "facts.changed", "FR"),
        ("severity", "severity.assigned", walk.state.severity),
        ("phase", "phase.entered", "recover"),
        ("actions_taken.1", "action.performed", "2026-03-04 12:00 UTC: Drained the gateway"),
        ("contained_at", "milestone.reached", None),
        ("aware_at", "incident.opened", "2026-03-04T12:00:00.000000Z"),
    ):
        entry = traced[name].entry
        assert entry is not None, name
        async with desk.engine.connect() as connection:
            body = (await connection.execute(_ENTRY, {"id": entry})).scalar_one()
        assert entry_from_bytes(bytes(body)).event.kind == kind
        if value is not None:
            assert traced[name].value == value
    assert {traced[name].entry for name in ("impact", "response", "drafted_at")} == {None}
    assert "9,000" in message.variants[0].body
    assert traced["impact"].value == "Payments wait."


async def test_what_is_missing_is_shown_and_named(desk: DraftDesk) -> None:
    """The draft is kept all the same: it cannot be handed in so."""
    notice = wish(purpose=Purpose.CLIENT_NOTICE, values={"impact.de": "Es dauert."})
    composed = await desk.compose(await desk.opened(), notice)
    assert composed.draft.missing == composed.message.missing
    assert "impact.en" in composed.draft.missing
    assert "impact.de" not in composed.draft.missing
    assert "protective_measures" in composed.draft.missing
    english, german, _ = composed.message.variants
    assert "[missing: protective_measures]" in english.body
    assert "[missing: impact.en]" in english.body
    assert "Es dauert." in german.body


async def test_a_preview_keeps_nothing(desk: DraftDesk) -> None:
    """And shows the same texts."""
    incident_id = await desk.opened()
    addressed = wish(
        deliveries=[{"channel": "mail", "addresses": ["jo@bank.example"]}], languages=["en"]
    )
    before = await desk.artifacts()
    shown = (await preview(desk.parts, incident_id, addressed, desk.at)).message
    assert await desk.artifacts() == before
    kept = (await desk.compose(incident_id, addressed)).message
    assert await desk.artifacts() == before + 2
    assert shown.variants == kept.variants
    assert shown.deliveries[0].recipients is None
    assert shown.deliveries[0].count == kept.deliveries[0].count == 1


async def test_own_words_need_no_template(desk: DraftDesk) -> None:
    """In any language, for any purpose; one part of a text may still come from the template."""
    incident_id = await desk.opened()
    text_of = {"subject": "Avviso", "body": "Stiamo lavorando."}
    other = wish(
        purpose=Purpose.OTHER,
        texts={"it": text_of},
        deliveries=[{"channel": "status-page", "language": "it"}],
    )
    message = (await desk.compose(incident_id, other)).message
    assert [each.language for each in message.variants] == ["it"]
    assert (message.template, message.values, message.missing) == (None, (), ())
    half = wish(languages=["en"], texts={"en": {"subject": "Ours {{ title }}"}})
    message = (await desk.compose(incident_id, half)).message
    assert message.variants[0].subject == "Ours {{ title }}"
    assert "Our incident response is under way" in message.variants[0].body
    assert message.template is not None


async def test_recipients_are_sealed_and_nobody_is_written_to_twice(desk: DraftDesk) -> None:
    """Neither within a delivery, nor over the same channel in another group or language."""
    await desk.reached_at("press-office", "press@bank.example")
    incident_id = await desk.opened()
    mail = {"channel": "mail", "alternative": "letters"}
    groups = [
        mail
        | {
            "group": "first",
            "contacts": ["press-office"],
            "addresses": ["jo@bank.example", "PRESS@bank.example", "jo@bank.example"],
        },
        mail
        | {"group": "second", "language": "de", "addresses": ["Jo@Bank.example", "al@b.example"]},
        {"channel": "letters", "addresses": ["jo@bank.example"]},
        {"channel": "chat", "group": "desk", "alternative": "notices"},
    ]
    message = (await desk.compose(incident_id, wish(deliveries=groups))).message
    first, second, letters, chat = message.deliveries
    assert await desk.recipients(first) == [
        Recipient("press@bank.example", "press-office"),
        Recipient("jo@bank.example"),
    ]
    assert await desk.recipients(second) == [Recipient("al@b.example")]
    assert await desk.recipients(letters) == [Recipient("jo@bank.example")]
    assert (first.count, second.count, chat.count) == (2, 1, 1)
    assert (first.alternative_kind, chat.alternative_kind) == (
        ChannelKind.MAIL_FOLDER,
        ChannelKind.FILES,
    )
    assert (letters.group, chat.recipients) == ("clients", None)
    assert [each.language for each in message.variants] == ["en", "de"]
    kept = json.dumps(message.model_dump(mode="json"))
    assert "bank.example" not in kept


async def test_a_brief_goes_to_whoever_is_in_charge_or_leaves_otherwise(desk: DraftDesk) -> None:
    """It always leaves: where nobody can be reached by mail, as a file."""
    walk = Walk(new_incident_id())
    walk.to_contain()
    incident_id = await desk.keep(walk)
    brief = wish(
        purpose=Purpose.ESCALATION_BRIEF,
        audience=Audience.STAFF,
        roles=[Role.VENDOR_MANAGER],
        because="It began at a provider.",
    )
    composed = await desk.compose(incident_id, brief)
    assert [each.channel for each in composed.message.deliveries] == ["notices"]
    assert composed.draft.missing == ()
    await desk.reached_at("vendor-manager", "vendors@bank.example")
    (delivery,) = (await desk.compose(incident_id, brief)).message.deliveries
    assert (delivery.channel, delivery.group) == ("mail", "response")
    assert await desk.recipients(delivery) == [Recipient("vendors@bank.example", "vendor-manager")]
    body = (await desk.compose(incident_id, brief)).message.variants[0].body
    assert "It began at a provider." in body
    assert "vendor manager" in body


async def test_the_reason_of_a_brief_is_traced_to_the_escalation(desk: DraftDesk) -> None:
    """To the entry that says who is brought in, and why."""
    walk = Walk(new_incident_id())
    walk.to_contain()
    walk.submit(ROBIN, service_facts(service_unavailable=True))
    incident_id = await desk.keep(walk)
    fired = next(event for event in walk.events if event.kind == "escalation.triggered")
    brief = wish(
        purpose=Purpose.ESCALATION_BRIEF,
        audience=Audience.STAFF,
        roles=fired.payload["roles"],
        because=fired.payload["because"],
    )
    values = (await desk.compose(incident_id, brief)).message.values
    (entry,) = {each.entry for each in values if each.name in {"because", "roles.1"}}
    async with desk.engine.connect() as connection:
        body = (await connection.execute(_ENTRY, {"id": entry})).scalar_one()
    assert entry_from_bytes(bytes(body)).event == fired


async def test_a_follow_up_goes_to_where_the_message_before_went(desk: DraftDesk) -> None:
    """To the very same lists; and so does a correction, which says what it corrects."""
    incident_id = await desk.opened()
    first = wish(
        languages=["de"], deliveries=[{"channel": "mail", "addresses": ["jo@bank.example"]}]
    )
    before = (await desk.compose(incident_id, first)).message
    await desk.published(before)
    update = wish(
        purpose=Purpose.SITUATION_UPDATE,
        follows=1,
        values={"situation": "Es läuft wieder.", "next_update_due": "2026-03-04T15:00:00Z"},
    )
    composed = await desk.compose(incident_id, update)
    assert composed.message.deliveries == before.deliveries
    assert [each.language for each in composed.message.variants] == ["de"]
    assert "4. März 2026, 15:00 Uhr UTC" in composed.message.variants[0].body
    assert composed.message.missing == ()
    correction = (await desk.compose(incident_id, wish(supersedes=1))).message
    assert correction.deliveries == before.deliveries
    assert correction.supersedes == 1
    assert "berichtigt und ersetzt" in correction.variants[0].body
    elsewhere = (
        await desk.compose(incident_id, wish(follows=1, deliveries=[{"channel": "status-page"}]))
    ).message
    assert [each.channel for each in elsewhere.deliveries] == ["status-page"]


async def test_the_next_update_is_promised_by_the_cadence(desk: DraftDesk) -> None:
    """Counted from now, from when it leaves, or from the update that this message is."""
    walk = Walk(new_incident_id())
    walk.to_contain()
    incident_id = await desk.keep(walk)
    assert walk.state.severity is not None
    response = walk.state.tree.response_for(walk.state.severity, walk.state.priority)
    assert response is not None
    every = response.update_every

    async def due(**changes: object) -> str:
        message = (await desk.compose(incident_id, wish(**changes))).message
        (value,) = [each for each in message.values if each.name == "next_update_due"]
        assert value.entry is not None
        return value.value[:19]

    assert await due() == f"{desk.at + every:%Y-%m-%dT%H:%M:%S}"
    later = desk.at + timedelta(hours=5)
    scheduled = ScheduledFor(at=later).model_dump(mode="json")
    assert await due(release=scheduled) == f"{later + every:%Y-%m-%dT%H:%M:%S}"


async def test_files_in_custody_go_along(desk: DraftDesk) -> None:
    """Under names that say nothing, with the digest of their content."""
    incident_id = await desk.opened()
    files = [
        await desk.attached(incident_id, f"{uuid.uuid4()}".encode(), "application/pdf"),
        await desk.attached(incident_id, b"x", "application/x-unheard-of"),
    ]
    composed = await desk.compose(incident_id, wish(attachments=files))
    first, second = composed.message.attachments
    assert (first.name, first.media_type, first.size) == ("attachment-1.pdf", "application/pdf", 36)
    assert second.name == "attachment-2"
    assert composed.draft.attachments == (first.digest, second.digest)


async def test_an_incident_says_the_same_to_everybody_in_charge(desk: DraftDesk) -> None:
    """The same wish at the same instant has the same texts and values."""
    walk = Walk(new_incident_id())
    walk.to_learn()
    incident_id = await desk.keep(walk)
    clear = wish(
        purpose=Purpose.ALL_CLEAR,
        values={"resolution": "The certificate was renewed.", "contact_point": "+49 30 1"},
    )
    one = (await desk.compose(incident_id, clear)).message
    assert one == (await desk.compose(incident_id, clear)).message
    assert one.missing == ()
    assert COMMANDER.id not in one.content.decode()
