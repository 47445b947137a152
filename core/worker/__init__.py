"""The worker: one supervisor and one child process a queue (a lane).

Processes, not threads: training's events and ingest's pixels do not fight over one interpreter; a codec that
crashes takes its own lane along and nothing else; and a job that hangs in C can be got rid of at all.
"""
