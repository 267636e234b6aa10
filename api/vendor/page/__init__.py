"""The page over which a provider answers: HTML without scripts, and nothing from elsewhere."""
