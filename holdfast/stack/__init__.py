"""How the parts of the platform are started, supervised and examined on one machine."""
