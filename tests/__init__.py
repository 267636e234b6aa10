"""Tests on three floors: unit without I/O, integration on the real parts, e2e on the platform."""
