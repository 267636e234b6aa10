"""Access tokens: their shape, and what is kept of them."""

from __future__ import annotations

import pytest

from holdfast.store.access_tokens import hash_of_secret, new_token, split_token


def test_a_new_token_is_split_into_its_id_and_secret() -> None:
    """And only the hash of the secret leaves it."""
    token = new_token()
    parts = split_token(token.text)
    assert parts is not None
    assert parts[0] == token.token_id
    assert hash_of_secret(parts[1]) == token.secret_hash
    assert parts[1].encode() not in token.secret_hash


def test_no_two_tokens_are_alike() -> None:
    """Neither in id nor in secret."""
    tokens = [new_token() for _ in range(100)]
    assert len({token.token_id for token in tokens}) == 100
    assert len({token.secret_hash for token in tokens}) == 100


@pytest.mark.parametrize(
    "text",
    ["", "hf_", "hf__", "hf_0123456789abcdef_short", "x" * 10_000, "hf_é_" + "a" * 43,
     "hf_0123456789abcdef_" + "a" * 43 + "\n", "HF_0123456789abcdef_" + "a" * 43],
)  # fmt: skip
def test_what_is_no_token_is_not_looked_up(text: str) -> None:
    """Its shape alone tells."""
    assert split_token(text) is None
