"""DORA as pure rules over data: standard library and pydantic only, no I/O and no clock."""
