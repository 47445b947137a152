"""Users, membership, jobs, audit, blobs: what every app stands on and what knows no frame."""
