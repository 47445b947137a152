"""Drawing in other programs: what they are given, and what they give back. Pure: no row, no request."""
