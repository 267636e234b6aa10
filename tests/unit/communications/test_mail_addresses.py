"""Addresses that mail can be sent to, and what is none."""

from __future__ import annotations

import pytest

from holdfast.domain.communication.mail_addresses import address_fault

_NO_ADDRESSES = {
    "nothing": "",
    "no at": "jo.bank.example",
    "two at": "jo@al@bank.example",
    "spaces": "jo doe@bank.example",
    "name": "Jo <jo@bank.example>",
    "list": "jo@bank.example,al@bank.example",
    "line break": "jo@bank.example\nBcc: al@bank.example",
    "carriage return": "jo@bank.example\r",
    "last line break": "jo@bank.example\n",
    "NUL": "jo\0@bank.example",
    "next line": "jo\u0085@bank.example",
    "first dot": ".jo@bank.example",
    "last dot": "jo.@bank.example",
    "two dots": "j..o@bank.example",
    "long name": f"{'j' * 65}@bank.example",
    "long label": f"jo@{'b' * 64}.example",
    "long": f"jo@{'.'.join(['b' * 60] * 5)}",
    "hyphen": "jo@-bank.example",
    "empty label": "jo@bank..example",
    "quoted": '"jo"@bank.example',
    "other script": "jö@bank.example",
}


@pytest.mark.parametrize("address", _NO_ADDRESSES.values(), ids=_NO_ADDRESSES)
def test_what_is_no_address_is_told_without_repeating_it(address: str) -> None:
    """It may be somebody's."""
    fault = address_fault(address)
    assert fault is not None
    assert not address or address not in fault


@pytest.mark.parametrize("address", ["jo@bank.example", "a.b+c_d'e@x-y.z1.example", "jo@localhost"])
def test_what_is_an_address_is_taken(address: str) -> None:
    """As mail servers do."""
    assert address_fault(address) is None
