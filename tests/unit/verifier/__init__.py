"""The offline verifier: what it accepts, what it refuses, in which words, with which code."""
