"""Pages: they translate between HTTP and services, nothing else."""
