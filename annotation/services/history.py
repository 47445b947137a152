"""Earlier states of a working copy: kept now and then while somebody draws, and never more than so many."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from annotation.models import KeptCopy, KeptReason, WorkingCopy

EVERY = timedelta(minutes=5)
"""A state that stood when the last one kept was this old is kept, too."""
MOST = 24
"""States kept of an assignment."""
_NEWEST = 8
"""So many of the newest are never thinned out."""


def keep_earlier(copy: WorkingCopy, *, always: bool = False) -> KeptCopy | None:
    """Keep the state that is about to be overwritten, when the last one was kept a while ago.

    Call it under the working copy's lock, before it changes.

    Args:
        copy: As it stands.
        always: Keep it however short ago the last one was.
    """
    if not copy.label:
        return None
    earlier = KeptCopy.objects.filter(assignment_id=copy.assignment_id, reason=KeptReason.EARLIER)
    last = earlier.first()
    if last is not None and (last.label, last.layers) == (copy.label, copy.layers):
        return None
    since = last.saved_at if last else copy.assignment.created_at
    if not always and timezone.now() - since < EVERY:
        return None
    kept = KeptCopy.objects.create(
        assignment_id=copy.assignment_id,
        label=copy.label,
        layers=copy.layers,
        reason=KeptReason.EARLIER,
        base_version=copy.version,
        active_seconds=copy.active_seconds,
        saved_by=copy.saved_by,
    )
    _thin_out(list(earlier.order_by("id")))
    return kept


def _thin_out(rows: list[KeptCopy]) -> None:
    """Drop the one whose neighbours lie closest together, so that what stays is spread over the whole time."""
    if len(rows) <= MOST:
        return
    old = range(1, len(rows) - _NEWEST)
    dropped = min(old, key=lambda i: rows[i + 1].saved_at - rows[i - 1].saved_at)
    rows[dropped].delete()
