"""The public status page: what was approved and delivered to it, and nothing else."""
