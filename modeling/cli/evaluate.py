"""``python -m modeling evaluate RUN SNAPSHOT OUT``."""

from __future__ import annotations

import argparse

from modeling.cli.common import Console, add_inference_arguments
from modeling.cli.train import summary
from modeling.runs import RunFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_folder", metavar="RUN", help="folder of a finished run")
    parser.add_argument("snapshot", metavar="SNAPSHOT", help="snapshot folder whose held-out frames judge it")
    parser.add_argument(
        "out",
        metavar="OUT",
        help="folder for report, counts and label files; one that was begun is gone on with",
    )
    add_inference_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Judge; what was predicted before a stop is kept."""
    from modeling.devices import keep_memory, pick, set_threads
    from modeling.snapshots import Snapshot
    from modeling.training.judging import judge_run

    console, snapshot = Console(args.json), Snapshot.open(args.snapshot)
    keep_memory()
    set_threads(args.threads)
    with console.following("judging") as (on_done, _):
        report = judge_run(
            RunFolder(args.run_folder), snapshot, args.out, device=pick(args.device), on_done=on_done
        )
    console.event("done", report=str(report))
    console.say(summary(RunFolder(args.out)))
    return 0
