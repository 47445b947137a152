"""``python -m modeling warmup``: what a training would take, from ten real steps."""

from __future__ import annotations

import argparse
import re
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from modeling.cli.common import Console
from modeling.cli.learning import (
    add_learning_arguments,
    add_process_arguments,
    add_sharing_argument,
    config_of,
    until_stopped,
)
from modeling.cli.score import add_scorers_argument
from modeling.runs import RunFolder
from modeling.scorers import scorer_settings

if TYPE_CHECKING:
    from modeling.estimating.figures import Estimate
    from modeling.estimating.warmup import Measured
    from modeling.training.signals import StopFlag


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_learning_arguments(parser)
    parser.add_argument("--stands-on", metavar="DIR", help="run whose predictions it sees")
    add_work_arguments(parser)
    add_process_arguments(parser)
    add_sharing_argument(parser)


def add_work_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how large and how many the frames are, and by what they are scored."""
    parser.add_argument(
        "--size", type=_size, default=(1080, 1920), metavar="WxH", help="of the frames (default 1920x1080)"
    )
    parser.add_argument(
        "--shown-side", type=int, default=0, help="long side of the pictures that scoring reads, 0 for frames"
    )
    parser.add_argument("--train-frames", type=int, default=100, help="labels to train on (default 100)")
    parser.add_argument("--train-cuts", type=int, help="cuts that they are of (default: one each)")
    parser.add_argument("--held-out-frames", type=int, default=12, help="labels to judge by (default 12)")
    parser.add_argument("--score-frames", type=int, default=0, help="frames to score (default none)")
    parser.add_argument("--score-seconds", type=float, help="budget of scoring, none by default")
    add_scorers_argument(parser)
    parser.add_argument(
        "--scorer-set",
        action="append",
        default=[],
        metavar="SCORER.PARAM=VALUE",
        help="such as bald.passes=4",
    )


def run(args: argparse.Namespace) -> int:
    """Measure and multiply; returns 0, or 75 when told to stop."""
    from modeling.launching import launch, launched

    if (args.processes or 1) > 1 and not launched():
        return launch(args.processes, sys.argv[1:])
    started, console = time.monotonic(), Console(args.json)
    return until_stopped(args, console, lambda stop: _warm_up(args, console, stop, started), "begins anew")


def _warm_up(args: argparse.Namespace, console: Console, stop: StopFlag, started: float) -> None:
    from modeling.devices import set_threads
    from modeling.estimating.figures import Work, estimate
    from modeling.estimating.warmup import Asked, warm_up
    from modeling.training.world import joined

    stands_on = RunFolder(args.stands_on) if args.stands_on else None
    config = config_of(args, "", stands_on=stands_on)
    asked = Asked(
        size=args.size,
        shown_side=args.shown_side,
        train=args.train_frames,
        cuts=args.train_cuts,
        scorers=args.scorers,
        scorer_settings=scorer_settings(args.scorer_set),
        stands_on=stands_on,
    )
    with joined(args.processes, args.device) as (world, device):
        measured = warm_up(
            config,
            asked,
            device=device,
            threads=set_threads(args.threads, world.local_size),
            started=started,
            stop=stop,
            on_event=console.event if world.first else lambda name, **fields: None,
            world=world,
        )
    if not world.first:
        return
    work = Work(
        args.train_frames, args.held_out_frames, args.score_frames, args.score_seconds, args.train_cuts
    )
    expected = estimate(config, measured.pace, work) if measured.pace else None
    console.event(
        "done",
        measured={**asdict(measured), "fits": measured.fits},
        estimate={**asdict(expected), "seconds": expected.seconds} if expected else None,
        work=asdict(work),
    )
    for line in in_words(measured, expected):
        console.say(line)


def in_words(measured: Measured, expected: Estimate | None) -> list[str]:
    """What was measured and what follows, a line each."""
    free = f"{measured.free_bytes / 2**30:.1f} GB are free"
    if expected is None or measured.pace is None or measured.memory_bytes is None:
        return [f"{measured.device} ran out of memory; {free}."]
    fits = "fits" if measured.fits else "does not fit"
    parts = {"start-up": expected.start, "training": expected.training}
    parts |= {"evaluation": expected.evaluation, "scoring": expected.scoring}
    spelled = ", ".join(f"{name} {seconds / 60:.1f}" for name, seconds in parts.items())
    shared = f", shared by {measured.processes} processes" if measured.processes > 1 else ""
    return [
        f"{measured.device} ({measured.device_name}): {1000 * measured.pace.step:.0f} ms a step{shared}, "
        f"{expected.steps} steps.",
        f"{expected.seconds / 60:.1f} minutes: {spelled}.",
        f"{measured.memory_bytes / 2**30:.1f} GB of memory; {free}: it {fits}.",
    ]


def _size(text: str) -> tuple[int, int]:
    """``1920x1080`` as (height, width)."""
    found = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1920x1080")
    return int(found[2]), int(found[1])
