"""``python -m modeling experiment FILE``."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from modeling.cli.common import Console, add_json_argument
from modeling.errors import UserError

OUT = Path("var/experiments")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="experiment file (TOML)")
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"results and runs; {OUT}/NAME by default")
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="NAME",
        help="these variants alone, or patterns such as full-*",
    )
    parser.add_argument("--all", action="store_true", help="also those marked not run")
    parser.add_argument("--seeds", metavar="0,1,2", help="instead of the file's")
    for noun, text in (("snapshot", "where a snapshot lies"), ("run", "where a run lies, or runs by seed")):
        parser.add_argument(
            f"--{noun}", dest=f"{noun}s", action="append", default=[], metavar="NAME=DIR", help=text
        )
    parser.add_argument("--jobs", type=int, default=1, help="trainings at once (default 1)")
    parser.add_argument("--threads", type=int, help="CPU threads a training, all cores by default")
    parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
    parser.add_argument("--date", default="", help="date to note of the runs, today's by default")
    parser.add_argument(
        "--table", action="store_true", help="write the table of what is there and run nothing"
    )
    parser.add_argument(
        "--known",
        type=Path,
        action="append",
        default=[],
        metavar="RESULTS.json",
        help="results of the same file from another machine or day, for the seeds that are not here",
    )
    add_json_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Run what is not finished and write the table after each; returns 1 when a training failed."""
    from modeling.experiments.joining import read_known
    from modeling.experiments.places import Places, chosen
    from modeling.experiments.reading import read_experiment
    from modeling.experiments.running import Options, run_all
    from modeling.experiments.writing import write_results  # now: in hours the checkout may be another

    console = Console(args.json)
    experiment = read_experiment(args.file)
    seeds = parse_seeds(args.seeds) if args.seeds else experiment.seeds
    places = Places(
        experiment,
        args.out or OUT / args.file.stem,
        {**_beside(args.file, experiment.snapshots), **parse_folders("snapshot", args.snapshots)},
        {**_beside(args.file, experiment.runs), **parse_folders("run", args.runs)},
    )
    about = {"file": args.file.name, "command": told_command(args)}
    trials = chosen(experiment, seeds, args.only, args.all)
    known = [read_known(path) for path in args.known]
    for trial in [] if args.table else trials:
        places.snapshot(trial.variant)  # a misspelt folder is told before hours of training
    options = Options(max(1, args.jobs), args.threads, args.device, args.date)
    failed = []
    if not args.table:
        with Bars(console, len(trials)) as bars:
            failed = run_all(
                places, trials, options, bars, lambda: write_results(places, seeds, about, known)
            )
    page = write_results(places, seeds, about, known)
    console.event("done", table=str(page), failed=[trial.name for trial in failed])
    done = sum(places.folder(trial).done for trial in trials if trial not in failed)
    console.say(f"{page}: {done} of {len(trials)} trainings are there")
    return 1 if failed else 0


def parse_seeds(text: str) -> list[int]:
    """Parse ``0,1,2``.

    Raises:
        UserError: ``bad_seeds``.
    """
    try:
        return list(dict.fromkeys(int(part) for part in text.split(",")))
    except ValueError:
        raise UserError(
            f"--seeds {text!r} are no seeds.", code="bad_seeds", remedy="For example 0,1,2."
        ) from None


def parse_folders(noun: str, values: Iterable[str]) -> dict[str, Path]:
    """Parse ``NAME=DIR`` of ``--snapshot`` or ``--run``.

    Raises:
        UserError: ``bad_folder``.
    """
    folders = {}
    for value in values:
        name, equals, folder = value.partition("=")
        if not (name and equals and folder):
            raise UserError(f"--{noun} {value!r} is not NAME=DIR.", code="bad_folder")
        folders[name] = Path(folder)
    return folders


def _beside(file: Path, folders: dict[str, str]) -> dict[str, Path]:
    """Folders named in a file lie relative to it."""
    return {name: file.parent / folder for name, folder in folders.items()}


def told_command(args: argparse.Namespace) -> str:
    """The command that makes this table, without a path of this machine."""
    file = args.file if not args.file.is_absolute() and ".." not in args.file.parts else Path(args.file.name)
    words = ["python", "-m", "modeling", "experiment", file.as_posix()]
    for noun, values in (("--snapshot", args.snapshots), ("--run", args.runs)):
        words += [word for value in values for word in (noun, f"{value.partition('=')[0]}=DIR")]
    words += ["--only", *args.only] if args.only else []
    words += ["--all"] if args.all else []
    words += ["--known", "RESULTS.json"] * len(args.known)
    for noun, value in (("--seeds", args.seeds), ("--jobs", args.jobs), ("--threads", args.threads)):
        words += [noun, str(value)] if value not in (None, 1) or (noun == "--threads" and value) else []
    return shlex.join(words + (["--device", args.device] if args.device != "auto" else []))


class Bars:
    """Progress of the trainings: an event a line with ``--json``, else a bar of all and one a training under way."""

    def __init__(self, console: Console, total: int) -> None:
        self.console = console
        self.whole: tqdm[Any] = tqdm(
            total=total, desc="trainings", unit="run", disable=console.json, position=0
        )
        self.bars: dict[str, tqdm[Any]] = {}

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *exc: object) -> None:
        for bar in [*self.bars.values(), self.whole]:
            bar.close()

    def __call__(self, event: str, *, trial: Any, **fields: Any) -> None:
        name = {"variant": trial.variant.name, "seed": trial.seed}
        self.console.event(f"run_{event}", **name, **fields)
        if event == "started":
            self.bars[trial.name] = self._bar(trial.name)
        elif event == "progress":
            self._progress(self.bars[trial.name], fields)
        else:
            self._ended(event, trial.name, fields)

    def _bar(self, name: str) -> tqdm[Any]:
        form = "{desc} {bar} {n:.0f}% {postfix}"
        return tqdm(total=100, desc=name, leave=False, disable=self.console.json, bar_format=form)

    def _progress(self, bar: tqdm[Any], fields: dict[str, Any]) -> None:
        bar.update(100 * (fields["spent"] or 0.0) - bar.n)
        bar.set_postfix_str(f"step {fields['step']}, loss {fields['loss']:.3f}")

    def _ended(self, event: str, name: str, fields: dict[str, Any]) -> None:
        if name in self.bars:
            self.bars.pop(name).close()
        self.whole.update(1)
        if event == "failed" and not self.console.json:
            self.whole.write(f"{name} failed: {fields['reason']}")
