"""Policies tried on the past: read from evidence in a stream, judged by the pure rules."""

from __future__ import annotations

from holdfast.store.trial.trying import Untriable, try_policy

__all__ = ["Untriable", "try_policy"]
