"""Exports in the hands of whoever has them: an environment without the checkout (scripts/strangers.py)."""
