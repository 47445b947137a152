"""Keep what became of picks: their drafts against the labels that people made of them, and the seconds it took.

It runs when a round freezes what is accepted: two pictures a frame are too much for a page to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from active_learning.models import ModelVersion, PickOutcome, SelectionItem
from annotation.labels import label_get
from annotation.models import AcceptedLabel, AssignmentState, Draft, Effort, Revision
from annotation.selectors.profiles import kinds_of
from core.jobs import JobContext
from datasets.models import Pool
from modeling.errors import UserError
from modeling.labels import IGNORE, LabelKind
from modeling.metrics import confusion
from modeling.tasks import Task

_CHUNK = 100


def outcomes_store(*, pool: Pool, task: Task, context: JobContext) -> int:
    """Compare picks whose label was accepted since, or is another one now; begun again, it finds what is left.

    Returns:
        How many were compared.
    """
    waiting = list(_waiting(pool, task).values_list("pk", flat=True))
    for start in range(0, len(waiting), _CHUNK):
        context.progress(start, len(waiting), f"Drafts against labels: {start} of {len(waiting)} frames")
        _store(waiting[start : start + _CHUNK], pool, task, context)
    return len(waiting)


def _waiting(pool: Pool, task: Task) -> QuerySet[Any]:
    """Accepted picks whose outcome is missing or of another revision, each with that of ``accepted``."""
    accepted = AcceptedLabel.objects.filter(frame=OuterRef("frame"), kind=task.kind)
    picks = SelectionItem.objects.filter(
        selection__pool=pool,
        selection__task=task.name,
        held_out=False,
        assignment__state=AssignmentState.ACCEPTED,
    ).annotate(accepted=Subquery(accepted.values("revision")[:1]))
    other = Q(outcome__isnull=True) | ~Q(outcome__revision=F("accepted"))
    return picks.filter(other, accepted__isnull=False).order_by("pk")


def _store(item_ids: list[int], pool: Pool, task: Task, context: JobContext) -> None:
    items = list(_waiting(pool, task).filter(pk__in=item_ids).select_related("frame"))
    kinds = kinds_of({item.frame.production_id for item in items}, task.kind)
    revisions = Revision.objects.select_related("draft").in_bulk([item.accepted for item in items])
    names = {version.name for version in ModelVersion.objects.of(pool, task.name).select_related("pool")}
    seconds = _seconds([item.assignment_id for item in items])
    rows = []
    for item in items:
        revision = revisions[item.accepted]
        draft = revision.draft or _draft_before(revision, names)
        kind = kinds[item.frame.production_id]
        rows.append(
            PickOutcome(
                item=item,
                revision=revision,
                draft=draft,
                counts=None if draft is None else _counts(revision, draft, kind),
                seconds=seconds.get(item.assignment_id) or revision.active_seconds or None,
            )
        )
        context.tick()
    with context.fenced():
        PickOutcome.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["item"],
            update_fields=["revision", "draft", "counts", "seconds"],
        )


def _draft_before(revision: Revision, names: set[str]) -> Draft | None:
    """The newest draft of the pool's own models that was there when the label was handed in, begun from or not."""
    drafts = Draft.objects.filter(frame=revision.frame_id, kind=revision.kind, model_version__in=names)
    return drafts.filter(created_at__lte=revision.created_at).order_by("-pk").first()


def _seconds(assignment_ids: list[int]) -> dict[int, float]:
    """Active seconds of all visits, by assignment."""
    visits = Effort.objects.filter(assignment__in=assignment_ids, tool="").order_by()
    return dict(visits.values_list("assignment").annotate(total=Sum("seconds")))


def _counts(revision: Revision, draft: Draft, kind: LabelKind) -> list[list[int]] | None:
    """(C, C) pixels, the label by row; None where a file cannot be read, or has no classes."""
    if kind.storage != "class_map":
        return None
    try:
        label, guess = (kind.to_classes(label_get(one.label, kind)) for one in (revision, draft))
    except (UserError, OSError):
        return None
    # A draft may leave pixels open: there it is neither right nor wrong.
    label = np.where(guess == IGNORE, IGNORE, label)
    return confusion(label, guess, len(kind.classes)).tolist()


def outcome_rows(pool: Pool, task: str) -> Iterator[tuple[Any, ...]]:
    """(control, selection, round, cut, counts, seconds, weight) of each outcome of picks of the pool's rounds."""
    rows = PickOutcome.objects.filter(
        item__selection__pool=pool, item__selection__task=task, item__selection__round__isnull=False
    )
    names = ("control_arm", "selection_id", "selection__round__number", "frame__cut_id")
    columns = [*(f"item__{name}" for name in names), "counts", "seconds", "item__weight"]
    return rows.order_by("pk").values_list(*columns).iterator(chunk_size=2000)
