"""Sealing: what is sealed opens under its key and in its place, and nowhere else."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.sealed_values import SealedValue
from holdfast.evidence.sealing import KeyEncryptionKey, SealBroken, SubjectKey

_GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "sealed-value.json"

KEY = SubjectKey("person-1", bytes(range(32)))
KEK = KeyEncryptionKey(bytes(range(32, 64)))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
abouts = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/#@+-]{0,30}", fullmatch=True)
fields = st.from_regex(r"[a-z][a-z0-9]{0,20}", fullmatch=True)


def _flipped(encoded: str, bit: int) -> str:
    content = bytearray(base64.b64decode(encoded))
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    return base64.b64encode(content).decode()


@given(texts, abouts, fields)
def test_what_is_sealed_reads_back_the_same(text: str, about: str, field: str) -> None:
    """Whatever the text, and wherever it is."""
    sealed = KEY.seal(about, field, text)
    assert KEY.unseal(field, sealed) == text
    assert SealedValue.model_validate_json(sealed.model_dump_json()) == sealed


@given(texts, st.integers(0, 10_000), st.sampled_from(["nonce", "ciphertext"]))
def test_a_sealed_value_with_one_flipped_bit_is_refused(text: str, bit: int, member: str) -> None:
    """No bit of nonce, ciphertext or tag is idle."""
    sealed = KEY.seal("s1", "name", text)
    flipped = _flipped(getattr(sealed, member), bit)
    with pytest.raises(SealBroken):
        KEY.unseal("name", sealed.model_copy(update={member: flipped}))


@given(abouts, abouts, fields, fields)
def test_a_sealed_value_opens_in_its_own_place_only(
    about: str, other_about: str, field: str, other_field: str
) -> None:
    """A ciphertext moved to another field or another submission is refused."""
    sealed = KEY.seal(about, field, "Jo")
    if other_field != field:
        with pytest.raises(SealBroken):
            KEY.unseal(other_field, sealed)
    if other_about != about:
        with pytest.raises(SealBroken):
            KEY.unseal(field, sealed.model_copy(update={"about": other_about}))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(SubjectKey("person-2", KEY.secret), id="another name"),
        pytest.param(SubjectKey("person-1", bytes(32)), id="another secret"),
    ],
)
def test_another_key_does_not_open_it(other: SubjectKey) -> None:
    """Neither its name nor its secret alone is enough."""
    with pytest.raises(SealBroken):
        other.unseal("name", KEY.seal("s1", "name", "Jo"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"nonce": "AAAAAAAAAAAAAAA="}, id="short nonce"),
        pytest.param({"nonce": "AA=="}, id="tiny nonce"),
        pytest.param({"ciphertext": "AA=="}, id="no tag"),
        pytest.param({"ciphertext": "A"}, id="not base64"),
        pytest.param({"ciphertext": "AB=="}, id="base64 with idle bits"),
    ],
)
def test_what_is_no_ciphertext_is_refused(change: dict[str, str]) -> None:
    """Whoever wrote it, and however."""
    sealed = KEY.seal("s1", "name", "Jo").model_copy(update=change)
    with pytest.raises(SealBroken):
        KEY.unseal("name", sealed)


def test_no_nonce_is_used_twice() -> None:
    """The same text sealed ten thousand times: every nonce and every ciphertext is its own."""
    sealed = [KEY.seal("s1", "name", "Jo") for _ in range(10_000)]
    assert len({value.nonce for value in sealed}) == len(sealed)
    assert len({value.ciphertext for value in sealed}) == len(sealed)


def test_a_stranger_reproduces_the_golden_value() -> None:
    """Section 7 of the format, step by step, without any of our code; and ours reads it."""
    golden = json.loads(_GOLDEN.read_text())
    sealed = golden["sealed"]
    secret, nonce = base64.b64decode(golden["secret"]), base64.b64decode(sealed["nonce"])
    place = f"{sealed['about']}\n{golden['field']}".encode()
    ciphertext = AESGCM(secret).encrypt(nonce, golden["text"].encode(), place)
    assert base64.b64encode(ciphertext).decode() == sealed["ciphertext"]
    key = SubjectKey(sealed["key"], secret)
    assert key.unseal(golden["field"], SealedValue.model_validate(sealed)) == golden["text"]


@given(st.binary(min_size=32, max_size=32))
def test_a_wrapped_key_unwraps_to_itself(secret: bytes) -> None:
    """Under the key that wrapped it."""
    key = SubjectKey("person-1", secret)
    wrapped = KEK.wrap(key)
    assert KEK.unwrap(wrapped) == key
    assert len(wrapped.wrapped) == 60
    assert secret not in wrapped.wrapped


@given(st.integers(0, 60 * 8 - 1))
def test_a_wrapped_key_with_one_flipped_bit_is_refused(bit: int) -> None:
    """As a sealed value is."""
    wrapped = KEK.wrap(KEY)
    content = bytearray(wrapped.wrapped)
    content[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        KEK.unwrap(replace(wrapped, wrapped=bytes(content)))


def test_a_wrapped_key_opens_under_its_own_name_and_kek_only() -> None:
    """A row cannot be given another person's key."""
    wrapped = KEK.wrap(KEY)
    with pytest.raises(SealBroken):
        KEK.unwrap(replace(wrapped, name="person-2"))
    with pytest.raises(SealBroken):
        KeyEncryptionKey(bytes(32)).unwrap(wrapped)
    with pytest.raises(SealBroken):
        KEK.unwrap(replace(wrapped, wrapped=b""))


def test_keys_do_not_print_their_secrets() -> None:
    """What ends in a log by mistake gives nothing away."""
    assert "\\x" not in repr(KEY)
    assert KEY.secret.hex() not in f"{KEY!r}{KEK!r}{KEK.id}"


def test_a_fingerprint_is_the_keys_and_the_contents_own() -> None:
    """Without the key a guess cannot be tried against it."""
    other = SubjectKey("person-1", bytes(32))
    assert KEY.fingerprint(b"Jo") == KEY.fingerprint(b"Jo")
    assert len({KEY.fingerprint(b"Jo"), KEY.fingerprint(b"Al"), other.fingerprint(b"Jo")}) == 3
