"""What people would do by hand in the demo, through the services that the pages call."""

from __future__ import annotations

from active_learning.models import Round
from active_learning.services.rounds import round_start
from active_learning.services.selections import selection_confirm, selection_propose
from annotation.services.oracle import oracle_fill
from core.jobs import enqueue
from core.models import User
from datasets.jobs import ingest_run_job
from datasets.models import Pool
from datasets.services.ingest import ingest_create
from sakkan.demo import show


def ingest_clip(user: User) -> None:
    """Ingest the show's clip into the demo's pool."""
    ingest = ingest_create(
        pool_name=show.POOL,
        production_name=show.PRODUCTION,
        licence=show.LICENCE,
        user=user,
        paths=[show.clip()],
    )
    enqueue(ingest_run_job, title="Ingest the demo's clip", actor=user, subject=ingest, ingest_id=ingest.pk)


def select_and_assign(pool: Pool, *, task: str, strategy: str, budget: int, user: User) -> None:
    """Let a strategy pick frames and put them into the queue, which opens the pool's next round."""
    selection = selection_propose(pool=pool, task=task, strategy=strategy, budget=budget, seed=0, user=user)
    selection_confirm(selection=selection, user=user)


def fill_in_truth(pool: Pool, *, kind: str, oracle: User) -> None:
    """Draw every waiting frame from the show's exact masks, as ``oracle``."""
    oracle_fill(pool=pool, kind=kind, truth=show.truth(), user=oracle)


def start_round(found: Round, *, seconds: float, user: User) -> None:
    """Start training with the default network."""
    round_start(pool=found.pool, task=found.task, config={"seconds": seconds}, user=user)
