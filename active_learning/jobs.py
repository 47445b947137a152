"""Background jobs: each takes ids and calls a service. What computes on a device queues for one.

What somebody looks on at is `SHORT`: it waits for no training.
"""

from __future__ import annotations

from typing import Any

from active_learning.models import ModelVersion, Order, OrderSending, OrderTake, Selection
from active_learning.services.drafts import selection_draft
from active_learning.services.estimating import estimate_run
from active_learning.services.freezing import freeze_run
from active_learning.services.judging import versions_judge_all
from active_learning.services.label_errors import search_run
from active_learning.services.order_run import order_run
from active_learning.services.order_sending import sending_run
from active_learning.services.restoring import frame_restore_run, selection_restore
from active_learning.services.scoring import round_score_help
from active_learning.services.steps import round_advance
from active_learning.services.takes import take_run
from annotation.models import LabelSearch
from core.jobs import SHORT, JobContext, job
from core.models import User
from datasets.models import Frame, Pool, Snapshot


@job(queue="training")
def round_run(context: JobContext, round_id: int) -> dict[str, Any]:
    """Freeze, train, evaluate, score and close a round, from wherever it stands."""
    round_ = round_advance(round_id=round_id, context=context)
    return {"round": round_.pk, "run_folder": round_.run_folder}


@job(queue="training")
def scores_help(context: JobContext, round_id: int) -> dict[str, Any]:
    """Score ranges of a large pool for a round whose own job does so elsewhere."""
    return {"round": round_id, "ranges": round_score_help(round_id=round_id, context=context)}


@job(queue="training")
def drafts_make(context: JobContext, selection_id: int) -> dict[str, Any]:
    """Draft the frames of a confirmed selection, then restore them where the pool does so."""
    selection = Selection.objects.get(pk=selection_id)
    drafted = selection_draft(selection=selection, context=context)
    return drafted | selection_restore(selection=selection, context=context)


@job(queue=SHORT)
def frame_restore_job(context: JobContext, frame_id: int, version_id: int) -> dict[str, Any]:
    """Restore one frame for somebody who wants to look at it so."""
    version = ModelVersion.objects.select_related("round", "pool").get(pk=version_id)
    return frame_restore_run(frame=Frame.objects.get(pk=frame_id), version=version, context=context)


@job(queue="training")
def round_estimate(context: JobContext, pool_id: int, task: str, config: dict[str, Any]) -> dict[str, Any]:
    """Time what a round would do."""
    return estimate_run(pool=Pool.objects.get(pk=pool_id), task=task, config=config, context=context)


@job()
def labels_freeze_job(context: JobContext, pool_id: int, kind: str, user_id: int | None) -> dict[str, Any]:
    """Freeze a pool's accepted labels."""
    user = User.objects.get(pk=user_id) if user_id is not None else None
    return freeze_run(pool=Pool.objects.get(pk=pool_id), kind=kind, user=user, context=context)


@job(queue="training")
def versions_judge(context: JobContext, version_ids: list[int], snapshot_id: str) -> dict[str, Any]:
    """Judge model versions on a snapshot's held-out frames."""
    versions = sorted(ModelVersion.objects.filter(pk__in=version_ids), key=lambda row: row.number)
    snapshot = Snapshot.objects.get(pk=snapshot_id)
    return versions_judge_all(versions=versions, snapshot=snapshot, context=context)


@job(queue="training")
def label_search_run(context: JobContext, search_id: int) -> dict[str, Any]:
    """Look through a pool's labels for errors, from wherever it stands."""
    search = LabelSearch.objects.select_related("pool", "snapshot", "user").get(pk=search_id)
    return search_run(search=search, context=context)


@job(queue="training")
def order_run_job(context: JobContext, order_id: int) -> dict[str, Any]:
    """Make what an order of the Studio asks for, from wherever it stands."""
    return order_run(order=Order.objects.select_related("owner").get(pk=order_id), context=context)


@job(queue=SHORT)
def order_take_job(context: JobContext, take_id: int) -> dict[str, Any]:
    """Make a step of one picture of an order again."""
    take = OrderTake.objects.select_related("picture__order").get(pk=take_id)
    return dict(take_run(take=take, context=context))


@job()
def order_send_job(context: JobContext, sending_id: int) -> dict[str, Any]:
    """Send an order's results into a pool."""
    sending = OrderSending.objects.select_related("order", "ingest__pool").get(pk=sending_id)
    return sending_run(sending=sending, context=context)
