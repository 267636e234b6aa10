"""Starting, killing and stopping real parts and real processes."""
