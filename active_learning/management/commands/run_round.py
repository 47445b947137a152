"""``manage.py run_round POOL``: freeze, train, evaluate, score."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from active_learning.estimates import estimate_of, in_words
from active_learning.jobs import round_estimate, round_run
from active_learning.lookups import pool_named
from active_learning.models import Round, RoundState
from active_learning.services import estimating
from active_learning.services.estimating import estimate_config
from active_learning.services.rounds import job_options, round_cancel, round_prepare, round_start
from core.jobs import run_inline
from core.jobs.queue import JobFunction
from core.management.base import SakkanCommand
from core.models import Job
from core.words import counted
from datasets.models import Pool
from modeling.headline import headline_of
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.scorers import SCORERS
from modeling.tasks import TASKS

_CONFIG = (
    "network",
    "loss",
    "recipe",
    "seconds",
    "steps",
    "seed",
    "device",
    "processes",
    "from_version",
    "hard_by",
    "stands_on",
    "score_seconds",
    "scorers",
)

_LINE_EVERY_S = 10


class Command(SakkanCommand):
    """Take the pool's open round, or open one without a selection, and train on what is accepted."""

    help = "Freeze what is accepted, train, evaluate and score: one round of a pool."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument("pool", metavar="POOL", help="name of the pool")
        parser.add_argument("--task", default=TASKS.names()[0], help=f"{', '.join(TASKS.names())}")
        parser.add_argument("--network", help=f"{', '.join(NETWORKS.names())}; the task's first by default")
        parser.add_argument("--loss", help=f"{', '.join(LOSSES.names())}")
        parser.add_argument("--recipe", help=f"{', '.join(RECIPES.names())}")
        parser.add_argument(
            "--set", dest="overrides", action="append", default=[], metavar="NAME=VALUE",
            help="a parameter, for example network.dropout=0.2 or task.cel=synthetic_cel",
        )  # fmt: skip
        budget = parser.add_mutually_exclusive_group()
        budget.add_argument("--seconds", type=float, help="train so long; without start-up and evaluation")
        budget.add_argument("--steps", type=int, help="train so many optimizer steps")
        parser.add_argument(
            "--seed", type=int, default=0, help="of weights, order and augmentation (default 0)"
        )
        parser.add_argument("--device", default="auto", help="auto, cpu, mps, cuda or cuda:N")
        parser.add_argument(
            "--processes",
            type=int,
            metavar="N",
            help="train in N processes, on GPUs one each (default: as the site)",
        )
        parser.add_argument(
            "--from-version", type=int, metavar="N", help="start from this model version's weights"
        )
        parser.add_argument(
            "--hard-by",
            type=int,
            metavar="N",
            help="model version whose errors tell the frames that recipe.hard keeps (--set recipe.hard=0.3)",
        )
        parser.add_argument(
            "--stands-on",
            type=int,
            metavar="N",
            help="model version whose predictions it sees, such as a cel version beneath douga",
        )
        parser.add_argument("--score-seconds", type=float, help="budget of scoring; 300 on a CPU by default")
        parser.add_argument(
            "--scorers",
            type=lambda text: text.split(","),
            metavar="NAME,...",
            help=f"of {', '.join(SCORERS.names())} (default: all that need no further pass)",
        )
        parser.add_argument(
            "--estimate",
            action="store_true",
            help="time ten steps here and now and say what the round would take; train nothing",
        )
        parser.add_argument("--wait", action="store_true", help="do it here and now; needs no worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue the round, or run it; the last line is the run folder."""
        pool, task = pool_named(options["pool"]), options["task"]
        config = {name: options[name] for name in _CONFIG if options[name] is not None}
        config["settings"] = tuple(options["overrides"])
        if options["estimate"]:
            self._estimate(pool, task, config)
            return
        self._give_up_failed(pool, task)
        if not options["wait"]:
            round_ = round_start(pool=pool, task=task, config=config, user=None)
            self.stderr.write(f"Round {round_.number} of {pool.name} is queued; a worker runs it.")
            self.stdout.write(f"/rounds/{round_.pk}/")
            return
        round_ = round_prepare(pool=pool, task=task, config=config, user=None)
        self._run(round_)
        round_.refresh_from_db()
        self._tell(round_)
        self.stdout.write(str(Path(settings.SAKKAN_DATA) / round_.run_folder))

    def _estimate(self, pool: Pool, task: str, config: dict[str, Any]) -> None:
        """Say minutes, cost and memory."""
        checked = estimate_config(pool, task, config)
        job = self._inline(
            round_estimate, checked["device"], estimating.job_options(pool, task, checked, None)
        )
        for line in in_words(estimate_of(job)):
            self.stdout.write(line)

    def _give_up_failed(self, pool: Pool, task: str) -> None:
        """Cancel a failed round, so that this call opens the next: without pages nobody could retry it."""
        for failed in Round.objects.of(pool, task).filter(state=RoundState.FAILED):
            round_cancel(round_=failed, user=None)
            self.stderr.write(
                f"Round {failed.number} had failed and is cancelled; its labels go to the next."
            )

    def _run(self, round_: Round) -> None:
        self._inline(round_run, round_.config["device"], job_options(round_, None))

    def _inline(self, job_fn: JobFunction, device: str, options: dict[str, Any]) -> Job:
        """Run a job in this process under a bar; where stderr is no terminal, a line every ten seconds."""
        with self.bar(1, "starting", bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}") as bar:
            said_at, said = time.monotonic(), ""

            def show(done: float, total: float, text: str) -> None:
                nonlocal said_at, said
                bar.total, bar.n = total or 1, min(done, total or 1)
                bar.set_description_str(text, refresh=False)
                bar.update(0)
                phase = text.partition(":")[0]
                if bar.disable and (phase != said or time.monotonic() - said_at > _LINE_EVERY_S):
                    self.stderr.write(text)
                    said_at, said = time.monotonic(), phase

            return run_inline(job_fn, on_progress=show, device=device, **options)

    def _tell(self, round_: Round) -> None:
        report = round_.report
        headline = headline_of(report)
        if headline is None:
            self.stderr.write(f"Round {round_.number}: not evaluated. {report.get('not_evaluated') or ''}")
        else:
            held_out = counted(report["held_out_frames"], "held-out frame")
            figures = f"{headline.title} {headline.value:.3f} on {held_out}"
            self.stderr.write(
                f"Round {round_.number}: {figures}, {counted(report['train_frames'], 'training frame')}."
            )
        unscored = f", {round_.unscored_count} unscored" if round_.unscored_count else ""
        self.stderr.write(f"{counted(round_.scored_count, 'frame')} scored{unscored}.")
