"""The commands of `holdfast` that have commands of their own."""

from __future__ import annotations

from holdfast.cli.authority import authority
from holdfast.cli.automation import automation
from holdfast.cli.channel import channel
from holdfast.cli.dora import dora
from holdfast.cli.kpis import kpis
from holdfast.cli.log_keys import log_keys
from holdfast.cli.policy import policy
from holdfast.cli.process import process
from holdfast.cli.register import register

__all__ = ["GROUPS"]

GROUPS = (log_keys, policy, register, channel, authority, automation, dora, kpis, process)
"""In the order in which the help shows them."""
