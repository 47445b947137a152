"""What people do: assignments, working copies, revisions, review, the editor."""
