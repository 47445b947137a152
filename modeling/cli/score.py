"""``python -m modeling score RUN FILES.jsonl OUT.jsonl``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tqdm import tqdm

from modeling.cli.common import Console, add_json_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_folder", metavar="RUN", help="run folder")
    parser.add_argument(
        "files", metavar="FILES", help='JSON lines {"id": ..., "file": ...} in the order to score'
    )
    parser.add_argument("out", metavar="OUT", help="JSON lines; scores that are there are kept")
    parser.add_argument("--seconds", type=float, default=300, help="when to stop (default 300, 0 for never)")
    parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
    parser.add_argument("--threads", type=int, help="CPU threads, all cores by default")
    add_json_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Score; 0 also when the time ran out, the rest being unscored."""
    from modeling.devices import keep_memory, pick, set_threads
    from modeling.inference.predictor import Predictor
    from modeling.inference.scoring import read_list, score

    console = Console(args.json)
    keep_memory()
    set_threads(args.threads)
    files = read_list(args.files)
    predictor = Predictor.open(args.run_folder, pick(args.device))
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
