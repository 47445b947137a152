"""Putting frames into the queue by hand: what a lead wants drawn without a selection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annotation.models import Assignment
from annotation.permissions import require_in_pool
from annotation.selectors.spread import undrawn_frame_ids
from annotation.services.assignments import Wanted, assignment_create_many
from core.models import Role, User
from datasets.models import Frame, Pool, Split
from datasets.selectors import resolve_label_keys
from modeling.errors import UserError
from modeling.labels import require_drawable

MAX_QUEUED = 2000
REASON = "queued by hand"


def frames_queue(
    *, pool: Pool, kind: str, user: User | None, count: int = 0, keys: Sequence[str] = ()
) -> list[Assignment]:
    """Queue frames of a pool for drawing: those named, else ``count`` undrawn ones spread over its cuts.

    Held-out frames are queued without a draft. A frame that is in the queue already keeps its assignment.

    Args:
        pool: Whose frames.
        kind: Name of the label kind to draw.
        user: A lead of all the pool's productions, or None for the site itself.
        count: How many, where no keys are given.
        keys: Keys of frames.

    Raises:
        UserError: ``unknown_kind``, ``kind_not_drawn``, ``unknown_frames``, ``nothing_to_queue`` or ``too_many``.
    """
    if user is not None:
        require_in_pool(user, pool, Role.LEAD)
    require_drawable(kind)
    ids = _named(pool, keys) if keys else undrawn_frame_ids(pool, kind, min(count, MAX_QUEUED + 1))
    if not ids:
        message = f"No frame of {pool.name} waits to be drawn as {kind}."
        raise UserError(message, code="nothing_to_queue", remedy="Add frames, or withdraw what is queued.")
    if len(ids) > MAX_QUEUED:
        raise UserError(f"At most {MAX_QUEUED} frames are queued at once.", code="too_many")
    return assignment_create_many(pool=pool, kind=kind, frames=_wanted(ids), user=user)


def _named(pool: Pool, keys: Sequence[str]) -> list[int]:
    found = resolve_label_keys(pool, list(keys))
    missing = [key for key in keys if key not in found.matched]
    if missing:
        named = ", ".join(missing[:3])
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        message = f"{pool.name} has no single frame named {named}{more}."
        raise UserError(message, code="unknown_frames", remedy="Copy the keys from the pool's frames page.")
    return [found.matched[key] for key in keys]


def _wanted(ids: Iterable[int]) -> list[Wanted]:
    ids = list(ids)
    held_out: set[int] = set()
    for start in range(0, len(ids), 500):
        part = Frame.objects.filter(pk__in=ids[start : start + 500], cut__split=Split.TEST)
        held_out |= set(part.values_list("pk", flat=True))
    return [Wanted(frame_id, 0, REASON, frame_id not in held_out) for frame_id in ids]
