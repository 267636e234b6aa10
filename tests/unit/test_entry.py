"""Entries: their bytes, and their words."""

from __future__ import annotations

import json

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.events import Event, EventKind
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Submission
from holdfast.evidence.entry import Entry, entry_bytes, entry_from_bytes, entry_id
from holdfast.evidence.sentences import _SENTENCES, sentence
from holdfast.evidence.signature import PrincipalSigner, PrincipalVerifier
from tests.statements import NOON, ROBIN, facts
from tests.walk import Walk


def entries() -> list[Entry]:
    """The entries of a whole incident, one refusal and one bypass included."""
    walk = Walk()
    walk.to_closed()
    return [as_entry(event, number) for number, event in enumerate(walk.events)]


def as_entry(event: Event, number: int) -> Entry:
    """The entry that an event becomes."""
    workflow_id = "incident/INC-2026-000001"
    return Entry(
        id=entry_id(workflow_id, number),
        incident="INC-2026-000001",
        workflow=workflow_id,
        sequence=number,
        occurred_at=NOON,
        event=event,
        nonce=f"{number:032x}",
        trace=None,
    )


def test_entries_are_rfc_8785_bytes_that_read_back_the_same() -> None:
    """The bytes are canonical, and nothing is lost in them."""
    for entry in entries():
        body = entry_bytes(entry)
        assert body == rfc8785.dumps(json.loads(body))
        assert entry_from_bytes(body) == entry


def test_every_kind_of_entry_has_a_sentence() -> None:
    """Nothing on the timeline is without words."""
    assert set(_SENTENCES) == set(EventKind)


def test_the_sentence_of_every_entry_is_one_line_of_words() -> None:
    """People can read the whole incident."""
    assert all(sentence(entry.event).strip() for entry in entries())


@pytest.mark.parametrize("kind", EventKind)
def test_a_kind_follows_the_grammar(kind: EventKind) -> None:
    """subject.action, lower case."""
    subject, action = kind.split(".")
    assert subject.replace("_", "").islower()
    assert action.replace("_", "").islower()
    assert kind.name == f"{subject}_{action}".upper()


def _submission(**change: object) -> Submission:
    whole = Submission(
        submission_id="s1",
        workflow_id="incident/INC-2026-000001",
        principal=ROBIN,
        submitted_at=NOON,
        body=facts(clients_affected=7),
    )
    return whole.model_copy(update=change)


KEY = Ed25519PrivateKey.generate()
VERIFIER = PrincipalVerifier(KEY.public_key())


def test_a_signed_submission_is_genuine() -> None:
    """What the API signed is believed."""
    assert VERIFIER.is_genuine(PrincipalSigner(KEY).sign(_submission()))


@pytest.mark.parametrize(
    "change",
    [
        {"submission_id": "s2"},
        {"workflow_id": "incident/INC-2026-000002"},
        {"principal": Actor(id=ROBIN.id, role=Role.MANAGEMENT_BODY)},
        {"body": facts(clients_affected=8)},
        {"trace": f"00-{'1' * 32}-{'2' * 16}-01"},
    ],
    ids=["id", "address", "role", "content", "trace"],
)
def test_a_submission_that_was_altered_is_not_genuine(change: dict[str, object]) -> None:
    """The signature covers every field."""
    signed = PrincipalSigner(KEY).sign(_submission())
    assert not VERIFIER.is_genuine(signed.model_copy(update={"submission": _submission(**change)}))


def test_another_key_is_not_believed() -> None:
    """Neither under its own key id nor under ours."""
    forged = PrincipalSigner(Ed25519PrivateKey.generate()).sign(_submission())
    ours = PrincipalSigner(KEY).sign(_submission())
    assert not VERIFIER.is_genuine(forged)
    assert not VERIFIER.is_genuine(forged.model_copy(update={"key_id": ours.key_id}))


@given(st.integers(0, 511))
def test_a_signature_with_one_flipped_bit_is_not_genuine(bit: int) -> None:
    """No bit of the signature is idle."""
    signed = PrincipalSigner(KEY).sign(_submission())
    flipped = bytearray.fromhex(signed.signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not VERIFIER.is_genuine(signed.model_copy(update={"signature": flipped.hex()}))
