"""``manage.py queue_frames POOL --kind douga``: frames to draw, without a selection."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from active_learning.lookups import pool_named
from annotation.services.queueing import frames_queue
from core.management.base import SakkanCommand
from modeling.labels import drawable_kinds


class Command(SakkanCommand):
    """Queue frames of a pool for drawing."""

    help = "Queue frames of a pool for drawing by hand: some spread over its cuts, or those named."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pool", metavar="POOL", help="name of the pool")
        parser.add_argument(
            "--kind",
            default="cel",
            help=f"what is drawn: {', '.join(kind.name for kind in drawable_kinds())}",
        )
        parser.add_argument("--count", type=int, default=16, help="how many undrawn frames (default 16)")
        parser.add_argument("--frames", nargs="+", default=[], metavar="KEY", help="these frames instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue them and say how many."""
        queued = frames_queue(
            pool=pool_named(options["pool"]),
            kind=options["kind"],
            user=None,
            count=options["count"],
            keys=options["frames"],
        )
        self.stdout.write(f"{len(queued)} frames of {options['pool']} are queued for {options['kind']}.")
