"""Pages and pictures: they translate, nothing else."""
