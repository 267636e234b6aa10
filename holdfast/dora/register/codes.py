"""Codes of other registries that the register holds, each checked as far as it can be offline."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from holdfast.domain.member_states import MEMBER_STATES

__all__ = [
    "ContractReference",
    "Country",
    "Currency",
    "Lei",
    "MemberState",
    "Subdivision",
    "is_euid",
    "is_lei",
]

_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_EUID = re.compile(r"[A-Z]{2}[A-Za-z0-9._-]{2,118}")
_MODULUS = 97
# 98 - n mod 97 gives 02 to 98: 00, 01 and 99 leave the same remainder, and are never issued.
_CHECK_DIGITS_NEVER_ISSUED = frozenset({"00", "01", "99"})


def is_lei(code: str) -> bool:
    """Whether a code has the form of an LEI and its check digits hold (ISO 17442-1).

    ISO 7064 MOD 97-10 finds any digit put for another digit and any letter for another letter, and
    a letter put for a digit, or the reverse, in all but about one case of 97.
    """
    if not _LEI.fullmatch(code) or code[-2:] in _CHECK_DIGITS_NEVER_ISSUED:
        return False
    return int("".join(str(int(character, 36)) for character in code)) % _MODULUS == 1


def is_euid(code: str) -> bool:
    """Whether a code has the form of an EUID (Implementing Regulation (EU) 2021/1042 Art. 9)."""
    return _EUID.fullmatch(code) is not None


def _lei(code: str) -> str:
    if not _LEI.fullmatch(code):
        message = "an LEI has 20 characters: 18 capital letters or digits and 2 check digits"
        raise ValueError(message)
    if not is_lei(code):
        message = f"the check digits of the LEI '{code}' do not hold (ISO 17442)"
        raise ValueError(message)
    return code


def _member_state(code: str) -> str:
    if code not in MEMBER_STATES:
        message = f"'{code}' is none of the 30 states of the EEA (ISO 3166-1 alpha-2)"
        raise ValueError(message)
    return code


Lei = Annotated[str, AfterValidator(_lei)]
"""A legal entity identifier whose check digits hold (ISO 17442-1)."""

MemberState = Annotated[str, AfterValidator(_member_state)]
"""A state of the European Economic Area, ISO 3166-1 alpha-2; Greece is `GR`."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""Two capital letters in the form of ISO 3166-1 alpha-2."""

Subdivision = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
"""A part of a state in the form of ISO 3166-2, such as `DE-HE`."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""Three capital letters in the form of ISO 4217."""

ContractReference = Annotated[
    str, StringConstraints(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=200)
]
"""A contractual arrangement reference number (2024/2956 B_02.01.0010): one line of ASCII."""
