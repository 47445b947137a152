"""What a format is, and what writers share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from modeling.errors import UserError
from modeling.labels import LabelKind
from modeling.registry import propose
from modeling.snapshots import Snapshot


class Ticker(Protocol):
    """Told how far a writer is."""

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` frames are written."""


Writer = Callable[[Snapshot, LabelKind, Path, Ticker, bool], dict[str, Any]]
"""(snapshot, kind, empty folder, ticker, may hard-link) to a report in JSON."""


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A named way to write a snapshot into a folder."""

    name: str
    text: str
    write: Writer


def get_format(name: str) -> ExportFormat:
    """Return the format of that name.

    Raises:
        UserError: ``unknown_format``.
    """
    from datasets.formats.registry import FORMATS

    if name not in FORMATS:
        raise UserError(f"There is no format {name!r}.", code="unknown_format", remedy=propose(name, FORMATS))
    return FORMATS[name]


def place(source: Path, goal: Path, link: bool) -> None:
    """Put a file of the snapshot at ``goal``: a hard link where allowed and possible, else a copy."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    if link:
        try:
            os.link(source, goal)
            return
        except OSError:  # another file system, or one without links
            pass
    shutil.copyfile(source, goal)
