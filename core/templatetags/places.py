"""Where in the site a page is."""

from __future__ import annotations

from django import template

register = template.Library()

SECTIONS = {
    "": "pools",
    "pools": "pools",
    "frames": "pools",
    "selections": "pools",
    "rounds": "pools",
    "snapshots": "pools",
    "annotate": "queue",
    "ingests": "upload",
}
"""The entry of the main menu that each first part of a path belongs to, where it is not called the same."""


@register.simple_tag
def section(path: str) -> str:
    """Name the entry of the main menu that a path belongs to."""
    first = path.split("/")[1] if "/" in path else ""
    return SECTIONS.get(first, first)
