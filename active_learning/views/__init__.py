"""Pages: they translate between people and services, nothing else."""
