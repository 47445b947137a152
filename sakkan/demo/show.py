"""Where the demo's show lies, and the job that draws it."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from core.jobs import JobContext, job

POOL = "Demo"
PRODUCTION = "Procedural show"
LICENCE = "CC0 (generated)"
RIGHTS = "a program (sakkan produce), no person"
CUTS = 8
SECONDS_A_CUT = 2.0
SIZE = (960, 540)


def show_folder() -> Path:
    """Return the folder the show is drawn into; it appears whole or not at all."""
    return Path(settings.SAKKAN_DATA) / "demo-show"


def clip() -> Path:
    """Return the show's clip, as a user would upload it."""
    return next(show_folder().glob("*/clip.mp4"))


def truth() -> dict[str, Path]:
    """Return the exact cel masks by label key (``clip/000012``), from which ``oracle`` fills in labels."""
    folder = clip().with_name("cel")
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in folder.rglob("*.png")}


@job(queue="default")
def demo_render(context: JobContext) -> None:
    """Draw the show beside its place, then move it there."""
    from datasets.procedural import produce

    staged = show_folder().with_name("demo-show.staged")
    shutil.rmtree(staged, ignore_errors=True)
    produce(
        staged,
        shows=1,
        cuts=CUTS,
        seconds=SECONDS_A_CUT,
        size=SIZE,
        seed=7,
        maps=("cel",),
        progress=lambda done, total: context.progress(done, total, "drawing frames"),
    )
    staged.rename(show_folder())
