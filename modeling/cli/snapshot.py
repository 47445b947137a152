"""``python -m modeling snapshot FRAMES [--labels cel=DIR,douga=DIR] [--manifest CSV] OUT``."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from modeling.cli.common import Console, add_json_argument
from modeling.errors import UserError
from modeling.labels import get_kind
from modeling.snapshots import Snapshot
from modeling.snapshots.folders import FolderRequest, LeftOut, freeze_folders

_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "frames", type=Path, metavar="FRAMES", help="folder of frames, read with its subfolders"
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="the snapshot folder to make")
    parser.add_argument(
        "--labels",
        action="append",
        default=[],
        metavar="KIND=DIR[,KIND=DIR]",
        help="folder of label images by kind, matched to frames by relative path, else by unique file name",
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        metavar="CSV",
        help="which frames to take, with columns frame, mask, cut, production, time_s, split, group, licence, rights",
    )
    parser.add_argument(
        "--nearest", action="store_true", help="take the nearest label colour for foreign ones"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the choice of held-out cuts (default 0)")
    add_json_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Freeze the folders and say what went in and what was left out."""
    console = Console(args.json)
    request = FolderRequest(
        frames=args.frames,
        out=args.out,
        labels=parse_labels(args.labels),
        manifest=args.manifest,
        nearest=args.nearest,
        seed=args.seed,
    )

    def progress(items: Iterable[Any], total: int, text: str) -> Iterable[Any]:
        console.event("phase", phase=text, frames=total)
        return console.bar(items, total=total, text=text)

    with tempfile.TemporaryDirectory(prefix="sakkan-") as scratch:
        snapshot, left_out = freeze_folders(request, Path(scratch), progress)
    _report_left_out(left_out, console)
    _report(snapshot, left_out, console)
    return 0


def parse_labels(values: list[str]) -> dict[str, Path]:
    """Parse ``cel=DIR,douga=DIR``; a comma inside a folder's name is kept.

    Raises:
        UserError: ``bad_labels`` or ``unknown_kind``.
    """
    folders: dict[str, Path] = {}
    for part in (part for value in values for part in re.split(r",(?=\w+=)", value)):
        kind, equals, folder = part.partition("=")
        if not (kind and equals and folder):
            raise UserError(
                f"--labels {part!r} is not KIND=DIR.", code="bad_labels", remedy="For example cel=masks."
            )
        folders[get_kind(kind).name] = Path(folder)
    return folders


def _report_left_out(left_out: LeftOut, console: Console) -> None:
    for reason in left_out.reasons:
        console.event("left_out", reason=reason)
        if not console.json:
            console.warn(f"left out: {reason}")
    if left_out.unlabelled:
        names = ", ".join(left_out.unlabelled[:_SHOWN]) + (
            ", ..." if len(left_out.unlabelled) > _SHOWN else ""
        )
        console.event("unlabelled", keys=left_out.unlabelled)
        if not console.json:
            console.warn(f"left out: {len(left_out.unlabelled)} frames without a label: {names}")


def _report(snapshot: Snapshot, left_out: LeftOut, console: Console) -> None:
    counts = snapshot.counts
    console.event(
        "done",
        id=snapshot.id,
        folder=str(snapshot.folder),
        counts=counts.model_dump(),
        notes=snapshot.notes,
        noted=dict(left_out.noted),
        left_out=len(left_out.reasons) + len(left_out.unlabelled),
    )
    for note, frames in left_out.noted.items():
        console.say(f"{frames} frames: {note}")
    for note in snapshot.notes:
        console.say(note)
    for kind, labels in counts.labels.items():
        console.say(f"{kind}: {labels.train} labels to train, {labels.test} held out")
    console.say(f"{snapshot.id}  {snapshot.folder}")
