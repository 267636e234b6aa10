"""The sequencer, what leaves with it, and its keys, against real counterparts on this machine."""
