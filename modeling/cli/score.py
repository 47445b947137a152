"""``python -m modeling score RUN FILES.jsonl OUT.jsonl``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tqdm import tqdm

from modeling.cli.common import Console, add_inference_arguments, open_predictor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_folder", metavar="RUN", help="run folder")
    parser.add_argument(
        "files", metavar="FILES", help='JSON lines {"id": ..., "file": ...} in the order to score'
    )
    parser.add_argument("out", metavar="OUT", help="JSON lines; scores that are there are kept")
    parser.add_argument("--seconds", type=float, default=300, help="when to stop (default 300, 0 for never)")
    add_inference_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Score; 0 also when the time ran out, the rest being unscored."""
    from modeling.inference.scoring import read_list, score

    console, files = Console(args.json), read_list(args.files)
    predictor = open_predictor(args)
    bar: tqdm[Any] = console.bar((), total=len(files), text="scoring")
    with bar:

        def on_done(done: int, total: int) -> None:
            console.event("progress", done=done, total=total)
            bar.update(done - bar.n)

        def on_error(key: str | int, message: str) -> None:
            console.event("item_error", id=key, message=message)
            console.warn(message)

        scored = score(
            predictor, files, Path(args.out), seconds=args.seconds or None, on_done=on_done, on_error=on_error
        )
    console.event("done", done=scored.done, total=scored.total, errors=scored.errors)
    console.say(f"{scored.done} of {scored.total} frames scored.")
    return 0
