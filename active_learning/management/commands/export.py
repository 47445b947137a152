"""``manage.py export POOL``: freeze what is accepted and write it in somebody's format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from active_learning.lookups import pool_named
from active_learning.services.freezing import kinds_beside, labels_freeze
from core.management.base import SakkanCommand
from datasets.formats import FORMATS
from datasets.models import Pool, Snapshot
from datasets.services.exports import export_write
from modeling.errors import UserError
from modeling.tasks import TASKS


class Command(SakkanCommand):
    """Write a snapshot of a pool to a folder; without ``--snapshot`` freeze one now."""

    help = "Freeze a pool's accepted labels, print the snapshot's id, and write it in a format."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pool", metavar="POOL", help="name of the pool")
        parser.add_argument("--task", default=TASKS.names()[0], help="whose target is exported")
        parser.add_argument("--format", default="snapshot", help=f"{', '.join(FORMATS)} (default snapshot)")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write")
        parser.add_argument("--snapshot", metavar="ID", help="id of a snapshot (its first digits do)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze or find, print the id, write."""
        pool, task = pool_named(options["pool"]), TASKS.get(options["task"])
        if options["snapshot"]:
            snapshot = _snapshot(pool, options["snapshot"])
        else:
            snapshot = labels_freeze(pool=pool, kind=task.kind, user=None, beside=kinds_beside(task))
        export_write(snapshot=snapshot, format=options["format"], kind=task.kind, out_dir=options["out"])
        self.stdout.write(snapshot.pk)


def _snapshot(pool: Pool, prefix: str) -> Snapshot:
    found = list(Snapshot.objects.filter(pool=pool, pk__startswith=prefix.lower())[:2])
    if len(found) != 1:
        what = "no snapshot" if not found else "more than one snapshot"
        raise UserError(
            f"{pool.name} has {what} {prefix!r}.",
            code="unknown_snapshot",
            remedy="Leave --snapshot out to freeze one now.",
        )
    return found[0]
