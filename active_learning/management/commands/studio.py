"""``manage.py studio INPUT --steps cel,cutout --out DIR``: pictures through models, without a pool."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import rmtree
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from active_learning.lookups import pool_named
from active_learning.services.studio import Listing, list_pictures, versions_for
from core.management.base import SakkanCommand
from datasets.models import Pool
from modeling.cli import main as modeling
from modeling.cli.studio import parse_runs
from modeling.errors import UserError
from modeling.studio.steps import STEPS, chosen_steps, step_settings, tasks_of

INPUT = ".input"
"""Folder beside the results in which archives and clips lie unpacked until all is made."""
MADE = (0, 1)
"""Exit codes of a run that came to its end, with every picture or with some left out."""


class Command(SakkanCommand):
    """List the pictures, find the models, make the steps."""

    help = "Make masks, cut-outs, douga, lines, depth and paintings of an image, a clip, a zip or a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("source", metavar="INPUT", type=Path, help="image, clip, zip or folder")
        parser.add_argument("--steps", required=True, metavar="NAME,NAME", help=", ".join(STEPS.names()))
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder of the results")
        parser.add_argument("--pool", help="whose models serve; needed where several pools have one")
        parser.add_argument(
            "--use", dest="numbers", action="append", default=[], metavar="TASK=NUMBER",
            help="a model version, instead of the one in use",
        )  # fmt: skip
        parser.add_argument(
            "--run", dest="runs", action="append", default=[], metavar="TASK=DIR",
            help="a run folder, instead of a version",
        )  # fmt: skip
        parser.add_argument(
            "--set",
            dest="overrides",
            action="append",
            default=[],
            metavar="STEP.NAME=VALUE",
            help="a parameter; @FILE for what a file holds",
        )
        parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")

    def handle(self, *args: Any, **options: Any) -> None:
        """Interrupted, the same command goes on."""
        names = [name for name in options["steps"].split(",") if name]
        tasks = tasks_of(chosen_steps(names, step_settings(options["overrides"])))
        runs = parse_runs(options["runs"])
        pools = [pool_named(options["pool"])] if options["pool"] else Pool.objects.all()
        asked = [task for task in tasks if task not in runs]
        versions = versions_for(asked, pools, parse_numbers(options["numbers"], tasks))
        for task, version in versions.items():
            runs[task] = Path(settings.SAKKAN_DATA) / version.run_folder
            self.stdout.write(f"{task}: {version.name}")
        listing = self._listing(options["source"], options["out"])
        words = ["studio", "--list", str(listing.pictures), "--refused", str(listing.refused)]
        words += ["--steps", ",".join(names), "--out", str(options["out"]), "--device", options["device"]]
        words += [word for task in tasks for word in ("--run", f"{task}={runs[task]}")]
        words += [word for pair in options["overrides"] for word in ("--set", pair)]
        status = modeling(words)
        if status in MADE:
            rmtree(options["out"] / INPUT, ignore_errors=True)
        if status:
            sys.exit(status)

    def _listing(self, source: Path, out: Path) -> Listing:
        with self.bar(text="unpacking") as bar:

            def show(name: str, index: int) -> None:
                bar.update(1)

            return list_pictures(source, source.name, out / INPUT, show)


def parse_numbers(values: list[str], tasks: list[str]) -> dict[str, int]:
    """Parse ``TASK=NUMBER``.

    Raises:
        UserError: ``bad_version`` of what is none, or of a task that no step asks.
    """
    found = {}
    for value in values:
        task, _, number = value.partition("=")
        if task not in tasks or not number.isdecimal():
            message = f"--use {value!r} is not TASK=NUMBER of a task that the steps ask."
            raise UserError(message, code="bad_version", remedy=f"They ask: {', '.join(tasks) or 'none'}.")
        found[task] = int(number)
    return found
