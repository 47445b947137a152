"""Colours for line drawings: what a model is shown of a cel, and flat colours from what it says (Wang 2022)."""
