"""Changes: guard, change and audit row in one transaction; file work and processes outside of it."""
