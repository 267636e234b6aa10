"""What the doors stand on, put together once by `api/app.py` and handed to every router."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncEngine

from api.export_desk import ExportDesk
from api.incident_workflows import IncidentWorkflows
from api.key_figures.gauges import KeyFigureGauges
from api.metrics import ApiMetrics
from api.policies_in_force import PoliciesInForce
from api.receipts import ReceiptDesk
from api.relay import Relay
from api.status_page.desk import StatusDesk
from api.uploads import Uploads
from api.vendor.link_refusals import LinkRefusals
from holdfast.channels import Channels
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.signature import PrincipalSigner
from holdfast.evidence.vendor_links import VendorLinks
from holdfast.settings import Settings
from holdfast.store.access_tokens import AccessTokens
from holdfast.store.alert_batches import AlertBatches

__all__ = ["Doors", "Platform", "platform_of"]


@dataclass(frozen=True, slots=True)
class Platform:
    """The parts of one API process."""

    settings: Settings
    engine: AsyncEngine
    reads: AsyncEngine
    """The same connections, one statement at a time, without a transaction around it."""
    tokens: AccessTokens
    signer: PrincipalSigner
    keyring: KeyEncryptionKeys
    """What wraps the keys of personal data."""
    vendor_links: VendorLinks
    """What makes and reads the links by which providers answer."""
    link_refusals: LinkRefusals
    policies: PoliciesInForce
    uploads: Uploads
    batches: AlertBatches
    workflows: IncidentWorkflows
    relay: Relay
    receipts: ReceiptDesk
    exports: ExportDesk
    channels: Channels
    """The ways out of the house, to which drafts may go."""
    status: StatusDesk
    key_figures: KeyFigureGauges
    metrics: ApiMetrics


def platform_of(request: Request) -> Platform:
    """Return the platform of the application that serves this request."""
    platform = request.app.state.platform
    assert isinstance(platform, Platform)  # noqa: S101 - narrows the type for mypy only
    return platform


Doors = Annotated[Platform, Depends(platform_of)]
"""A route's parameter for what it stands on."""
