"""``manage.py ingest``: folders, zips, images and videos into a pool."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from core.jobs import run_inline
from core.management.base import SakkanCommand
from core.words import counted
from datasets.jobs import ingest_run_job
from datasets.models import Ingest
from datasets.services.ingest import ingest_create, job_options


class Command(SakkanCommand):
    """Take sources into a pool, here and now."""

    help = (
        "Take folders, zips, images and videos into a pool. A folder with a manifest.csv is read by it. "
        "Doing it twice doubles nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("sources", nargs="+", metavar="SOURCE", help="folder, zip, image or video")
        parser.add_argument("--pool", required=True, help="pool to add to; made if it is not there")
        parser.add_argument(
            "--production", default="", help="production of the frames (default: the pool's name)"
        )
        parser.add_argument("--licence", default="", help="licence of frames that name none themselves")
        parser.add_argument("--rights", default="", help="who holds the rights in frames that do not say so")
        parser.add_argument(
            "--year", type=int, help="in which the production came out, where that is unknown"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ingest and print the report."""
        ingest = ingest_create(
            pool_name=options["pool"],
            production_name=options["production"],
            licence=options["licence"],
            rights=options["rights"],
            year=options["year"],
            user=None,
            paths=options["sources"],
        )
        try:
            with self.bar(text="ingest", unit="frame") as bar:
                run_inline(ingest_run_job, on_progress=_follow(bar), **job_options(ingest))
        finally:
            self._print_report(Ingest.objects.get(pk=ingest.pk))

    def _print_report(self, ingest: Ingest) -> None:
        for item in ingest.items.all():
            self.stdout.write(f"{item.outcome:8} {item.name}: {item.text}")
        for note in ingest.pool.notes:
            self.stdout.write(f"note     {note}")
        self.stdout.write(
            f"{counted(ingest.taken, 'frame')} taken, {ingest.held} held, {ingest.known} known, "
            f"{ingest.skipped} skipped; pool {ingest.pool.name!r} has {counted(ingest.pool.frame_count, 'frame')}."
        )


def _follow(bar: Any) -> Any:
    def on_progress(done: float, total: float, text: str) -> None:
        bar.total = total
        bar.n = done
        bar.set_postfix_str(text[-40:], refresh=False)
        bar.update(0)

    return on_progress
