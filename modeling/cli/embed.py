"""``python -m modeling embed NAME FILES.jsonl OUT.jsonl``."""

from __future__ import annotations

import argparse
from pathlib import Path

from modeling.cli.common import Console, add_inference_arguments
from modeling.embeddings import EMBEDDINGS
from modeling.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("embedding", metavar="NAME", help=", ".join(EMBEDDINGS.names()))
    parser.add_argument(
        "files", metavar="FILES", help='JSON lines {"id": ..., "file": ...} in the order to embed'
    )
    parser.add_argument("out", metavar="OUT", help="JSON lines, vectors beside it; those there are kept")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="PARAM=VALUE",
        help="such as model=resnet18 weights=resnet18.safetensors",
    )
    add_inference_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Embed; 0 also when some frames could not be read, which are told."""
    from modeling.inference.embedding import embed
    from modeling.inference.listed import ListFile

    console, files = Console(args.json), ListFile(args.files)
    params = EMBEDDINGS.get(args.embedding).parse(settings_of(args.settings))
    with console.following("embedding", len(files)) as (on_done, on_error):
        done = embed(
            args.embedding,
            params,
            files,
            Path(args.out),
            device=args.device,
            threads=args.threads,
            on_done=on_done,
            on_error=on_error,
        )
    identity = done.identity._asdict()
    console.event("done", done=done.done, total=done.total, errors=done.errors, **identity)
    console.say(f"{done.done} of {done.total} frames embedded as {done.identity.name}.")
    return 0


def settings_of(pairs: list[str]) -> dict[str, str]:
    """Read ``PARAM=VALUE``, each.

    Raises:
        UserError: ``bad_setting``.
    """
    for pair in pairs:
        if "=" not in pair:
            raise UserError(f"{pair!r} is no setting.", code="bad_setting", remedy="Write PARAM=VALUE.")
    return dict(pair.split("=", 1) for pair in pairs)
