"""``python -m modeling train SNAPSHOT RUN``."""

from __future__ import annotations

import argparse
import logging
import time
from typing import Any

from tqdm import tqdm

from modeling.cli.common import Console, add_json_argument
from modeling.headline import headline_of
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.runs import RunFolder
from modeling.tasks import TASKS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("snapshot", metavar="SNAPSHOT", help="snapshot folder")
    parser.add_argument("run_folder", metavar="RUN", help="run folder; one that exists is resumed")
    parser.add_argument("--task", default="cel", help=f"what to learn: {', '.join(TASKS.names())}")
    parser.add_argument("--network", help=f"{', '.join(NETWORKS.names())}; the task's first by default")
    parser.add_argument("--loss", help=f"{', '.join(LOSSES.names())}")
    parser.add_argument("--recipe", help=f"{', '.join(RECIPES.names())}")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter, for example network.dropout=0.2, recipe.augment.hue_sd=0 or task.cel=concatenated",
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument(
        "--seconds", type=float, help="budget of training time, without start-up and evaluation"
    )
    budget.add_argument("--steps", type=int, help="budget in optimizer steps")
    parser.add_argument("--seed", type=int, default=0, help="of weights, order and augmentation (default 0)")
    parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
    parser.add_argument("--threads", type=int, help="CPU threads, all cores by default")
    parser.add_argument("--from-run", metavar="DIR", help="start from the weights of this run")
    parser.add_argument(
        "--stands-on", metavar="DIR", help="run whose predictions it sees, such as a cel run beneath douga"
    )
    parser.add_argument(
        "--hard-by", metavar="DIR", help="run whose errors tell the frames that recipe.hard keeps"
    )
    parser.add_argument(
        "--attempt", default="", metavar="TOKEN", help="name of this attempt, kept beside the lock"
    )
    parser.add_argument("--watch-stdin", action="store_true", help="stop when standard input closes")
    add_json_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Train; returns 0, or 75 when told to stop with a checkpoint written."""
    from modeling.devices import pick
    from modeling.snapshots import Snapshot
    from modeling.training.config import make_config, parse_settings
    from modeling.training.run import train
    from modeling.training.signals import EXIT_STOPPED, StopFlag, Stopped, listening
    from modeling.training.standing import weights_hash

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    console = Console(args.json)
    snapshot = Snapshot.open(args.snapshot)
    from_run = RunFolder(args.from_run) if args.from_run else None
    stands_on = RunFolder(args.stands_on) if args.stands_on else None
    hard_by = RunFolder(args.hard_by) if args.hard_by else None
    config = make_config(
        task=args.task,
        snapshot=snapshot.id,
        network=args.network,
        loss=args.loss,
        recipe=args.recipe,
        settings=parse_settings(args.settings),
        steps=args.steps,
        seconds=args.seconds,
        seed=args.seed,
        from_run=weights_hash(from_run) if from_run else None,
        stands_on=weights_hash(stands_on) if stands_on else None,
        hard_by=weights_hash(hard_by) if hard_by else None,
    )
    folder, stop = RunFolder(args.run_folder), StopFlag()
    try:
        with listening(stop, watch_stdin=args.watch_stdin), _Reporter(console) as reporter:
            report = train(
                config,
                snapshot,
                folder,
                device=pick(args.device),
                token=args.attempt,
                stop=stop,
                on_event=reporter,
                from_run=from_run,
                stands_on=stands_on,
                hard_by=hard_by,
                threads=args.threads,
            )
    except Stopped as stopped:
        console.event("stopped", reason=str(stopped))
        console.say(f"Stopped ({stopped}); the same command goes on from the checkpoint.")
        return EXIT_STOPPED
    console.event("done", report=str(report))
    console.say(summary(folder))
    return 0


PROGRESS_SECONDS = 0.2
"""Progress is told at most this often."""


class _Reporter:
    """Events to JSON lines or to a progress bar of the budget."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.told_at = 0.0
        self.bar: tqdm[Any] = tqdm(
            total=100,
            desc="starting",
            unit="%",
            disable=console.json,
            bar_format="{desc} {bar} {n:.0f}% {postfix}",
        )

    def __enter__(self) -> _Reporter:
        return self

    def __exit__(self, *exc: object) -> None:
        self.bar.close()

    def __call__(self, name: str, **fields: Any) -> None:
        now = time.monotonic()
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
