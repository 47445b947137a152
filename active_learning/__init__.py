"""What to label next, and the loop: strategies, selections, rounds, scoring."""
