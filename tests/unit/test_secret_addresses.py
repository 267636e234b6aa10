"""A link is hidden wherever an address is written down; everything else stays readable."""

from __future__ import annotations

import pytest

from holdfast.secret_addresses import without_links

_LINK = f"{'eyJhY3QiOiJ1cGRhdGUi' * 9}.{'k' * 43}"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"/v1/vendor/{_LINK}", "/v1/vendor/[link]"),
        (
            f"GET /v1/vendor/{_LINK}/update?a=b HTTP/1.1",
            "GET /v1/vendor/[link]/update?a=b HTTP/1.1",
        ),
        (f'{{"path": "/v1/vendor/{_LINK}"}}', '{"path": "/v1/vendor/[link]"}'),
        ("/v1/vendor/cut", "/v1/vendor/[link]"),
        (f"/V1//Vendor//{_LINK}", "/V1//Vendor//[link]"),
        (f"https://bank.example/v1/vendors/{_LINK}", "https://bank.example/v1/vendors/[link]"),
        ("/v1/vendor-mail", "/v1/vendor-mail"),
        ("/v1/vendor/", "/v1/vendor/"),
        (f"sha256:{'0' * 64}", f"sha256:{'0' * 64}"),
        ("", ""),
    ],
)
def test_a_link_is_hidden(text: str, hidden: str) -> None:
    """Also where the address was mistyped."""
    assert without_links(text) == hidden
