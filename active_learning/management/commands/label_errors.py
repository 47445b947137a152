"""``manage.py label_errors --pool POOL``: look through accepted labels for errors."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from active_learning.jobs import label_search_run
from active_learning.lookups import pool_named
from active_learning.services.label_errors import DEFAULT_STEPS, job_options, search_prepare, search_start
from annotation.models import LabelSearch
from core.jobs import run_inline
from core.management.base import SakkanCommand
from core.words import counted
from modeling.networks import NETWORKS
from modeling.tasks import TASKS

_CONFIG = ("folds", "network", "recipe", "steps", "seconds", "seed", "device")
SHOWN = 20
"""Labels that are told at the end of ``--wait``."""


class Command(SakkanCommand):
    """Queue a search, or run it here and print the head of its list."""

    help = "Rank a pool's accepted labels by how likely they are wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("--pool", required=True, help="name of the pool")
        parser.add_argument("--task", default=TASKS.names()[0], help=f"{', '.join(TASKS.names())}")
        parser.add_argument("--folds", type=int, help="models, each blind to a part of the cuts (default 5)")
        parser.add_argument("--network", help=f"{', '.join(NETWORKS.names())}; the task's first by default")
        parser.add_argument("--recipe", help="the task's first by default")
        parser.add_argument(
            "--set", dest="overrides", action="append", default=[], metavar="NAME=VALUE",
            help="a parameter, for example recipe.batch=4",
        )  # fmt: skip
        budget = parser.add_mutually_exclusive_group()
        budget.add_argument("--steps", type=int, help=f"of each model (default {DEFAULT_STEPS})")
        budget.add_argument("--seconds", type=float, help="training time of each model")
        parser.add_argument("--seed", type=int, default=0, help="of folds and weights (default 0)")
        parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
        parser.add_argument("--wait", action="store_true", help="do it here and now; needs no worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue it, or run it; the last line is the list's page."""
        pool, task = pool_named(options["pool"]), options["task"]
        config = {name: options[name] for name in _CONFIG if options[name] is not None}
        config["settings"] = tuple(options["overrides"])
        if options["wait"]:
            search = search_prepare(pool=pool, task=task, config=config, user=None)
            self._run(search)
            search.refresh_from_db()
            self._tell(search)
        else:
            search = search_start(pool=pool, task=task, config=config, user=None)
            self.stderr.write("The search is queued; a worker runs it.")
        self.stdout.write(search.get_absolute_url())

    def _run(self, search: LabelSearch) -> None:
        with self.bar(1, "starting", bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}") as bar:

            def show(done: float, total: float, text: str) -> None:
                bar.total, bar.n = total or 1, min(done, total or 1)
                bar.set_description_str(text, refresh=False)
                bar.update(0)

            run_inline(
                label_search_run,
                on_progress=show,
                device=search.config["device"],
                **job_options(search, None),
            )

    def _tell(self, search: LabelSearch) -> None:
        for suspect in search.suspects.order_by("rank")[:SHOWN]:
            self.stdout.write(f"{suspect.rank:>5}  {suspect.key}  {'; '.join(suspect.reasons)}")
        known = f", {search.known_right} confirmed before" if search.known_right else ""
        self.stderr.write(f"{counted(search.looked_at, 'label')} compared{known}.")
