"""Changes: guard, change and audit row in one transaction."""
