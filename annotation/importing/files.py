"""A label on its way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from modeling.labelio import LabelMap
from modeling.labels import LabelKind


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A label: its path as people know it, where it lies, and the key of the frame that it names.

    Attributes:
        name: For people.
        path: The file that it is, or that it is in.
        key: Of the frame.
        sha256: SHA-256 (hex) of the frame's file where the dataset says it: surer than a key.
        origin: Where it came from there, in a word.
        make: (kind) to the (H, W) label map of a label that is no image file of its own.
    """

    name: str
    path: Path
    key: str
    sha256: str = ""
    origin: str = ""
    make: Callable[[LabelKind], LabelMap] | None = None

    @property
    def comment(self) -> str:
        """What its revision says of where it came from."""
        return f"{self.name} ({self.origin} there)" if self.origin else self.name
