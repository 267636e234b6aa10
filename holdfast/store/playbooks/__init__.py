"""Playbooks as files, and as they are carried out: what is read of them."""
