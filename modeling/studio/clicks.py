"""Which parameters of a step people set while they look at its picture (torch-free).

A parameter says so in its schema: ``{"click": "place"}`` for one place, ``{"click": "dots"}`` for dots of colour, both
as `modeling.studio.places` writes them; ``{"key": "picture"}`` for the key of another picture.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    return next((Clicked(name, what) for name, what in _saying(step, "click")), None)


def referring_of(step: Entry[Any]) -> str | None:
    """The first parameter of a step that names another picture by its key, None where there is none."""
    return next((name for name, what in _saying(step, "key") if what == "picture"), None)


def _saying(step: Entry[Any], word: str) -> Iterator[tuple[str, str]]:
    """Parameters with what their schema says under a word."""
    for name, info in step.params.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and isinstance(what := extra.get(word), str):
            yield name, what
