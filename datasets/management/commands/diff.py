"""``manage.py diff``: what changed from one snapshot to another."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from core.management.base import SakkanCommand
from core.words import counted
from datasets.models import Snapshot
from datasets.services.snapshots import snapshot_folder
from modeling import snapshots as folders
from modeling.errors import UserError
from modeling.labels import get_kind

WORST = 10
"""Frames that are named for each kind."""


class Command(SakkanCommand):
    """Compare two snapshots, here and now."""

    help = "Say what changed from snapshot A to B: frames added, dropped, moved, and labels drawn anew, in pixels."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("old", metavar="A", help="id of the earlier snapshot (its first digits do)")
        parser.add_argument("new", metavar="B", help="id of the later one")
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and print."""
        old, new = (folders.Snapshot.open(snapshot_folder(_found(options[side]))) for side in ("old", "new"))
        with self.bar(text="Comparing") as bar:

            def tick(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            told = folders.difference(old, new, tick=tick)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._print(told)

    def _print(self, told: dict[str, Any]) -> None:
        for name, count in told["frames"].items():
            self.stdout.write(f"{name:9} {counted(count, 'frame')}")
        for kind, found in told["labels"].items():
            self._print_kind(kind, found)

    def _print_kind(self, kind: str, found: dict[str, Any]) -> None:
        rows = found["relabelled"]
        self.stdout.write(
            f"{kind}: {counted(len(rows), 'label')} drawn anew in {counted(found['changed'], 'pixel')}, "
            f"{len(found['added'])} added, {len(found['dropped'])} dropped"
        )
        for line in _moves(kind, found["confusion"] or []):
            self.stdout.write(f"  {line}")
        for one in rows[:WORST]:
            self.stdout.write(f"  {one['key']}: {one['changed']:,} of {one['pixels']:,} pixels")


def _moves(kind: str, confusion: list[list[int]]) -> list[str]:
    """Which class became which, the most pixels first."""
    names = [*([cls.name for cls in get_kind(kind).classes] or ["unknown", "known"]), "ignored"]
    moves = [
        (count, names[was], names[now])
        for was, row in enumerate(confusion)
        for now, count in enumerate(row)
        if was != now and count
    ]
    return [
        f"{count:,} pixels from {was} to {now}" for count, was, now in sorted(moves, key=lambda one: -one[0])
    ]


def _found(prefix: str) -> Snapshot:
    found = list(Snapshot.objects.filter(pk__startswith=prefix.lower())[:2])
    if len(found) != 1:
        what = "No snapshot begins with" if not found else "More than one snapshot begins with"
        raise UserError(f"{what} {prefix!r}.", code="unknown_snapshot", remedy="Give more of its id.")
    return found[0]
