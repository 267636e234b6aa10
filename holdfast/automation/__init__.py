"""Automations: what steps of playbooks have done without a person, each with its dry run.

It knows no database and no workflow: what it is ordered it does at most for so long, and says what
became of it.
"""

from __future__ import annotations

from holdfast.automation.automation import Automation, Automations, Beat, Done, Order, line_of
from holdfast.automation.loading import load_automations

__all__ = ["Automation", "Automations", "Beat", "Done", "Order", "line_of", "load_automations"]
