"""Pages and pictures of this app."""
