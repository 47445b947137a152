"""``manage.py freeze --pool POOL --kind KIND``: a version of what is accepted now, without a round."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from active_learning.jobs import labels_freeze_job
from active_learning.lookups import pool_named
from active_learning.services.freezing import job_options
from core.jobs import run_inline
from core.management.base import SakkanCommand
from modeling.labels import KINDS


class Command(SakkanCommand):
    """Freeze a pool's accepted labels into a snapshot."""

    help = (
        "Freeze a pool's accepted labels into a snapshot and print its id; the same labels give the same one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("--pool", required=True, metavar="POOL", help="name of the pool")
        parser.add_argument("--kind", default=next(iter(KINDS)), help=f"which labels: {', '.join(KINDS)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze under a bar; the last line is the id."""
        pool = pool_named(options["pool"])
        with self.bar(text="freezing", unit="frame") as bar:

            def show(done: float, total: float, text: str) -> None:
                bar.total, bar.n = total, done
                bar.update(0)

            job = run_inline(labels_freeze_job, on_progress=show, **job_options(pool, options["kind"], None))
        self.stdout.write((job.result or {})["snapshot"])
