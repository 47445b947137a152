"""``python -m modeling draft RUN FILES.jsonl DIR``."""

from __future__ import annotations

import argparse
from pathlib import Path

from modeling.cli.common import Console, add_json_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_folder", metavar="RUN", help="run folder")
    parser.add_argument("files", metavar="FILES", help='JSON lines {"id": ..., "file": ...}')
    parser.add_argument("out", metavar="DIR", help="folder for <id>.png and <id>.entropy.png")
    parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
    parser.add_argument("--threads", type=int, help="CPU threads, all cores by default")
    add_json_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Draft every readable frame; unreadable ones are named and left out."""
    from modeling.devices import keep_memory, pick, set_threads
    from modeling.inference.drafts import write_drafts
    from modeling.inference.predictor import Predictor
    from modeling.inference.scoring import read_list

    console = Console(args.json)
    keep_memory()
    set_threads(args.threads)
    files = read_list(args.files)
    predictor = Predictor.open(args.run_folder, pick(args.device))
    errors = 0
    drafts = write_drafts(predictor, files, Path(args.out))
    for key, error in console.bar(drafts, total=len(files), text="drafting"):
        if error:
            errors += 1
            console.event("item_error", id=key, message=error)
            console.warn(error)
        else:
            console.event("item", id=key)
    console.event("done", done=len(files) - errors, errors=errors)
    return 0
