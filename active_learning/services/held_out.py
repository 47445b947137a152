"""The held-out frames that are queued beside a pool's first selection."""

from __future__ import annotations

import numpy as np
from django.conf import settings

from active_learning.services.candidates import taken_frame_ids
from active_learning.spread import spread
from datasets.models import Frame, Pool


def held_out_to_queue(*, pool: Pool, kind: str) -> list[int]:
    """Ids of the held-out frames to draw, evenly over their cuts (design.md, section 4).

    Up to ``SAKKAN_HELD_OUT_QUEUE`` less those that are labelled or queued already.
    """
    rows = list(
        Frame.objects.in_pool(pool).held_out().order_by("cut_id", "index", "pk").values_list("pk", "cut_id")
    )
    taken = taken_frame_ids(pool, kind)
    order = spread(np.array([cut for _, cut in rows], np.int64))
    wanted = settings.SAKKAN_HELD_OUT_QUEUE - sum(frame_id in taken for frame_id, _ in rows)
    free = [rows[i][0] for i in order if rows[i][0] not in taken]
    return free[: max(0, wanted)]


def interleave(picks: int, held_out: int) -> list[int]:
    """Turn of each pick, then of each held-out frame, so that whoever draws in turn meets both evenly.

    >>> interleave(4, 2)
    [0, 1, 3, 5, 2, 4]
    """
    places = [((i + 0.5) / picks, 0, i) for i in range(picks)]
    places += [((i + 1) / (held_out + 0.5), 1, picks + i) for i in range(held_out)]
    turns = [0] * (picks + held_out)
    for turn, (_, _, item) in enumerate(sorted(places)):
        turns[item] = turn
    return turns
