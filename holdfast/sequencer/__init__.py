"""The sequencer: the small process that puts records into the log, and sends checkpoints out."""
