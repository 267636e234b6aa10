"""Export: the bundle of evidence that an outsider takes home."""
