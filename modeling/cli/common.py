"""What every command shares: events or words on stdout, progress bars on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from tqdm import tqdm

if TYPE_CHECKING:
    from modeling.inference.predictor import Predictor

T = TypeVar("T")
OnDone: TypeAlias = Callable[[int, int], None]
"""Called with how many are done, and of how many."""
OnError: TypeAlias = Callable[[str | int, str], None]
"""Called with the key of what was left out, and why."""


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object a line instead of words and bars"
    )


def add_inference_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--device``, ``--threads`` and ``--json``."""
    parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
    parser.add_argument("--threads", type=int, help="CPU threads, all cores by default")
    add_json_argument(parser)


def open_predictor(args: argparse.Namespace) -> Predictor:
    """Open the model of ``args.run_folder`` on the device and threads asked for."""
    from modeling.devices import keep_memory, pick, set_threads
    from modeling.inference.predictor import Predictor

    keep_memory()
    set_threads(args.threads)
    return Predictor.open(args.run_folder, pick(args.device))


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

    @contextmanager
    def following(self, text: str, total: int | None = None) -> Iterator[tuple[OnDone, OnError]]:
        """A bar of what tells how far it is by the first function, and what it left out by the second."""
        bar: tqdm[Any] = self.bar((), total=total, text=text)
        with bar:

            def on_done(done: int, total: int) -> None:
                self.event("progress", done=done, total=total)
                bar.total = total
                bar.update(done - bar.n)

            def on_error(key: str | int, message: str) -> None:
                self.event("item_error", id=key, message=message)
                self.warn(message)

            yield on_done, on_error
