"""Ways to authorities against real servers that fail as they are told."""
