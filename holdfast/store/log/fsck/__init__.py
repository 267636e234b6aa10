"""Checking the evidence: everything that can be derived is derived again and compared."""

from __future__ import annotations

from holdfast.store.log.fsck.check import check_log, check_slice, check_within
from holdfast.store.log.fsck.recomputation import Recomputation

__all__ = ["Recomputation", "check_log", "check_slice", "check_within"]
