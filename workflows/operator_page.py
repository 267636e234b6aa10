"""What operators see in the Temporal Web UI: search attributes, and a page of current details."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from holdfast.domain.incident.state import IncidentState
from holdfast.domain.operator_view import SEARCH_ATTRIBUTES, SearchValue, details, search_values

__all__ = ["OperatorPage"]

Shown = dict[str, SearchValue]


class OperatorPage:
    """Keeps what is shown up to date, and writes only what has changed."""

    def __init__(self) -> None:
        """Start from what an earlier run left: search attributes survive continue-as-new."""
        self._shown: Shown = {}

    def show(self, state: IncidentState) -> None:
        """Show the incident as it stands; costs one history event when an attribute changes."""
        self.put(details(state), search_values(state))

    def put(self, page: str, values: Shown) -> None:
        """Show a page in Markdown, and these search attributes; the cost is that of `show`."""
        workflow.set_current_details(page)
        updates = [
            _update(name, value) for name, value in values.items() if self._shown.get(name) != value
        ]
        if updates:
            workflow.upsert_search_attributes(updates)
            self._shown = values


def _update(name: str, value: SearchValue) -> SearchAttributeUpdate[Any]:
    if SEARCH_ATTRIBUTES[name] == "Keyword":
        keyword = SearchAttributeKey.for_keyword(name)
        return keyword.value_set(str(value)) if value else keyword.value_unset()
    if SEARCH_ATTRIBUTES[name] == "KeywordList":
        keywords = SearchAttributeKey.for_keyword_list(name)
        return keywords.value_set(value) if isinstance(value, list) else keywords.value_unset()
    moment = SearchAttributeKey.for_datetime(name)
    return moment.value_set(value) if isinstance(value, datetime) else moment.value_unset()
