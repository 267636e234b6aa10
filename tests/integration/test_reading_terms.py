"""Reading the terms of a contract as the activity does, from a real database."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import ActivityEnvironment

from activities.third_parties import ThirdPartyActivities
from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import pinned
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.opening import TermsRead, TermsRequest
from holdfast.errors import NotFound
from holdfast.settings import Settings
from holdfast.store.policies import load_named_policy, store_policies
from holdfast.store.policy_installation import install_policies

_FOLDER = Settings().policies_folder


def _request(contract: str, pin: PolicyPin) -> TermsRequest:
    return TermsRequest(contract=contract, register_of_information=pin, at=datetime.now(UTC))


async def test_the_terms_are_those_of_the_register_that_the_incident_is_pinned_to(
    engine: AsyncEngine,
) -> None:
    """Not of the one in force; our own policy is the one in force. A history carries both whole."""
    await install_policies(engine, _FOLDER)
    shipped = load_named_policy(_FOLDER, "register")
    older = json.loads(shipped.content) | {"version": f"t-{uuid.uuid4().hex[:12]}"}
    older["contracts"]["CA-2024-014"]["terms"]["times"]["SEV1"]["restore"] = "PT3H30M"
    await store_policies(engine, {"register": pinned(older)})
    read = ActivityEnvironment().run
    activities = ThirdPartyActivities(engine)

    found: TermsRead = await read(activities.read_terms, _request("CA-2024-014", pinned(older).pin))

    assert found.because is None
    assert found.taken is not None
    assert found.taken.register_of_information == pinned(older).pin
    assert found.taken.terms is not None
    assert found.taken.terms.times[Severity.SEV1].restore == timedelta(hours=3, minutes=30)
    assert found.taken.policy == load_named_policy(_FOLDER, "third-parties").pin
    converter = pydantic_data_converter
    (again,) = await converter.decode(await converter.encode([found]), [TermsRead])
    assert again == found

    missing: TermsRead = await read(activities.read_terms, _request("CA-0", shipped.pin))
    assert (missing.taken, missing.because) == (None, "no such contract in the register 1.1.0")

    unkept = PolicyPin(name="register", version="9.9.9", digest="sha256:" + 64 * "0")
    with pytest.raises(NotFound):
        await read(activities.read_terms, _request("CA-2024-014", unkept))
