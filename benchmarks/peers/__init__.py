"""The same inputs through peers' strategies, in their own environment."""
