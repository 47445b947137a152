"""A selection that a person makes: frames drawn round on the map, through the doors of every other selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import transaction

from active_learning.models import Selection, SelectionItem
from active_learning.services.candidates import taken_frame_ids
from active_learning.services.held_out import held_out_to_queue
from active_learning.services.opening import next_number
from active_learning.services.selections import MAX_BUDGET
from annotation.permissions import require_in_pool
from core import audit
from core.models import Role, User
from core.words import counted
from datasets.models import Frame, Pool
from modeling.errors import UserError
from modeling.tasks import TASKS

LASSO = "lasso"
"""What stands in place of a strategy's name."""
_CHUNK = 500


def selection_by_hand(
    *, pool: Pool, task: str, frame_ids: Sequence[int], reason: str, user: User, params: Mapping[str, Any]
) -> Selection:
    """Propose the frames somebody drew round; nothing is queued before it is confirmed.

    Held-out frames never train, and what has a label or is queued is there already: such frames are left out and
    counted in the note. A pool's first selection carries held-out frames beside them, as any other.

    Args:
        pool: Whose frames.
        task: Name of the model task the labels are for.
        frame_ids: 1 to 10,000, each once.
        reason: In words, for each pick.
        user: Lead of the pool.
        params: What to keep of how they were found.

    Raises:
        UserError: ``bad_budget``, ``unknown_frames`` or ``nothing_to_pick``.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    require_in_pool(user, pool, Role.LEAD)
    kind, asked = TASKS.get(task).kind, sorted(set(frame_ids))
    if not 1 <= len(asked) <= MAX_BUDGET:
        message = f"A selection holds 1 to {MAX_BUDGET:,} frames, not {len(asked):,}."
        raise UserError(message, code="bad_budget", remedy="Draw round fewer.")
    trainable = _trainable(pool, asked)
    taken = taken_frame_ids(pool, kind)
    picks = [frame_id for frame_id in trainable if frame_id not in taken]
    note = _note(len(asked) - len(trainable), len(trainable) - len(picks))
    if not picks:
        raise UserError("None of these frames can be picked.", code="nothing_to_pick", remedy=note)
    held_out = held_out_to_queue(pool=pool, kind=kind) if next_number(pool, task) == 1 else []
    with transaction.atomic():
        selection = Selection.objects.create(
            pool=pool,
            task=task,
            strategy=LASSO,
            params=dict(params),
            budget=len(picks),
            note=note,
            user=user,
        )
        _store(selection, picks, reason, held_out)
        audit.record("selection.propose", subject=selection, actor=user, strategy=LASSO, picks=len(picks))
    return selection


def _trainable(pool: Pool, asked: list[int]) -> list[int]:
    """Those to train on, of frames all of which are in the pool."""
    known, trainable = 0, np.zeros(len(asked), bool)
    place = {frame_id: at for at, frame_id in enumerate(asked)}
    for start in range(0, len(asked), _CHUNK):
        there = Frame.objects.in_pool(pool).filter(pk__in=asked[start : start + _CHUNK])
        known += there.count()
        trainable[[place[pk] for pk in there.trainable().values_list("pk", flat=True)]] = True
    if known < len(asked):
        message = f"{counted(len(asked) - known, 'frame')} of these {len(asked):,} are not in {pool.name}."
        raise UserError(message, code="unknown_frames", remedy="Load the map again.")
    return np.array(asked)[trainable].tolist()


def _note(not_trainable: int, taken: int) -> str:
    said = []
    if not_trainable:
        said.append(f"{counted(not_trainable, 'frame')} left out: held-out, or beside held-out ones.")
    if taken:
        said.append(f"{counted(taken, 'frame')} left out: labelled, queued or skipped already.")
    return " ".join(said)


def _store(selection: Selection, picks: list[int], reason: str, held_out: list[int]) -> None:
    items = [
        SelectionItem(selection=selection, frame_id=frame_id, rank=rank, reason=reason)
        for rank, frame_id in enumerate(picks, 1)
    ]
    held = "Held-out: rounds are judged on it, it never trains"
    items += [
        SelectionItem(selection=selection, frame_id=frame_id, rank=rank, reason=held, held_out=True)
        for rank, frame_id in enumerate(held_out, len(picks) + 1)
    ]
    SelectionItem.objects.bulk_create(items, batch_size=1000)
