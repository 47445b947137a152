"""What the commands that train share: arguments, the config they spell, and being told to stop."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modeling.cli.common import Console, add_json_argument
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.runs import RunFolder
from modeling.tasks import TASKS

if TYPE_CHECKING:
    from modeling.training.config import TrainConfig
    from modeling.training.signals import StopFlag


def add_learning_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what decides how a network learns: ``--task`` to ``--seed``."""
    parser.add_argument("--task", default="cel", help=f"what to learn: {', '.join(TASKS.names())}")
    parser.add_argument("--network", help=f"{', '.join(NETWORKS.names())}; the task's first by default")
    parser.add_argument("--loss", help=f"{', '.join(LOSSES.names())}; the task's first by default")
    parser.add_argument("--recipe", help=f"{', '.join(RECIPES.names())}; the task's first by default")
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
        "--seconds", type=float, help="budget of a training in time, without start-up and evaluation"
    )
    budget.add_argument("--steps", type=int, help="budget of a training in optimizer steps")
    parser.add_argument("--seed", type=int, default=0, help="of weights, order and augmentation (default 0)")


def add_process_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where it computes and how a worker that started it holds it: ``--device`` to ``--json``."""
    parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
    parser.add_argument("--threads", type=int, help="CPU threads, all cores by default")
    parser.add_argument(
        "--attempt", default="", metavar="TOKEN", help="name of this attempt, kept beside the lock"
    )
    parser.add_argument("--watch-stdin", action="store_true", help="stop when standard input closes")
    add_json_argument(parser)


def add_sharing_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--processes``, which `launch` and `modeling.training.world.joined` take."""
    parser.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help="train in N processes of this machine, on GPUs one each; under torchrun: refuse any other number",
    )


def config_of(
    args: argparse.Namespace,
    snapshot: str,
    *,
    from_run: RunFolder | None = None,
    stands_on: RunFolder | None = None,
    hard_by: RunFolder | None = None,
) -> TrainConfig:
    """The config that the arguments spell, for a snapshot of that id and the runs it builds on.

    Raises:
        UserError: as `modeling.training.config.make_config`, ``bad_setting``, or a run without weights.
    """
    from modeling.training.config import make_config, parse_settings
    from modeling.training.standing import weights_hash

    runs = {"from_run": from_run, "stands_on": stands_on, "hard_by": hard_by}
    return make_config(
        task=args.task,
        snapshot=snapshot,
        network=args.network,
        loss=args.loss,
        recipe=args.recipe,
        settings=parse_settings(args.settings),
        steps=args.steps,
        seconds=args.seconds,
        seed=args.seed,
        **{name: weights_hash(run) if run else None for name, run in runs.items()},
    )


def until_stopped(
    args: argparse.Namespace, console: Console, work: Callable[[StopFlag], Any], then: str
) -> int:
    """Do ``work`` under a flag that a signal or the worker's end sets.

    Args:
        args: With ``watch_stdin``.
        console: Where a stop is told.
        work: What to do; it raises `Stopped` once the flag is set.
        then: What running the command again does, for a person.

    Returns:
        0, or 75 when told to stop.
    """
    from modeling.training.signals import EXIT_STOPPED, StopFlag, Stopped, listening

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    stop = StopFlag()
    try:
        with listening(stop, watch_stdin=args.watch_stdin):
            work(stop)
    except Stopped as stopped:
        console.event("stopped", reason=str(stopped))
        console.say(f"Stopped ({stopped}); the same command {then}.")
        return EXIT_STOPPED
    return 0
