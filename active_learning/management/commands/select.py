"""``manage.py select POOL``: pick frames worth labelling."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from active_learning.lookups import pool_named
from active_learning.models import Selection
from active_learning.registries import strategies
from active_learning.services.selections import selection_confirm, selection_propose
from active_learning.strategies import STRATEGIES
from core.management.base import SakkanCommand
from modeling.errors import UserError
from modeling.tasks import TASKS


def _params(pairs: list[str]) -> dict[str, str]:
    """Read ``NAME=VALUE``, each; the strategy validates names and values."""
    for pair in pairs:
        if "=" not in pair:
            raise UserError(
                f"--set {pair}: there is no value.", code="bad_parameter", remedy="Write NAME=VALUE."
            )
    return dict(pair.split("=", 1) for pair in pairs)


class Command(SakkanCommand):
    """Pick frames; with ``--assign`` queue them in the pool's open round, or the next."""

    help = "Pick the frames of a pool that are worth labelling, and say why."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pool", metavar="POOL", nargs="?", help="name of the pool")
        parser.add_argument("--list", action="store_true", help="say what strategies there are, and stop")
        parser.add_argument("--task", default=TASKS.names()[0], help=f"{', '.join(TASKS.names())}")
        parser.add_argument("--strategy", default="default", help=f"default, {', '.join(STRATEGIES)}")
        parser.add_argument("--budget", type=int, default=16, help="how many frames (default 16)")
        parser.add_argument(
            "--seed", type=int, default=0, help="the same seed gives the same picks (default 0)"
        )
        parser.add_argument("--cap-per-cut", type=int, metavar="N", help="at most N frames of one cut")
        parser.add_argument(
            "--control-share",
            type=float,
            metavar="SHARE",
            help="share drawn by plain chance, 0 to 0.5 (default: the pool's plan)",
        )
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the strategy"
        )
        parser.add_argument("--assign", action="store_true", help="queue the frames for drawing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Propose, print, and confirm where asked."""
        if options["list"]:
            self._list()
            return
        if options["pool"] is None:
            raise UserError(
                "No pool is named.", code="no_pool", remedy="Write manage.py select POOL, or --list."
            )
        pool = pool_named(options["pool"])
        names = ("task", "strategy", "budget", "seed", "cap_per_cut", "control_share")
        with transaction.atomic():
            wanted = {name: options[name] for name in names}
            selection = selection_propose(pool=pool, params=_params(options["set"]), **wanted)
            if options["assign"]:
                selection_confirm(selection=selection, user=None)
        self._print(selection)

    def _list(self) -> None:
        for entry in strategies():
            needs = [*entry["features"], *entry["scores"], *entry["classes"]]
            self.stdout.write(f"{entry['name']} ({entry['group']}): {entry['text']}")
            if needs:
                self.stdout.write(f"    needs {', '.join(needs)}")
            for name, schema in entry["params"].items():
                self.stdout.write(
                    f"    --set {name}={schema.get('default')}  {schema.get('description', '')}"
                )

    def _print(self, selection: Selection) -> None:
        keys = dict(
            selection.pool.members.filter(frame__selection_items__selection=selection).values_list(
                "frame_id", "key"
            )
        )
        for item in selection.items.all():
            utility = "" if item.utility is None else f"{item.utility:.3f}"
            self.stdout.write(f"{item.rank}\t{keys[item.frame_id]}\t{utility}\t{item.reason}")
        if selection.note:
            self.stderr.write(selection.note)
        queued = (
            f"queued in round {selection.round.number}" if selection.round else "not queued (use --assign)"
        )
        self.stderr.write(f"Selection {selection.pk} by {selection.strategy}, {queued}.")
