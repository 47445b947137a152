"""Commands of the platform's ground floor."""
