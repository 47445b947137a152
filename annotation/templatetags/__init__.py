"""Words for the pages."""
