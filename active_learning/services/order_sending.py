"""Results of an order into a pool: its files by an ingest like any other, and what models drew of them as drafts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from active_learning.models import ModelVersion, Order, OrderPicture, OrderSending, Outcome
from active_learning.services.orders import refuse_busy, refuse_emptied
from annotation.models import Assignment, Revision
from annotation.services.drafts import draft_store
from core import audit
from core.errors import ConflictError
from core.jobs import JobContext, enqueue
from core.models import JobState, User
from datasets.models import Frame, Split
from datasets.services.ingest import ingest_create, ingest_run
from modeling.errors import UserError
from modeling.studio.steps import STEPS
from modeling.tasks import TASKS

BATCH = 200
NO_FRAME = _("not taken as a frame")
HELD_OUT = _("held-out, drawn without drafts")
BEGUN = _("begun by somebody already")
NOT_MADE = _("not made")
REFUSED = _("refused, see the log")


@dataclass(frozen=True, slots=True)
class Drafting:
    """A step whose files are drafts: of which label kind, by which version."""

    step: str
    kind: str
    version: ModelVersion


def draftings_of(order: Order) -> list[Drafting]:
    """The steps of an order whose results can be drafts."""
    serving = {version.task: version for version in order.versions.select_related("pool")}
    steps = [STEPS.get(one["step"]) for one in order.steps if one["step"] in STEPS]
    return [
        Drafting(one.name, TASKS.get(one.drafts).kind, serving[one.drafts]) for one in steps if one.drafts
    ]


def sending_create(
    *,
    order: Order,
    user: User,
    production: str,
    pool: str = "",
    licence: str = "",
    rights: str = "",
    year: int | None = None,
) -> OrderSending:
    """Queue an ingest of an order's files and the drafts behind it.

    Args:
        order: One that is done.
        user: Who leads production and pool.
        production: Name; made if it is not there.
        pool: Name; the production's by default.
        licence: Kept with every frame.
        rights: Who holds the rights; kept as the licence is.
        year: Of release.

    Raises:
        UserError: ``nothing_to_send`` when no step makes a draft, or what `ingest_create` raises.
        ConflictError: ``order_not_done``, ``order_emptied`` or ``order_busy``.
        PermissionDenied: Production or pool are others'.
    """
    from active_learning.jobs import order_send_job

    _refuse_unready(order)
    with transaction.atomic():
        ingest = ingest_create(
            pool_name=pool or production,
            production_name=production,
            licence=licence,
            rights=rights,
            year=year,
            user=user,
            uploads=order.uploads.all(),
        )
        sending = OrderSending.objects.create(order=order, ingest=ingest)
        audit.record(
            "order.send", subject=order, actor=user, production_id=ingest.production_id, pool=ingest.pool.name
        )
        sending.job = enqueue(
            order_send_job,
            title=f"Send {order.title} into {ingest.pool.name}"[:200],
            actor=user,
            production=ingest.production,
            subject=sending,
            sending_id=sending.pk,
        )
        sending.save(update_fields=["job"])
    return sending


def _refuse_unready(order: Order) -> None:
    refuse_emptied(order)
    refuse_busy(order)
    if order.state != JobState.DONE:
        raise ConflictError("This order is not done.", code="order_not_done", remedy="Go on with it first.")
    if not draftings_of(order):
        drawn = ", ".join(step.name for step in STEPS if step.drafts)
        message = "No step of this order makes labels."
        raise UserError(message, code="nothing_to_send", remedy=f"Order one of: {drawn}.")


def sending_run(*, sending: OrderSending, context: JobContext) -> dict[str, Any]:
    """Ingest, then draft; drafts that are there stay as they are, so that a killed run is simply run again.

    Held-out frames get no draft, and neither does one that somebody has begun to draw: what people drew is never
    touched.

    Raises:
        UserError: What `ingest_run` raises.
    """
    if sending.ingest.finished_at is None:
        ingest_run(ingest=sending.ingest, context=context)
    told: Counter[str] = Counter()
    for drafting in draftings_of(sending.order):
        told.update(_draft(sending, drafting, context))
    drafted, left = told.pop("", 0), told
    with context.fenced():
        OrderSending.objects.filter(pk=sending.pk).update(
            drafted=drafted, left=dict(left), finished_at=timezone.now()
        )
    result = {"drafted": drafted, **left}
    context.set_result(result)
    return result


def _draft(sending: OrderSending, drafting: Drafting, context: JobContext) -> Iterator[str]:
    """Draft by one step; yield for each frame why it got no draft, empty where it did."""
    made = sending.order.pictures.filter(outcome__in=[Outcome.WHOLE, Outcome.PART]).order_by("position")
    total, done, last = made.count(), 0, -1
    while pictures := list(made.filter(position__gt=last)[:BATCH]):
        for picture, targets in _with_frames(pictures, sending, drafting.kind):
            yield from [_drafted(picture, target, drafting, context) for target in targets] or [NO_FRAME]
            done += 1
            context.progress(done, total, f"Drafting {drafting.step} by {drafting.version.name}")
        last = pictures[-1].position


@dataclass(frozen=True, slots=True)
class _Target:
    """A frame, and why it gets no draft."""

    frame: Frame
    refused: str


def _with_frames(
    pictures: list[OrderPicture], sending: OrderSending, kind: str
) -> Iterator[tuple[OrderPicture, list[_Target]]]:
    """Each picture with the pool's frames of the same file: the same pixels."""
    wanted = {picture.sha256 for picture in pictures}
    rows = Frame.objects.in_pool(sending.ingest.pool).filter(source__sha256__in=wanted)
    rows = rows.select_related("source", "cut")
    begun = _begun(rows.values("pk"), kind)
    frames: dict[tuple[str, int | None], list[_Target]] = {}
    for frame in rows:
        index = frame.index if frame.source.kind == "video" else None
        refused = BEGUN if frame.pk in begun else HELD_OUT if frame.cut.split != Split.TRAIN else ""
        frames.setdefault((frame.source.sha256, index), []).append(_Target(frame, refused))
    for picture in pictures:
        yield picture, frames.get((picture.sha256, picture.index), [])


def _begun(frames: Any, kind: str) -> set[int]:
    """Those of the frames that somebody draws, drew or has imported labels of."""
    turns = Assignment.objects.filter(
        Q(person__isnull=False) | Q(holder__isnull=False), frame__in=frames, kind=kind
    )
    drawn = Revision.objects.filter(frame__in=frames, kind=kind)
    return {pk for rows in (turns, drawn) for pk in rows.values_list("frame_id", flat=True)}


def _drafted(picture: OrderPicture, target: _Target, drafting: Drafting, context: JobContext) -> str:
    """Keep a result as a draft; return why not, empty where it is kept."""
    file = picture.results.get(drafting.step)
    if target.refused or file is None:
        return target.refused or NOT_MADE
    try:
        with context.fenced():
            draft_store(
                frame_id=target.frame.pk,
                kind=drafting.kind,
                model_version=drafting.version.name,
                label_png=(picture.order.results / file).read_bytes(),
            )
    except UserError as error:
        context.log(f"{picture.key}: {error}")
        return REFUSED
    return ""
