"""The procedural production: a seeded generator of limited animation with exact truth. Needs no Django."""

from datasets.procedural.production import Production, ShowFolder, produce

__all__ = ["Production", "ShowFolder", "produce"]
