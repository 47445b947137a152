"""``manage.py simulate --frames DIR --labels DIR --out DIR``: strategies tried on frames whose labels are all there."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandParser

from active_learning.resolving import strategy_called
from active_learning.strategies import STRATEGIES
from core.management.base import SakkanCommand
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.tasks import TASKS, require_classes
from modeling.training.config import parse_settings

if TYPE_CHECKING:
    from active_learning.simulation.plan import Arm
    from active_learning.simulation.simulate import Request

EXIT_FAILED = 1
ABOUT = (
    "Try strategies on frames whose labels are all there: what would each have cost, and what had it given? Needs no "
    "database. Interrupted, the same command goes on."
)


def size(text: str) -> tuple[int, int]:
    """Parse ``384x216``."""
    width, _, height = text.lower().partition("x")
    if width.isdigit() and height.isdigit() and min(int(width), int(height)) >= 32:
        return int(width), int(height)
    raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 384x216, of 32 pixels or more")


class Command(SakkanCommand):
    """Options, bars and lines over `active_learning.simulation.simulate`."""

    help = ABOUT
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("--frames", type=Path, required=True, metavar="DIR", help="folder of frames")
        parser.add_argument(
            "--labels", type=Path, required=True, metavar="DIR", help="folder of their labels"
        )
        parser.add_argument(
            "--manifest", type=Path, metavar="CSV",
            help="columns frame, mask, cut, split; rows with split test are held out, never picked",
        )  # fmt: skip
        parser.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="results and what is done so far"
        )
        parser.add_argument("--task", default=TASKS.names()[0], help=f"{', '.join(TASKS.names())}")
        parser.add_argument(
            "--strategies", default="default,random,stratified_random", metavar="NAME,NAME",
            help=f"default, {', '.join(STRATEGIES)}; parameters as NAME:PARAMETER=VALUE",
        )  # fmt: skip
        self._add_course(parser)
        self._add_training(parser)
        self._add_running(parser)

    def _add_course(self, parser: CommandParser) -> None:
        parser.add_argument("--init", type=int, default=8, help="frames of the first set (default 8)")
        parser.add_argument("--step", type=int, default=8, help="frames picked a round (default 8)")
        parser.add_argument("--rounds", type=int, default=6, help="rounds after the first set (default 6)")
        parser.add_argument("--seeds", type=int, default=5, help="so many seeds, from 0 (default 5)")
        parser.add_argument(
            "--start", default="stratified_random", metavar="NAME",
            help="who picks the first set, which all share (default stratified_random)",
        )  # fmt: skip
        parser.add_argument(
            "--cap-per-cut", type=int, metavar="N", help="at most N frames of one cut a round"
        )
        parser.add_argument(
            "--effort",
            default="border",
            help="what labelling costs: border, or actions from the model's draft",
        )

    def _add_training(self, parser: CommandParser) -> None:
        budget = parser.add_mutually_exclusive_group()
        budget.add_argument("--steps", type=int, help="optimizer steps a round, the same for all")
        budget.add_argument(
            "--seconds-per-round", type=float, metavar="S",
            help="measure once how many steps these are (default 60)",
        )  # fmt: skip
        parser.add_argument("--network", help=f"{', '.join(NETWORKS.names())}; the task's first by default")
        parser.add_argument("--loss", help=f"{', '.join(LOSSES.names())}")
        parser.add_argument("--recipe", help=f"{', '.join(RECIPES.names())}")
        parser.add_argument(
            "--set", dest="overrides", action="append", default=[], metavar="NAME=VALUE",
            help="a parameter, for example network.dropout=0.2",
        )  # fmt: skip
        parser.add_argument(
            "--size",
            type=size,
            default=(384, 216),
            metavar="WxH",
            help="reduce frames to it (default 384x216)",
        )
        parser.add_argument(
            "--warm-start", action="store_true", help="go on from the weights of the round before"
        )
        parser.add_argument(
            "--ensemble", type=int, default=3, help="runs that vote where one is asked for (default 3)"
        )
        parser.add_argument(
            "--full-steps-factor", type=float, default=1.0, metavar="F",
            help="steps of the training on the whole pool, as a multiple of a round's (default 1)",
        )  # fmt: skip

    def _add_running(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--jobs", type=int, help="processes at once (default: cores / threads); 0 for none"
        )
        parser.add_argument("--threads", type=int, default=1, help="CPU threads a process (default 1)")
        parser.add_argument("--device", default="cpu", help="auto, cpu, mps, cuda or cuda:N (default cpu)")
        parser.add_argument(
            "--table", action="store_true", help="write the results of what is there and run nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is not there, and write the results."""
        from active_learning.simulation.simulate import Voice, simulate

        bars = _Bars(self)
        voice = Voice(say=self.stderr.write, progress=bars.wrapped, cells=bars.cells)
        try:
            report, failed = simulate(_request(options), voice)
        finally:
            bars.close()
        for line, reason in failed.items():
            self.stderr.write(f"{line} failed: {reason}")
        self.stdout.write(str(report))
        if failed:
            sys.exit(EXIT_FAILED)


class _Bars:
    """A bar for each loop, and one over all cells."""

    def __init__(self, command: SakkanCommand) -> None:
        self.command = command
        self.whole: Any = None

    def wrapped(self, items: Iterable[Any], total: int, text: str) -> Iterable[Any]:
        with self.command.bar(total, text, unit="frame") as bar:
            for item in items:
                yield item
                bar.update()

    def cells(self, total: int) -> Any:
        self.whole = self.command.bar(total, "cells", unit="cell")

        def tell(done: int) -> None:
            self.whole.update(done - self.whole.n)

        return tell

    def close(self) -> None:
        if self.whole is not None:
            self.whole.close()


def _request(options: dict[str, Any]) -> Request:
    from active_learning.simulation.plan import parse_arms
    from active_learning.simulation.pool import Inputs
    from active_learning.simulation.simulate import Request
    from modeling.experiments.machine import cores

    task, threads = TASKS.get(options["task"]), options["threads"]
    require_classes(task, "simulate")
    jobs = max(1, cores() // max(1, threads)) if options["jobs"] is None else options["jobs"]
    inputs = Inputs(options["frames"], options["labels"], options["manifest"], task.kind, options["size"])
    same = (
        "out",
        "init",
        "step",
        "rounds",
        "seeds",
        "steps",
        "seconds_per_round",
        "cap_per_cut",
        "warm_start",
    )
    more = ("ensemble", "full_steps_factor", "threads", "device", "effort")
    return Request(
        inputs=inputs,
        arms=parse_arms(options["strategies"], _resolve),
        start=_arm(options["start"]),
        training={
            **{name: options[name] for name in ("task", "network", "loss", "recipe")},
            "settings": parse_settings(options["overrides"]),
        },
        jobs=jobs,
        table_only=options["table"],
        command=shlex.join(["manage.py", *sys.argv[1:]]),
        **{name: options[name] for name in (*same, *more)},
    )


def _resolve(name: str, scored: bool) -> Any:
    return strategy_called(name, scored=scored)


def _arm(word: str) -> Arm:
    """Who picks the first set: no model has scored anything yet."""
    from active_learning.simulation.plan import parse_arm

    return parse_arm(word, _resolve, scored=False)
