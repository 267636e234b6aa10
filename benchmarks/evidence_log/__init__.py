"""What evidence costs: recording, sequencing, checking, taking it home; against raw PostgreSQL."""
