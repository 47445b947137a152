"""Douga beyond training: post-processing, tables, line metrics and other people's line extractors; torch-free."""
