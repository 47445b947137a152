"""`make demo`: one show of the procedural production round the whole loop, live."""
