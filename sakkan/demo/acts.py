"""What people would do by hand in the demo, through the services that the pages call."""

from __future__ import annotations

from pathlib import Path

from active_learning.services.rounds import round_start
from active_learning.services.selections import selection_confirm, selection_propose
from annotation.services.oracle import oracle_fill
from core.models import User
from datasets.models import Pool, Upload
from datasets.services.ingest import ingest_create, ingest_start
from datasets.services.uploads import upload_append, upload_create
from sakkan.demo import show


def ingest_clip(user: User) -> None:
    """Upload the show's clip and ingest it into the demo's pool."""
    ingest = ingest_create(
        pool_name=show.POOL,
        production_name=show.PRODUCTION,
        licence=show.LICENCE,
        rights=show.RIGHTS,
        user=user,
        uploads=[_upload(show.clip(), user)],
    )
    ingest_start(ingest=ingest, user=user)


def _upload(path: Path, user: User) -> Upload:
    upload = upload_create(user=user, name=path.name, size=path.stat().st_size)
    with path.open("rb") as file:
        return upload_append(upload=upload, offset=0, stream=file)


def select_and_assign(pool: Pool, *, task: str, strategy: str, budget: int, user: User) -> None:
    """Let a strategy pick frames and put them into the queue, which opens the pool's next round."""
    selection = selection_propose(pool=pool, task=task, strategy=strategy, budget=budget, seed=0, user=user)
    selection_confirm(selection=selection, user=user)


def fill_in_truth(pool: Pool, *, kind: str, oracle: User) -> None:
    """Draw every waiting frame from the show's exact masks, as ``oracle``."""
    oracle_fill(pool=pool, kind=kind, truth=show.truth(), user=oracle)


def start_round(pool: Pool, *, task: str, seconds: float, user: User) -> None:
    """Start training with the default network."""
    round_start(pool=pool, task=task, config={"seconds": seconds, "score_seconds": 60}, user=user)
