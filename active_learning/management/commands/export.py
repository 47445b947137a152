"""``manage.py export``: freeze what is accepted, or take an earlier snapshot, and write it in somebody's format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from active_learning.lookups import pool_named
from active_learning.services.freezing import kinds_beside, labels_freeze
from core.management.base import SakkanCommand
from datasets.formats import FORMATS, Terms
from datasets.models import Snapshot
from datasets.services.exports import export_write
from modeling.errors import UserError
from modeling.registry import validated
from modeling.tasks import TASKS


class Command(SakkanCommand):
    """Write a snapshot to a folder; without ``--snapshot`` freeze one of a pool now."""

    help = "Write a snapshot, or a pool's accepted labels frozen now, in a format; print the snapshot's id."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pool", metavar="POOL", nargs="?", help="name of the pool; --snapshot needs none")
        parser.add_argument("--task", default=TASKS.names()[0], help="whose target is exported")
        parser.add_argument(
            "--format", default="snapshot", help=f"{', '.join(FORMATS.names())} (default snapshot)"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write")
        parser.add_argument("--snapshot", metavar="ID", help="id of a snapshot (its first digits do)")
        parser.add_argument(
            "--set", nargs="*", default=[], metavar="NAME=VALUE", help="parameters of the format"
        )
        parser.add_argument(
            "--licence", action="append", default=[], help="only frames under this licence; may come again"
        )
        for name, field in Terms.model_fields.items():
            if field.annotation is bool:
                parser.add_argument(
                    f"--{name.replace('_', '-')}", action="store_true", help=field.description
                )

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze or find, write, print the id."""
        task = TASKS.get(options["task"])
        terms = {name: options[name] for name in ("unknown_licences", "labels_only", "expand_holds")}
        snapshot = self._snapshot(options)
        with self.bar(text="Exporting") as bar:

            def tick(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            export_write(
                snapshot=snapshot,
                format=options["format"],
                kind=task.kind,
                out_dir=options["out"].absolute(),
                terms=validated(Terms, {"licences": options["licence"], **terms}, "export"),
                params=_settings(options["set"]),
                tick=tick,
            )
        self.stdout.write(snapshot.pk)

    def _snapshot(self, options: dict[str, Any]) -> Snapshot:
        if options["snapshot"]:
            return _found(options["pool"], options["snapshot"])
        if not options["pool"]:
            raise UserError("Neither a pool nor a snapshot is named.", code="no_pool", remedy="Name one.")
        task = TASKS.get(options["task"])
        return labels_freeze(
            pool=pool_named(options["pool"]), kind=task.kind, user=None, beside=kinds_beside(task)
        )


def _settings(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise UserError(f"{pair!r} is no setting.", code="bad_setting", remedy="Write NAME=VALUE.")
    return dict(pair.split("=", 1) for pair in pairs)


def _found(pool: str | None, prefix: str) -> Snapshot:
    rows = Snapshot.objects.filter(pool=pool_named(pool)) if pool else Snapshot.objects.all()
    found = list(rows.filter(pk__startswith=prefix.lower())[:2])
    if len(found) != 1:
        what = "No snapshot begins with" if not found else "More than one snapshot begins with"
        raise UserError(
            f"{what} {prefix!r}{f' in {pool}' if pool else ''}.",
            code="unknown_snapshot",
            remedy="Leave --snapshot out to freeze one now.",
        )
    return found[0]
