"""Orders of the Studio: taken, cancelled, begun again, removed; `order_run` makes what they ask for."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from active_learning.models import Order, OrderTake
from active_learning.ordering import Wish, chosen_of, may_order, versions_chosen
from core import audit
from core.errors import ConflictError
from core.jobs import enqueue, job_cancel, job_retry
from core.models import Job, JobState, User
from datasets.models import Upload
from datasets.services.intake import check_space
from datasets.services.uploads import upload_release, uploads_check, uploads_take
from modeling.errors import UserError

SPACE = 2
"""Bytes that an order is taken to need for each byte handed over: unpacked, results."""


def order_create(
    *,
    user: User,
    uploads: Iterable[Upload],
    wishes: Iterable[Wish],
    versions: Mapping[str, int] | None = None,
) -> Order:
    """Take an order and put its job in the queue; the uploads are its own until it is removed.

    Args:
        user: Who wants it.
        uploads: Complete uploads of that user.
        wishes: Steps in their order, with raw settings.
        versions: Id of the model version by task, where it shall not be the one in use.

    Raises:
        UserError: ``nothing_to_do``, ``upload_incomplete``, ``disk_full``, or what steps and versions raise.
        ConflictError: ``upload_taken`` when another order or ingest has one of the uploads.
        PermissionDenied: The user may not order, or an upload is somebody else's.
    """
    if not may_order(user):
        raise PermissionDenied("The Studio works for annotators of a production.")
    uploads = list(uploads)
    uploads_check(uploads, user)
    if not uploads:
        raise UserError("There is nothing to work on.", code="nothing_to_do", remedy="Add files.")
    chosen = chosen_of(wishes)
    serving = versions_chosen(chosen, user, versions or {})
    check_space(SPACE * sum(upload.size for upload in uploads))
    steps = [{"step": step.name, "settings": params.model_dump(mode="json")} for step, params in chosen]
    with transaction.atomic():
        claim_uploads(uploads)
        order = Order.objects.create(owner=user, title=_title(uploads), steps=steps)
        order.uploads.set(uploads)
        order.versions.set(serving)
        names = [version.name for version in serving]
        audit.record(
            "order.create", subject=order, actor=user, title=order.title, steps=steps, versions=names
        )
        order.job = _enqueued(order)
        order.save(update_fields=["job"])
    return order


def claim_uploads(uploads: list[Upload]) -> None:
    """Make uploads somebody's; call it inside a transaction.

    Raises:
        ConflictError: ``upload_taken`` when another order or ingest has one of them.
    """
    free = Upload.objects.select_for_update(of=("self",)).filter(
        pk__in=[upload.pk for upload in uploads], taken=False, ingests=None
    )
    if len(free) < len(uploads):
        message = "One of these files belongs to another order or ingest."
        raise ConflictError(message, code="upload_taken", remedy="Upload it again.")
    uploads_take(uploads)


def _title(uploads: list[Upload]) -> str:
    more = len(uploads) - 1
    return uploads[0].name[:160] + (f" and {more} more" if more else "")


def _enqueued(order: Order) -> Job:
    from active_learning.jobs import order_run_job

    return enqueue(
        order_run_job, title=f"Studio: {order.title}", actor=order.owner, subject=order, order_id=order.pk
    )


def order_cancel(*, order: Order, user: User) -> Order:
    """Stop an order; what is made stays, and `order_retry` goes on behind it.

    Raises:
        ConflictError: ``job_ended``.
    """
    job_cancel(job=_job_of(order), user=user)
    return _again(order)


def order_retry(*, order: Order, user: User) -> Order:
    """Go on with an order that was cancelled or failed.

    Raises:
        ConflictError: ``job_not_ended``, or ``order_emptied`` when its files are gone.
    """
    refuse_emptied(order)
    job_retry(job=_job_of(order), user=user)
    return _again(order)


def order_delete(*, order: Order, user: User | None) -> None:
    """Remove an order with its files, uploads and results; what was sent into pools stays there.

    Raises:
        ConflictError: ``order_busy`` while it or a sending of it waits or runs.
    """
    refuse_busy(order)
    with transaction.atomic():
        audit.record("order.delete", subject=order, actor=user, title=order.title)
        folder, uploads = order.folder, list(order.uploads.all())
        order.delete()
        for upload in uploads:
            upload_release(upload)
    shutil.rmtree(folder, ignore_errors=True)


def order_empty(*, order: Order) -> None:
    """Remove an order's files for their age; its row and what it says of each picture stay.

    Raises:
        ConflictError: ``order_busy``.
    """
    refuse_busy(order)
    with transaction.atomic():
        Order.objects.filter(pk=order.pk).update(emptied_at=timezone.now())
        for upload in order.uploads.all():
            upload_release(upload)
    shutil.rmtree(order.folder, ignore_errors=True)


def refuse_emptied(order: Order) -> None:
    """Raise ``ConflictError`` (``order_emptied``) when an order's files are gone."""
    if order.emptied_at:
        message = "The files of this order were removed."
        raise ConflictError(message, code="order_emptied", remedy="Order again.")


def refuse_busy(order: Order) -> None:
    """Raise ``ConflictError`` while an order, a sending of it or a take waits or runs."""
    takes = OrderTake.objects.filter(picture__order=order, file="")
    jobs = [
        order.job_id,
        *order.sendings.values_list("job_id", flat=True),
        *takes.values_list("job_id", flat=True),
    ]
    going = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    if going.filter(pk__in=[pk for pk in jobs if pk]).exists():
        message = "This order is being worked on."
        raise ConflictError(message, code="order_busy", remedy="Cancel it first, or wait for its end.")


def _job_of(order: Order) -> Job:
    if order.job is None:
        raise ConflictError("This order has no job any more.", code="job_ended", remedy="Order again.")
    return order.job


def _again(order: Order) -> Order:
    return Order.objects.with_states().get(pk=order.pk)
