"""``python -m modeling predict RUN FRAMES_OR_FOLDER... --out DIR``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modeling.cli.common import Console, add_inference_arguments, open_predictor
from modeling.errors import UserError

if TYPE_CHECKING:
    from modeling.inference.predictor import Predictor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_folder", metavar="RUN", help="run folder")
    parser.add_argument("sources", metavar="FRAMES_OR_FOLDER", nargs="+", help="frames, or folders of frames")
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="folder for the label files, named as the frames"
    )
    add_inference_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Predict; 1 when a frame could not be read, the others being written all the same."""
    from modeling.inference.reading import read_ahead

    console = Console(args.json)
    goals = _goals([Path(source) for source in args.sources], Path(args.out))
    predictor = open_predictor(args)
    errors = 0
    reads = read_ahead((goal, frame) for goal, frame in goals.items())
    for item in console.bar(reads, total=len(goals), text="predicting"):
        error = item.error or _written(predictor, item.rgb, item.key)
        if error:
            errors += 1
            console.event("item_error", file=str(goals[item.key]), message=error)
            console.warn(f"{goals[item.key]} left out: {error}")
            continue
        console.event("item", file=str(item.key))
    console.event("done", done=len(goals) - errors, errors=errors)
    console.say(
        f"{len(goals) - errors} label files in {args.out}" + (f", {errors} frames left out" * bool(errors))
    )
    return 1 if errors else 0


def _written(predictor: Predictor, rgb: Any, goal: Path) -> str:
    """Predict one frame and write its label file, or its picture; why it cannot be, empty otherwise."""
    from modeling.targets import target_of, write_made

    try:
        made, finished = (
            predictor.label_and_draft(rgb) if predictor.task.picture else (predictor.label(rgb), None)
        )
    except UserError as error:
        return str(error)
    write_made(goal, made if finished is None else finished, target_of(predictor.task))
    return ""


def _goals(sources: list[Path], out: Path) -> dict[Path, Path]:
    """Frame by label file: a folder's frames keep their path inside it.

    Raises:
        UserError: ``file_missing``, ``no_frames`` or ``name_clash``.
    """
    goals: dict[Path, Path] = {}
    for frame, name in (pair for source in sources for pair in frames_of(source)):
        goal = (out / name).with_suffix(".png")
        if goal in goals:
            message = f"{goals[goal]} and {frame} would both be written to {goal}."
            raise UserError(message, code="name_clash", remedy="Predict them into two folders.")
        goals[goal] = frame
    if not goals:
        raise UserError(
            "There are no images to predict in " + ", ".join(map(str, sources)) + ".", code="no_frames"
        )
    return goals


def frames_of(source: Path) -> Iterator[tuple[Path, Path]]:
    """Pictures of a folder, or a picture itself, each with its path relative to what was named.

    Raises:
        UserError: ``file_missing``.
    """
    from modeling.images import IMAGE_SUFFIXES

    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file():
                yield path, path.relative_to(source)
    elif source.is_file():
        yield source, Path(source.name)
    else:
        raise UserError(f"{source} does not exist.", code="file_missing")
