"""``manage.py cleanup``: removes what nothing needs any more."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.template.defaultfilters import filesizeformat

from core import cleanup
from core.management.base import SakkanCommand


class Command(SakkanCommand):
    """Removes leftovers and says what and how much."""

    help = (
        "Remove unreferenced blobs older than a day, half-written files, stale uploads and surplus"
        " checkpoints. Revisions and what they name are never removed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")

    def handle(self, **options: Any) -> None:
        """Go through the leftovers, one at a time."""
        counts: Counter[str] = Counter()
        sizes: Counter[str] = Counter()
        with self.bar(text="cleanup", unit="file") as bar:
            for leftover in cleanup.leftovers():
                size = leftover.size() if options["dry_run"] else cleanup.remove(leftover)
                counts[leftover.what] += 1
                sizes[leftover.what] += size
                bar.update()
                if options["verbosity"] > 1:
                    self.stdout.write(f"{leftover.what}: {leftover.path}")
        self._report(counts, sizes, "would free" if options["dry_run"] else "freed")

    def _report(self, counts: Counter[str], sizes: Counter[str], verb: str) -> None:
        for what, count in sorted(counts.items()):
            self.stdout.write(f"{what}: {count}, {_bytes(sizes[what])}")
        self.stdout.write(f"{verb} {_bytes(sizes.total())} in {counts.total()} leftovers")


def _bytes(count: int) -> str:
    return str(filesizeformat(count)).replace("\xa0", " ")
