"""Changes to members and accounts."""
