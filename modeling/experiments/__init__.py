"""Tables of experiments as configuration: which trainings, run one by one, and what came of them (issue 4, point 7)."""
