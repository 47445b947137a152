"""``python -m modeling draft RUN FILES.jsonl DIR``."""

from __future__ import annotations

import argparse
from pathlib import Path

from modeling.cli.common import Console, add_inference_arguments, open_predictor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_folder", metavar="RUN", help="run folder")
    parser.add_argument("files", metavar="FILES", help='JSON lines {"id": ..., "file": ...}')
    parser.add_argument("out", metavar="DIR", help="folder for <id>.png and <id>.entropy.png")
    add_inference_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Draft every readable frame; unreadable ones are named and left out."""
    from modeling.inference.drafts import write_drafts
    from modeling.inference.listed import read_list

    console, files = Console(args.json), read_list(args.files)
    predictor = open_predictor(args)
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
