"""What the images are: productions, cuts, frames, pools, ingest, snapshots, formats."""
