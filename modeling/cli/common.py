"""What every command shares: events or words on stdout, progress bars on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from tqdm import tqdm

T = TypeVar("T")


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object a line instead of words and bars"
    )


@dataclass(frozen=True, slots=True)
class Console:
    """Where a command speaks: with ``json`` one object a line on stdout, else words, and bars on stderr."""

    json: bool = False

    def event(self, name: str, /, **fields: Any) -> None:
        """Print ``{"event": name, ...}`` at once, with ``json`` only."""
        if self.json:
            print(json.dumps({"event": name, **fields}, ensure_ascii=False), flush=True)

    def say(self, text: str) -> None:
        """Print a line for a person, without ``json`` only."""
        if not self.json:
            print(text, flush=True)

    def warn(self, text: str) -> None:
        """Print a line on stderr, whatever the form of stdout."""
        print(text, file=sys.stderr, flush=True)

    def bar(
        self, items: Iterable[T], *, total: int | None = None, text: str = "", unit: str = "frame"
    ) -> tqdm[T]:
        """Wrap a loop in a progress bar; also a context manager with ``update`` when ``items`` is empty."""
        return tqdm(
            items, total=total, desc=text, unit=unit, disable=self.json, file=sys.stderr, dynamic_ncols=True
        )
