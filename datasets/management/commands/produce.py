"""Render the procedural production: ``manage.py produce OUT``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from modeling.errors import UserError


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1920x1080") from None


class Command(BaseCommand):
    """Options and a progress bar over `datasets.procedural.produce`."""

    help = "Render a procedural production: clips, frames, cel masks, douga, depth and their manifest."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options as the guide names them."""
        parser.add_argument(
            "out", type=Path, metavar="OUT", help="a new folder, or one that produce wrote before"
        )
        parser.add_argument(
            "--shows", type=int, default=3, help="each has its own characters and plates (default 3)"
        )
        parser.add_argument("--cuts", type=int, default=4, help="cuts a show (default 4)")
        parser.add_argument("--seconds", type=float, default=5.0, help="length of a cut (default 5)")
        parser.add_argument(
            "--size", type=_size, default=(1920, 1080), metavar="WxH", help="default 1920x1080"
        )
        parser.add_argument("--seed", type=int, default=0, help="the same seed renders the same production")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        """Render, then say what was written."""
        from datasets.procedural import produce

        names = ("shows", "cuts", "seconds", "size", "seed")
        with tqdm(unit="frame", disable=None if options["verbosity"] else True) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                made = produce(out, progress=progress, **{name: options[name] for name in names})
            except UserError as error:
                raise CommandError(str(error)) from None
        if options["verbosity"]:
            clips = ", ".join(str(show.clip) for show in made.shows)
            self.stdout.write(
                f"{made.drawings} drawings of {made.video_frames} video frames: {made.manifest}; {clips}"
            )
