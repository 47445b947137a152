"""``manage.py embed POOL``: turn frames into vectors by which they are alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from active_learning.lookups import pool_named
from core.jobs import enqueue, run_inline
from core.management.base import SakkanCommand
from datasets.jobs import embedding_compute_job
from datasets.services.embeddings import job_options
from modeling.cli.embed import settings_of
from modeling.embeddings import EMBEDDINGS


class Command(SakkanCommand):
    """Queue the job, or do it here; the last line names the feature, for ``select --set feature=``."""

    help = "Compute by what the frames of a pool are alike, for strategies and the map."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pool", metavar="POOL", help="name of the pool")
        parser.add_argument("--embedding", default="colors", help=", ".join(EMBEDDINGS.names()))
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE",
            help="such as model=resnet18, and weights=FILE of it",
        )  # fmt: skip
        parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N, with --wait")
        parser.add_argument("--wait", action="store_true", help="do it here and now; needs no worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue it, or do it."""
        pool, params = pool_named(options["pool"]), settings_of(options["set"])
        if params.get("weights"):
            params["weights"] = str(Path(params["weights"]).resolve())  # a worker stands elsewhere
        wanted = job_options(pool, options["embedding"], params)
        if not options["wait"]:
            enqueue(embedding_compute_job, **wanted)
            self.stderr.write(f"{wanted['title']}: queued, a worker does it.")
            return
        with self.bar(unit="frame") as bar:

            def show(done: float, total: float, text: str) -> None:
                bar.total, bar.n = total, done
                bar.refresh()

            job = run_inline(embedding_compute_job, on_progress=show, device=options["device"], **wanted)
        result = job.result or {}
        unread = f", {result['unread']:,} could not be read" if result["unread"] else ""
        self.stderr.write(f"{result['embedded']:,} frames embedded{unread}.")
        self.stdout.write(result["feature"])
