"""What the doors of cyber threats take and answer with."""
