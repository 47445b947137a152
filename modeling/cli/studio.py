"""``python -m modeling studio FRAMES_OR_FOLDER... --steps cel,cutout --out DIR``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from modeling.cli.common import Console, add_inference_arguments
from modeling.errors import UserError

if TYPE_CHECKING:
    from modeling.inference.listed import Listed
    from modeling.studio.run import Made


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    from modeling.studio.steps import STEPS

    parser.add_argument("sources", metavar="FRAMES_OR_FOLDER", nargs="*", help="frames, or folders of frames")
    parser.add_argument(
        "--list", type=Path, metavar="FILE", help='JSON lines {"id": ..., "file": ...} instead of frames'
    )
    parser.add_argument(
        "--refused",
        type=Path,
        metavar="FILE",
        help='JSON lines {"key": ..., "source": ..., "error": ...} of what is no picture, for the manifest',
    )
    parser.add_argument("--steps", required=True, metavar="NAME,NAME", help=", ".join(STEPS.names()))
    parser.add_argument(
        "--run",
        dest="runs",
        action="append",
        default=[],
        metavar="TASK=RUN",
        help="run folder of the model for a task",
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="STEP.NAME=VALUE",
        help="a parameter; @FILE for what a file holds",
    )
    parser.add_argument("--only", metavar="KEY", help="make this picture alone, beside the others")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the results")
    add_inference_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Make the steps of every readable picture; 1 when one could not be made, the others being written all the same."""
    from modeling.devices import keep_memory, pick, set_threads
    from modeling.studio.run import make_all
    from modeling.studio.sheet import Models
    from modeling.studio.steps import chosen_steps, step_settings, tasks_of

    console = Console(args.json)
    chosen = chosen_steps([name for name in args.steps.split(",") if name], step_settings(args.settings))
    runs = parse_runs(args.runs)
    files = _files(args)
    keep_memory()
    set_threads(args.threads)
    models = Models(runs, pick(args.device))
    about = {"models": {task: runs[task].name for task in tasks_of(chosen) if task in runs}}
    refused = read_refused(args.refused) if args.refused else []
    errors = 0
    made = make_all(files, args.out, chosen, models, refused=refused, about=about, only=args.only)
    for one in console.bar(made, total=len(files) + len(refused), text="studio", unit="picture"):
        for message in filter(None, [one.error, *one.errors.values()]):
            console.event("item_error", id=one.key, message=message)
            console.warn(f"{one.source}: {message}")
        for step, left in one.left.items():
            console.say(f"{one.key}: {step}: {left['text']}")
        errors += not one.whole
        console.event("item", id=one.key, made=one.values())
    done = len(files) + len(refused) - errors
    console.event("done", done=done, errors=errors)
    console.say(f"{args.out}: {done} pictures" + (f", {errors} not whole" * bool(errors)))
    return 1 if errors else 0


def read_refused(path: Path) -> list[Made]:
    """Lines on what is no picture.

    Raises:
        UserError: ``bad_list``.
    """
    from modeling.studio.run import Made

    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [Made(row["key"], row["source"], error=row["error"]) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        message = f'{path} is no list of {{"key", "source", "error"}}: {error}.'
        raise UserError(message, code="bad_list") from None


def parse_runs(values: list[str]) -> dict[str, Path]:
    """Parse ``TASK=RUN``.

    Raises:
        UserError: ``bad_run`` or ``unknown_task``.
    """
    from modeling.tasks import TASKS

    runs = {}
    for value in values:
        task, equals, folder = value.partition("=")
        if not (equals and folder):
            raise UserError(f"--run {value!r} is not TASK=RUN.", code="bad_run")
        runs[TASKS.get(task).name] = Path(folder)
    return runs


def _files(args: argparse.Namespace) -> list[Listed]:
    """What to work on, each picture with its key.

    Raises:
        UserError: ``no_frames``, ``name_clash``, ``file_missing`` or ``bad_list``.
    """
    from modeling.cli.predict import frames_of
    from modeling.inference.listed import Listed, read_list

    if args.list:
        return read_list(args.list)
    found: dict[str, Path] = {}
    for source in map(Path, args.sources):
        for frame, name in frames_of(source):
            key = name.with_suffix("").as_posix()
            if key in found:
                message = f"{found[key]} and {frame} would both be called {key}."
                raise UserError(message, code="name_clash", remedy="Work on them one after the other.")
            found[key] = frame
    if not found:
        raise UserError(
            "There are no pictures to work on.", code="no_frames", remedy="Name frames or a folder."
        )
    return [Listed(key, frame) for key, frame in found.items()]
