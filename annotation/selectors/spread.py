"""Frames that nobody has drawn yet, spread over the cuts of a pool."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from annotation.selectors.labels import labelled_frame_ids, live_assignment_frame_ids, skipped_frame_ids
from datasets.models import Frame, Pool, Split


def undrawn_frame_ids(pool: Pool, kind: str, count: int) -> list[int]:
    """Pick frames of a pool that have no label of a kind and are on their way to none, in the order of the pool.

    The cuts take turns, and within a cut the frames lie as far apart as they can. Frames in the gap beside
    held-out ones are left out (design.md, section 4).
    """
    known = labelled_frame_ids(pool, kind) | live_assignment_frame_ids(pool, kind)
    known |= skipped_frame_ids(pool, kind)
    rows = Frame.objects.in_pool(pool).exclude(cut__split=Split.GAP).order_by("source_id", "index", "pk")
    cuts: dict[int, list[int]] = defaultdict(list)
    for frame_id, cut_id in rows.values_list("pk", "cut_id"):
        if frame_id not in known:
            cuts[cut_id].append(frame_id)
    order = [frame_id for group in cuts.values() for frame_id in group]
    place = {frame_id: index for index, frame_id in enumerate(order)}
    return sorted(islice(_turns(list(cuts.values())), count), key=place.__getitem__)


def _turns(groups: list[list[int]]):  # type: ignore[no-untyped-def]
    """Yield one of each group in turn until all are through."""
    spread = [[group[index] for index in spread_order(len(group))] for group in groups]
    for turn in range(max(map(len, spread), default=0)):
        yield from (group[turn] for group in spread if turn < len(group))


def spread_order(count: int) -> list[int]:
    """Order 0 to ``count`` - 1 so that every beginning is spread evenly (van der Corput, base 2)."""
    bits = max(1, (count - 1).bit_length())
    ranks = (int(f"{number:0{bits}b}"[::-1], 2) for number in range(1 << bits))
    return [rank for rank in ranks if rank < count]
