"""The Temporal client of a process: one connection, our payload types, our trace propagation."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.contrib.opentelemetry import OpenTelemetryPlugin
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime

from holdfast.settings import Settings

__all__ = ["connect"]


async def connect(
    settings: Settings, *, runtime: Runtime | None = None, lazy: bool = False
) -> Client:
    """Connect to Temporal; with `lazy` the first call does, so that a door opens without it.

    `TEMPORAL_*` variables and the standard profile file add what a cluster needs (TLS, API key);
    address and namespace come from the settings.
    """
    profile = ClientConfig.load_client_connect_config()
    return await Client.connect(
        settings.temporal_target,
        namespace=settings.temporal_namespace,
        api_key=profile.get("api_key"),
        tls=profile.get("tls", None),
        rpc_metadata=profile.get("rpc_metadata", {}),
        data_converter=pydantic_data_converter,
        plugins=[OpenTelemetryPlugin()],
        runtime=runtime,
        lazy=lazy,
    )
