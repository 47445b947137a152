"""``python -m modeling train SNAPSHOT RUN``."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from modeling.cli.common import Console
from modeling.cli.learning import (
    add_learning_arguments,
    add_process_arguments,
    add_sharing_argument,
    config_of,
    until_stopped,
)
from modeling.headline import headline_of
from modeling.runs import RunFolder

if TYPE_CHECKING:
    from modeling.training.signals import StopFlag


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("snapshot", metavar="SNAPSHOT", help="snapshot folder")
    parser.add_argument("run_folder", metavar="RUN", help="run folder; one that exists is resumed")
    add_learning_arguments(parser)
    parser.add_argument("--from-run", metavar="DIR", help="start from the weights of this run")
    parser.add_argument(
        "--stands-on", metavar="DIR", help="run whose predictions it sees, such as a cel run beneath douga"
    )
    parser.add_argument(
        "--hard-by", metavar="DIR", help="run whose errors tell the frames that recipe.hard keeps"
    )
    add_process_arguments(parser)
    add_sharing_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Train; returns 0, or 75 when told to stop with a checkpoint written."""
    from modeling.launching import launch, launched

    if (args.processes or 1) > 1 and not launched():
        return launch(args.processes, sys.argv[1:])
    console = Console(args.json)
    return until_stopped(
        args, console, lambda stop: _train(args, console, stop), "goes on from the checkpoint"
    )


def _train(args: argparse.Namespace, console: Console, stop: StopFlag) -> None:
    from modeling.snapshots import Snapshot
    from modeling.training.run import train
    from modeling.training.world import joined

    snapshot, folder = Snapshot.open(args.snapshot), RunFolder(args.run_folder)
    given = (args.from_run, args.stands_on, args.hard_by)
    from_run, stands_on, hard_by = (RunFolder(path) if path else None for path in given)
    config = config_of(args, snapshot.id, from_run=from_run, stands_on=stands_on, hard_by=hard_by)
    with (
        joined(args.processes, args.device) as (world, device),
        _Reporter(console, quiet=not world.first) as reporter,
    ):
        report = train(
            config,
            snapshot,
            folder,
            device=device,
            token=args.attempt,
            stop=stop,
            on_event=reporter,
            from_run=from_run,
            stands_on=stands_on,
            hard_by=hard_by,
            threads=args.threads,
            world=world,
        )
    if world.first:
        console.event("done", report=str(report))
        console.say(summary(folder))


PROGRESS_SECONDS = 0.2
"""Progress is told at most this often."""


class _Reporter:
    """Events to JSON lines or to a progress bar of the budget; ``quiet`` says nothing."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self.console, self.quiet = console, quiet
        self.told_at = 0.0
        self.bar: tqdm[Any] = tqdm(
            total=100,
            desc="starting",
            unit="%",
            disable=console.json or quiet,
            bar_format="{desc} {bar} {n:.0f}% {postfix}",
        )

    def __enter__(self) -> _Reporter:
        return self

    def __exit__(self, *exc: object) -> None:
        self.bar.close()

    def __call__(self, name: str, **fields: Any) -> None:
        now = time.monotonic()
        if self.quiet:
            return
        if name == "progress" and fields["spent"] < 1 and now - self.told_at < PROGRESS_SECONDS:
            return
        self.told_at = now
        self.console.event(name, **fields)
        if name == "phase":
            self.bar.set_description_str(str(fields["phase"]))
        elif name == "progress":
            self.bar.update(100 * fields["spent"] - self.bar.n)
            self.bar.set_postfix_str(f"step {fields['step']}, loss {fields['loss']:.3f}")


def summary(folder: RunFolder) -> str:
    """One line about the folder's report."""
    report = folder.report() or {}
    headline = headline_of(report)
    if headline is None:
        return f"{folder.path}: not evaluated. {report.get('not_evaluated') or ''}"
    spread = f" ({headline.interval[0]:.3f} to {headline.interval[1]:.3f})" if headline.interval else ""
    figures = f"{headline.title} {headline.value:.3f}{spread}"
    return f"{folder.path}: {figures} on {report['held_out_frames']} held-out frames"
