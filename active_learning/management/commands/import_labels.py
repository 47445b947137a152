"""``manage.py import_labels POOL SOURCE``: labels made elsewhere become accepted revisions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from active_learning.lookups import pool_named, user_named
from active_learning.services.importing import importer_for
from annotation.importing.paintings import READ, STRICT
from annotation.services.labels_import import labels_import
from core.management.base import SakkanCommand
from modeling.errors import UserError
from modeling.labels import KINDS
from modeling.tasks import TASKS


class Command(SakkanCommand):
    """Match label files with the pool's frames and accept them."""

    help = "Import label files of a folder or zip as accepted labels of a pool's frames."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pool", metavar="POOL", help="name of the pool")
        parser.add_argument(
            "source",
            metavar="SOURCE",
            type=Path,
            help="folder or zip of indexed PNGs, exact colours or paintings, or a snapshot, COCO, Pascal VOC or Label "
            "Studio's JSON",
        )
        parser.add_argument("--task", default=TASKS.names()[0], help="whose target the labels are")
        parser.add_argument(
            "--kind", help=f"what the labels are, also where no model learns it: {', '.join(KINDS)}"
        )
        parser.add_argument(
            "--as", dest="user", metavar="USER", help="author of the labels (default: the stand-in import)"
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what each label means and would replace; change nothing",
        )
        parser.add_argument(
            "--class",
            dest="classes",
            action="append",
            default=[],
            metavar="THEIRS=OURS",
            help="a dataset's name for one of our classes; may come again",
        )
        parser.add_argument("--nearest", action="store_true", help="give foreign colours the nearest of ours")
        parser.add_argument(
            "--read",
            choices=READ,
            default=STRICT,
            help="exact colours only (strict), or paintings too: by their blends, or by nearest colour (thesis)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then tell what was left out and why; exit 1 when nothing could be taken."""
        pool = pool_named(options["pool"])
        user = user_named(options["user"]) if options["user"] else importer_for(pool)
        with self.bar(text="importing", unit="label") as bar:

            def progress(done: int, total: int, name: str) -> None:
                bar.total = total
                bar.update(done - bar.n)

            report = labels_import(
                pool=pool,
                kind=options["kind"] or TASKS.get(options["task"]).kind,
                source=options["source"],
                user=user,
                nearest=options["nearest"],
                read=options["read"],
                classes=dict(_pair(text) for text in options["classes"]),
                look=options["dry_run"],
                progress=progress,
            )
        for line in [*report.refused, *report.conflicts, *report.notes]:
            self.stderr.write(f"{line.name}: {line.text}")
        for line in report.matches:
            self.stdout.write(f"{line.name}: {line.text}")
        self.stdout.write(report.sentence())
        if report.refused and not report.imported and not report.known:
            sys.exit(1)


def _pair(text: str) -> tuple[str, str]:
    theirs, equals, ours = text.rpartition("=")
    if not equals:
        raise UserError(f"{text!r} names no class.", code="bad_setting", remedy="Write THEIRS=OURS.")
    return theirs, ours
