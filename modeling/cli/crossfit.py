"""``python -m modeling crossfit SNAPSHOT OUT``."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from modeling.cli.common import Console
from modeling.cli.learning import add_learning_arguments, add_process_arguments, config_of, until_stopped

if TYPE_CHECKING:
    from modeling.training.signals import StopFlag

PROGRESS_SECONDS = 0.2
"""Progress is told at most this often."""
SHOWN = 20
"""Frames that are told to a person."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("snapshot", metavar="SNAPSHOT", help="snapshot folder")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder; one that was begun is resumed")
    parser.add_argument(
        "--folds", type=int, default=5, help="models, each blind to a part of the cuts (default 5)"
    )
    add_learning_arguments(parser)
    add_process_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Look through a snapshot's labels; returns 0, or 75 when told to stop, to go on later."""
    console = Console(args.json)
    return until_stopped(args, console, lambda stop: _crossfit(args, console, stop), "goes on where it was")


def _crossfit(args: argparse.Namespace, console: Console, stop: StopFlag) -> None:
    from modeling.crossfit.run import RANKING, Crossfit
    from modeling.devices import pick
    from modeling.snapshots import Snapshot

    snapshot = Snapshot.open(args.snapshot)
    work = Crossfit(snapshot, args.out, config_of(args, snapshot.id), args.folds)
    bar: tqdm[Any] = console.bar((), total=100, text="starting", unit="%")
    with bar:
        ranking = work.run(
            device=pick(args.device),
            stop=stop,
            on_event=_Told(console, bar),
            threads=args.threads,
            token=args.attempt,
        )
    console.event("done", ranking=str(args.out / RANKING), frames=len(ranking))
    _say(console, ranking)
    console.say(f"{args.out / RANKING}: {len(ranking)} labels, the most suspicious first.")


class _Told:
    """Events to JSON lines and to the bar, not too often."""

    def __init__(self, console: Console, bar: tqdm[Any]) -> None:
        self.console, self.bar, self.told_at = console, bar, 0.0

    def __call__(self, name: str, **fields: Any) -> None:
        if name == "progress" and time.monotonic() - self.told_at < PROGRESS_SECONDS:
            return
        self.told_at = time.monotonic()
        self.console.event(name, **fields)
        self.bar.set_description_str(str(fields.get("text") or fields.get("phase")))
        self.bar.update(round(100 * fields.get("spent", self.bar.n / 100)) - self.bar.n)


def _say(console: Console, ranking: list[dict[str, Any]]) -> None:
    for row in ranking[:SHOWN]:
        console.say(f"{row['rank']:>5}  {row['suspicion']:6.2f}  {row['key']}  {'; '.join(row['reasons'])}")
