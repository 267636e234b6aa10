"""Recovery: how available services were told to be, continuity plans, and standing down."""
