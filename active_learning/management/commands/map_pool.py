"""``manage.py map_pool POOL``: place the frames of a pool on a map."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.urls import reverse

from active_learning.lookups import pool_named
from active_learning.services.mapping import source_named
from core.jobs import enqueue, run_inline
from core.management.base import SakkanCommand
from datasets.jobs import map_compute_job
from datasets.projections import PROJECTIONS, get_projection
from datasets.services.maps import PoolMap, job_options
from modeling.tasks import TASKS


class Command(SakkanCommand):
    """Queue the job, or do it here; the last line is the map's page."""

    help = "Place the frames of a pool on a map, alike ones near each other."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pool", metavar="POOL", help="name of the pool")
        parser.add_argument(
            "--feature", default="edges", help="by which frames are alike: edges, colors, embedding, ..."
        )
        parser.add_argument("--projection", default="pca", help=", ".join(PROJECTIONS))
        parser.add_argument(
            "--task", default=TASKS.names()[0], help="whose last scored round a model's features are from"
        )
        parser.add_argument("--wait", action="store_true", help="do it here and now; needs no worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue it, or do it."""
        pool, projection = pool_named(options["pool"]), get_projection(options["projection"])
        source = source_named(pool, TASKS.get(options["task"]), options["feature"])
        wanted = job_options(pool, PoolMap(pool.pk, projection.name, source.feature, source.version))
        if not options["wait"]:
            enqueue(map_compute_job, **wanted)
            self.stderr.write(f"{wanted['title']}: queued, a worker does it.")
        else:
            result = run_inline(map_compute_job, **wanted).result or {}
            self.stderr.write(
                f"{result['placed']:,} frames placed, {result['no_feature']:,} without {source.feature}."
            )
        self.stdout.write(reverse("pool-map", args=[pool.pk]))
