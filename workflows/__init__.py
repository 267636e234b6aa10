"""When things happen: workflows, and the Temporal ends of journal and clock. Nothing else."""
