"""Pictures that models make: what of a frame they are shown, what is true, and how near they come (torch-free)."""
