"""Takes: a step of one picture of an order made again, with other settings, beside what was ordered."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from active_learning.models import Order, OrderPicture, OrderTake
from active_learning.ordering import Wish, chosen_of, may_order
from active_learning.services.order_run import line_of, runs_of, settings_of, write_lists
from active_learning.services.orders import refuse_emptied
from active_learning.services.references import has_picture
from core import audit
from core.errors import ConflictError
from core.jobs import JobContext, enqueue
from core.models import JobState, User
from core.processes import ModelingCrashed, run_modeling
from modeling.errors import UserError
from modeling.runs import publish
from modeling.studio.clicks import clicked_of, referring_of
from modeling.studio.steps import STEPS, Chosen, tasks_of

FOLDER = "takes"
_NOT_WHOLE = 1
"""Exit code of the Studio when the picture could not be made."""


def take_create(
    *, picture: OrderPicture, user: User, step: str, settings: Mapping[str, Any] | None = None
) -> OrderTake:
    """Have a step of a picture made again, by the order's models, and put its job in the queue.

    Args:
        picture: Of an order.
        user: Who wants it.
        step: One of the order's that has something to click.
        settings: Raw settings that differ from the order's.

    Raises:
        UserError: ``not_again``, ``no_model``, ``unknown_key``, or what settings raise.
        ConflictError: ``order_emptied`` when the order's files are gone.
        PermissionDenied: The user may not order.
    """
    if not may_order(user):
        raise PermissionDenied("The Studio works for annotators of a production.")
    order = picture.order
    refuse_emptied(order)
    chosen = _chosen(order, step, settings or {})
    with transaction.atomic():
        [(entry, params)] = chosen
        values = params.model_dump(mode="json")
        take = OrderTake.objects.create(picture=picture, step=entry.name, settings=values)
        audit.record("order.take", subject=order, actor=user, picture=picture.key, step=step)
        take.job = _enqueued(take, user)
        take.save(update_fields=["job"])
    return take


def take_delete(*, take: OrderTake, user: User) -> None:
    """Remove a take with its file; the order's own result and the other takes stay.

    Raises:
        ConflictError: ``take_busy`` while it waits or is made.
    """
    if take.state in (JobState.QUEUED, JobState.RUNNING):
        message = "This take is being made."
        raise ConflictError(message, code="take_busy", remedy="Cancel its job first, or wait for its end.")
    picture = take.picture
    with transaction.atomic():
        audit.record(
            "order.take.delete", subject=picture.order, actor=user, picture=picture.key, step=take.step
        )
        file = take.path if take.file else None
        take.delete()
    if file is not None:
        file.unlink(missing_ok=True)


def _chosen(order: Order, step: str, settings: Mapping[str, Any]) -> Chosen:
    ordered = {one["step"]: one["settings"] for one in order.steps}
    if step not in ordered or clicked_of(STEPS.get(step)) is None:
        again = [name for name in ordered if name in STEPS and clicked_of(STEPS.get(name))]
        message = f"This order has no step {step} that can be made again."
        raise UserError(message, code="not_again", remedy=f"It has: {', '.join(again) or 'none'}.")
    chosen = chosen_of([Wish(step, {**ordered[step], **settings})])
    _refuse_unknown(order, chosen)
    serving = set(order.versions.values_list("task", flat=True))
    if missing := [task for task in tasks_of(chosen) if task not in serving]:
        message = f"This order has no model of {missing[0]}."
        raise UserError(message, code="no_model", remedy="Order again with these settings.")
    return chosen


def _refuse_unknown(order: Order, chosen: Chosen) -> None:
    """Raise where a picture is referred to that is neither one of the order nor handed over for its takes."""
    for step, params in chosen:
        parameter = referring_of(step)
        key = getattr(params, parameter) if parameter else ""
        if key and not has_picture(order, key):
            message = f"There is no picture {key} to be the reference."
            raise UserError(
                message, code="unknown_key", remedy="Choose one that is offered, or hand it over."
            )


def _enqueued(take: OrderTake, user: User) -> Any:
    from active_learning.jobs import order_take_job

    title = f"Studio: {take.step} of {take.picture.key} again"
    return enqueue(order_take_job, title=title, actor=user, subject=take, take_id=take.pk)


def take_run(*, take: OrderTake, context: JobContext) -> dict[str, str]:
    """Make a take; one that is made stays as it is.

    Returns:
        ``{"file": ...}``, in the order's folder.

    Raises:
        UserError: ``not_made`` with the step's own sentence, or what opening the models raises.
    """
    if not take.file:
        scratch = take.picture.order.folder / FOLDER / f"{take.pk}.made"
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            made = _made(take, scratch, context)
            _keep(take, scratch / made, context)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return {"file": take.file}


def _made(take: OrderTake, scratch: Path, context: JobContext) -> str:
    """Let ``python -m modeling studio`` make it; its file relative to the folder."""
    found: dict[str, Any] = {}

    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "item":
            found.update(event["made"])

    context.progress(0, 1, f"Making {take.step} again")
    order = take.picture.order
    pictures = _listed(order, scratch)
    args = ["studio", "--list", str(pictures), "--only", take.picture.key, "--steps", take.step]
    args += ["--out", str(scratch), *runs_of(order), *settings_of(scratch, take.step, take.settings)]
    try:
        run_modeling(args, context=context, on_event=on_event)
    except ModelingCrashed as crash:
        if crash.status != _NOT_WHOLE:
            raise
    if take.step not in found.get("results", {}):
        text = (
            found.get("error")
            or found.get("errors", {}).get(take.step)
            or "The picture is not there any more."
        )
        raise UserError(text, code="not_made")
    return str(found["results"][take.step])


def _listed(order: Order, scratch: Path) -> Path:
    """The order's pictures and what was handed over for its takes, as a list that the command ``studio`` takes."""
    pictures, _ = write_lists(order)
    given = b"".join(line_of(one.key, one.path) for one in order.references.all())
    return publish(scratch / "pictures.jsonl", pictures.read_bytes() + given) if given else pictures


def _keep(take: OrderTake, made: Path, context: JobContext) -> None:
    file = f"{FOLDER}/{take.pk}{made.suffix}"
    made.replace(take.picture.order.folder / file)
    with context.fenced():
        take.file = file
        take.save(update_fields=["file"])
