"""Which parameter of a step people set by clicking on its picture (torch-free).

A parameter says so in its schema: ``{"click": "place"}`` for one place, ``{"click": "dots"}`` for dots of colour, both
as `modeling.studio.places` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modeling.registry import Entry


@dataclass(frozen=True, slots=True)
class Clicked:
    """A parameter, and what is clicked: ``place`` or ``dots``."""

    parameter: str
    what: str


def clicked_of(step: Entry[Any]) -> Clicked | None:
    """The first parameter of a step that is clicked, None where there is none: the step cannot be made again so."""
    for name, info in step.params.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and isinstance(what := extra.get("click"), str):
            return Clicked(name, what)
    return None
