"""The rules of DORA as pure data and functions, without any part of the platform."""
