"""``manage.py count_labels [POOL ...]``: count labels that were accepted or frozen before labels were counted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from active_learning.lookups import pool_named
from annotation.jobs import labels_count_job
from annotation.services.tallies import job_options
from core.jobs import run_inline
from core.management.base import SakkanCommand
from datasets.models import Pool


class Command(SakkanCommand):
    """Count labels by class for the histograms of pools and snapshots."""

    help = (
        "Count the classes of labels that were accepted or frozen before a version of Sakkan that counts them. "
        "Doing it twice counts nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pools", nargs="*", metavar="POOL", help="names of pools (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and say how many."""
        pools = [pool_named(name) for name in options["pools"]] or list(Pool.objects.all())
        for pool in pools:
            with self.bar(text=pool.name, unit="label") as bar:
                job = run_inline(labels_count_job, on_progress=_follow(bar), **job_options(pool))
            counted = job.result or {}
            self.stdout.write(
                f"{pool.name}: {counted['accepted']} accepted and {counted['frozen']} frozen labels counted, "
                f"{counted['unread']} cannot be read."
            )


def _follow(bar: Any) -> Any:
    def on_progress(done: float, total: float, text: str) -> None:
        bar.total, bar.n = total, done
        bar.update(0)

    return on_progress
