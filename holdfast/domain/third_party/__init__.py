"""The escalation of a third party: one provider's contract in one incident, held to its times."""
