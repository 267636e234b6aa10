"""The oversight file of an escalation, built from its entries, and the pages that show it."""
