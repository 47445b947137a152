"""Training: a snapshot folder goes in, a run folder comes out. Start at `modeling.training.run`."""
