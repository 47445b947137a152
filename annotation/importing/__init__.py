"""Label files of other tools: finding them, matching them to frames, reading their manifest."""
