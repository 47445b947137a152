"""``python -m modeling crossfit SNAPSHOT OUT``."""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from modeling.cli.common import Console, add_json_argument
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.tasks import TASKS

PROGRESS_SECONDS = 0.2
"""Progress is told at most this often."""
SHOWN = 20
"""Frames that are told to a person."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("snapshot", metavar="SNAPSHOT", help="snapshot folder")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder; one that was begun is resumed")
    parser.add_argument("--task", default="cel", help=f"whose labels: {', '.join(TASKS.names())}")
    parser.add_argument(
        "--folds", type=int, default=5, help="models, each blind to a part of the cuts (default 5)"
    )
    parser.add_argument("--network", help=f"{', '.join(NETWORKS.names())}; the task's first by default")
    parser.add_argument("--loss", help="the task's first by default")
    parser.add_argument("--recipe", help=f"{', '.join(RECIPES.names())}")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter, for example recipe.working_side=256",
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=float, help="training time of each fold")
    budget.add_argument("--steps", type=int, help="optimizer steps of each fold")
    parser.add_argument("--seed", type=int, default=0, help="of folds, weights and order (default 0)")
    parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
    parser.add_argument("--threads", type=int, help="CPU threads, all cores by default")
    parser.add_argument("--attempt", default="", metavar="TOKEN", help="name of this attempt")
    parser.add_argument("--watch-stdin", action="store_true", help="stop when standard input closes")
    add_json_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Look through a snapshot's labels; returns 0, or 75 when told to stop, to go on later."""
    from modeling.crossfit.run import RANKING, Crossfit
    from modeling.devices import pick
    from modeling.snapshots import Snapshot
    from modeling.training.config import make_config, parse_settings
    from modeling.training.signals import EXIT_STOPPED, StopFlag, Stopped, listening

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    console, snapshot, stop = Console(args.json), Snapshot.open(args.snapshot), StopFlag()
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
    )
    bar: tqdm[Any] = console.bar((), total=100, text="starting", unit="%")

    told_at = 0.0

    def on_event(name: str, **fields: Any) -> None:
        nonlocal told_at
        if name == "progress" and time.monotonic() - told_at < PROGRESS_SECONDS:
            return
        told_at = time.monotonic()
        console.event(name, **fields)
        bar.set_description_str(str(fields.get("text") or fields.get("phase")))
        bar.update(round(100 * fields.get("spent", bar.n / 100)) - bar.n)

    try:
        with listening(stop, watch_stdin=args.watch_stdin), bar:
            ranking = Crossfit(snapshot, args.out, config, args.folds).run(
                device=pick(args.device),
                stop=stop,
                on_event=on_event,
                threads=args.threads,
                token=args.attempt,
            )
    except Stopped as stopped:
        console.event("stopped", reason=str(stopped))
        console.say(f"Stopped ({stopped}); the same command goes on where it was.")
        return EXIT_STOPPED
    console.event("done", ranking=str(args.out / RANKING), frames=len(ranking))
    _say(console, ranking)
    console.say(f"{args.out / RANKING}: {len(ranking)} labels, the most suspicious first.")
    return 0


def _say(console: Console, ranking: list[dict[str, Any]]) -> None:
    for row in ranking[:SHOWN]:
        console.say(f"{row['rank']:>5}  {row['suspicion']:6.2f}  {row['key']}  {'; '.join(row['reasons'])}")
