"""Palette transfer through a cut: the regions of a douga take the named colours of the drawings beside it; torch-free.

`models` and `palettes` hold named colours, `regions` and `graph` what a drawing consists of, `matching` which region is
which, `transfer` carries colours through a cut, `rendering` lays them on, `measures` says how much of it is right.
"""
