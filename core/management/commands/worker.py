"""``manage.py worker``: runs the jobs of the queues."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.management.base import SakkanCommand
from core.worker.lane import run_lane
from core.worker.supervisor import Supervisor
from modeling.errors import UserError


class Command(SakkanCommand):
    """Runs jobs, one process a queue; SIGTERM puts them back in good order."""

    help = "Run the jobs of the queues, ingests beside training. SIGTERM or Ctrl-C stops it in good order."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        known = ",".join(settings.TASKS["default"]["QUEUES"])
        parser.add_argument(
            "--queues", default=known, help="queues, separated by commas (default: %(default)s)"
        )
        parser.add_argument(
            "--device", default="auto", help="device of training: auto (most free memory), cpu, mps, cuda:N"
        )
        parser.add_argument("--once", action="store_true", help="end when nothing is waiting")
        parser.add_argument("--lane", help=SUPPRESS)

    def handle(self, **options: Any) -> None:
        """Run the supervisor, or one of its lanes."""
        if options["lane"]:
            run_lane(options["lane"], device=options["device"], once=options["once"])
            return
        queues = _checked([name.strip() for name in options["queues"].split(",") if name.strip()])
        _require_migrated()
        Supervisor(queues, device=options["device"], once=options["once"]).run()


def _checked(queues: list[str]) -> list[str]:
    known = settings.TASKS["default"]["QUEUES"]
    if unknown := [name for name in queues if name not in known] or not queues:
        raise UserError(
            f"No such queue: {unknown}.", code="unknown_queue", remedy=f"There are: {', '.join(known)}."
        )
    return list(dict.fromkeys(queues))


def _require_migrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UserError(
            "The database is not up to date.",
            code="not_migrated",
            remedy="Run `python manage.py migrate` first.",
        )
