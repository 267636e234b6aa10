"""Key figures of the process: each defined over entries, computed by pure functions."""
