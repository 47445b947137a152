"""The control arm: picks by plain chance beside every strategy, and what they tell about it and about the pool.

Without such picks a project cannot know whether its selection beats chance: what a strategy takes is not like the rest
of the pool, and nothing else is labelled (Lüth et al. 2023 and nnActive 2025 find that few methods beat a fair random
baseline).
"""
