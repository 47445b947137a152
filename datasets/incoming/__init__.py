"""What comes in: folders, archives and files, sorted into images, videos and refusals. Knows no database."""
