"""What a training will take before it is started: a few real steps on stand-in frames, timed and multiplied."""
