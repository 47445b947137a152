"""``python -m modeling score RUN FILES.jsonl OUT.jsonl``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from modeling.cli.common import Console, add_inference_arguments, open_predictor
from modeling.scorers import DEFAULT, SCORERS, default_for, parse_scorers, scorer_settings


def add_scorers_argument(parser: argparse.ArgumentParser, default: Sequence[str] | None = DEFAULT) -> None:
    """Add ``--scorers``."""
    parser.add_argument(
        "--scorers",
        type=lambda text: [name.strip() for name in text.split(",") if name.strip()],
        default=default and list(default),
        metavar="NAME,...",
        help=f"of {', '.join(SCORERS.names())} (default: all that need no further pass)",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_folder", metavar="RUN", help="run folder")
    parser.add_argument(
        "files", metavar="FILES", help='JSON lines {"id": ..., "file": ...} in the order to score'
    )
    parser.add_argument(
        "out", metavar="OUT", help="JSON lines, vectors beside it; scores that are there are kept"
    )
    add_scorers_argument(parser, default=None)
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="SCORER.PARAM=VALUE",
        help="such as bald.passes=4 or ensemble.runs=RUN,RUN",
    )
    parser.add_argument(
        "--lenient", action="store_true", help="leave out scorers that this run cannot be asked, and say so"
    )
    parser.add_argument("--seconds", type=float, default=300, help="when to stop (default 300, 0 for never)")
    add_inference_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Score; 0 also when the time ran out, the rest being unscored."""
    from modeling.inference.listed import ListFile
    from modeling.inference.scoring import score, usable

    console, files = Console(args.json), ListFile(args.files)
    settings = scorer_settings(args.settings)
    if args.scorers is not None:
        parse_scorers(args.scorers, settings)
    predictor = open_predictor(args)
    names = list(default_for(predictor.task)) if args.scorers is None else args.scorers
    if args.lenient:
        names, left_out = usable(predictor, names, settings)
        for name, message in left_out.items():
            console.event("left_out", scorer=name, message=message)
            console.warn(message)
        settings = {name: values for name, values in settings.items() if name in names}
    with console.following("scoring", len(files)) as (on_done, on_error):
        scored = score(
            predictor,
            files,
            Path(args.out),
            names,
            settings,
            seconds=args.seconds or None,
            on_done=on_done,
            on_error=on_error,
        )
    console.event("done", done=scored.done, total=scored.total, errors=scored.errors)
    console.say(f"{scored.done} of {scored.total} frames scored.")
    return 0
