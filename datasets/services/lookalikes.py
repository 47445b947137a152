"""Before a snapshot is frozen: cuts to train on that show what held-out cuts show, found once and held out as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from core.blobs import blob_path
from core.models import User
from core.paths import data_path
from datasets.features import EDGES, edge_grid, feature_present, feature_read, feature_write
from datasets.lookalikes import LOOK_SHAPE, Candidates, candidates, likeness, look_of, may_be_alike
from datasets.models import Frame, LookAlike, Pool, Split, Stays
from datasets.services.intake import threads
from datasets.services.uniting import unite
from modeling.errors import UserError
from modeling.images import read_rgb

VERSION = 1
"""Of the search: another one searches everything again."""
_CHUNK, _BLOCK = 500, 128
_LOOKS_KEPT = 20_000
MOST = 0.5
"""Share of the labelled training frames that may move at once: a pool of one opening must not lose all of them."""

Tick = Callable[[], None]
Ids = NDArray[np.int64]


class Side(NamedTuple):
    """Frames of one side of the split: their ids (N,), ascending, and cuts (N,)."""

    ids: Ids
    cuts: Ids

    def among(self, ids: Ids) -> Side:
        return Side(self.ids[np.isin(self.ids, ids)], self.cuts[np.isin(self.ids, ids)])

    def without(self, ids: Ids) -> Side:
        return Side(self.ids[~np.isin(self.ids, ids)], self.cuts[~np.isin(self.ids, ids)])


def lookalikes_settle(
    *, pool: Pool, labelled: Iterable[int], user: User | None, tick: Tick = lambda: None
) -> list[str]:
    """Search the labelled training frames for what held-out frames of the pool show, and hold those cuts out too.

    Each pair of frames is looked at once, however often one freezes. What cannot be moved stays and is counted.

    Args:
        pool: Whose frames.
        labelled: Ids of the frames about to be frozen with a label.
        user: Who freezes, for the audit log.
        tick: Called often; may raise to end the search, which then begins again where it was not finished.

    Returns:
        Notes for the snapshot's header; none when nothing looks alike.
    """
    labelled = sorted(labelled)
    at_most: int | None = None
    while True:
        ours = _side(
            Frame.objects.in_pool(pool).trainable().filter(pk__in=chunk) for chunk in _chunks(labelled)
        )
        at_most = int(MOST * len(ours.ids)) if at_most is None else at_most
        with FileLock(data_path("locks", f"look-alikes-{pool.pk}.lock")):
            _search(pool, ours, _side([Frame.objects.in_pool(pool).held_out()]), tick)
        moved = unite(pool=pool, frame_ids=ours.ids.tolist(), at_most=at_most, user=user)
        if not moved:  # what moved has twins of its own: they follow
            return lookalike_notes(pool=pool, labelled=labelled)
        at_most -= moved


def lookalike_notes(*, pool: Pool, labelled: Iterable[int]) -> list[str]:
    """What a snapshot says of look-alikes: how many cuts were moved, how many labelled frames still have a twin."""
    rows = [row for chunk in _chunks(labelled) for row in _pairs(pool, chunk)]
    moved = {row.frame.cut_id for row in rows if row.united}
    stay = [row for row in rows if not row.united and row.frame.cut.split == Split.TRAIN]
    notes = []
    if moved:
        notes.append(
            f"{_number(len(moved), 'cut')} that held-out cuts show too (bank cuts, openings, recaps) moved to the"
            " held-out side."
        )
    for stays, count in sorted(Counter(row.stays for row in stay).items()):
        reason = Stays(stays).label[0].lower() + Stays(stays).label[1:]
        notes.append(f"{_number(count, 'look-alike pair')} across the split remain: {reason}.")
    return notes


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _pairs(pool: Pool, frame_ids: Sequence[int]) -> Iterable[LookAlike]:
    return LookAlike.objects.in_pool(pool).filter(frame__in=frame_ids).select_related("frame__cut")


def _side(queries: Iterable[Iterable[Frame]]) -> Side:
    rows = [row for query in queries for row in query.values_list("pk", "cut_id")]  # type: ignore[attr-defined]
    table = np.array(sorted(rows), np.int64).reshape(-1, 2)
    return Side(table[:, 0], table[:, 1])


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


# --- the search ---


def _search(pool: Pool, ours: Side, theirs: Side, tick: Tick) -> None:
    """Look at every pair of the two sides that was not looked at yet."""
    path = data_path("features", f"look-alikes-v{VERSION}-{pool.pk}.npz")
    if path.is_file():
        with np.load(path) as kept:
            mine, held_out = kept["ours"], kept["theirs"]
    else:
        mine = held_out = np.empty(0, np.int64)
    _compare(ours.without(mine), theirs, tick)
    _compare(ours.among(mine), theirs.without(held_out), tick)
    part = path.with_suffix(".part.npz")
    np.savez(part, ours=ours.ids, theirs=theirs.ids)
    part.replace(path)


def _compare(ours: Side, theirs: Side, tick: Tick) -> None:
    """Store the first match of each of our frames among theirs."""
    if not len(ours.ids) or not len(theirs.ids):
        return
    _complete_edges(np.concatenate([ours.ids, theirs.ids]), tick)
    grids = feature_read(EDGES.name, EDGES.version, theirs.ids.tolist())
    looks = _Looks(tick)
    for start in range(0, len(ours.ids), _BLOCK):
        ids = ours.ids[start : start + _BLOCK]
        found = candidates(
            feature_read(EDGES.name, EDGES.version, ids.tolist()), grids, theirs.cuts, tick=tick
        )
        rows = list(_matches(ids, theirs.ids, found, looks, tick))
        LookAlike.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)


def _matches(ours: Ids, theirs: Ids, found: Candidates, looks: _Looks, tick: Tick) -> Iterator[LookAlike]:
    mine, other = looks.of(ours[found.rows]), looks.of(theirs[found.columns])
    other[found.mirrored] = other[found.mirrored][:, :, ::-1]
    matched: set[int] = set()
    for pair in np.flatnonzero(may_be_alike(mine, other)):
        row = int(found.rows[pair])
        if row not in matched and (alike := likeness(mine[pair], other[pair])).same:
            matched.add(row)
            yield LookAlike(
                frame_id=int(ours[row]),
                twin_id=int(theirs[found.columns[pair]]),
                mirrored=bool(found.mirrored[pair]),
                deviating=alike.deviating,
            )
        tick()


class _Looks:
    """Looks of frames, read from their proxies when first asked for; a frame that cannot be read is black."""

    def __init__(self, tick: Tick) -> None:
        self._kept: dict[int, NDArray[np.uint8]] = {}
        self._tick = tick

    def of(self, ids: Ids) -> NDArray[np.uint8]:
        """(N, 54, 96, 3) uint8."""
        if len(self._kept) > _LOOKS_KEPT:
            self._kept.clear()
        wanted = [frame_id for frame_id in np.unique(ids).tolist() if frame_id not in self._kept]
        for chunk in _chunks(wanted):
            self._read(chunk)
        looks = [self._kept[frame_id] for frame_id in ids.tolist()]
        return np.array(looks, np.uint8).reshape(-1, *LOOK_SHAPE)

    def _read(self, ids: list[int]) -> None:
        proxies = dict(Frame.objects.filter(pk__in=ids).values_list("pk", "proxy"))
        with ThreadPoolExecutor(threads()) as pool:
            for frame_id, look in zip(ids, pool.map(_look, (proxies[i] for i in ids)), strict=True):
                self._kept[frame_id] = look
                self._tick()


def _look(sha256: str) -> NDArray[np.uint8]:
    try:
        return look_of(read_rgb(blob_path(sha256)))
    except UserError:
        return look_of(np.zeros((1, 1, 3), np.uint8))


def _complete_edges(ids: Ids, tick: Tick) -> None:
    """Compute what frames taken in without an ingest lack."""
    missing = ids[~feature_present(EDGES.name, EDGES.version, ids.tolist())]
    for chunk in _chunks(missing.tolist()):
        for frame_id, proxy in Frame.objects.filter(pk__in=chunk).values_list("pk", "proxy"):
            feature_write(EDGES.name, EDGES.version, [frame_id], _edges(proxy)[None])
            tick()


def _edges(sha256: str) -> NDArray[np.uint8]:
    try:
        return edge_grid(read_rgb(blob_path(sha256)))
    except UserError:
        return np.zeros(EDGES.size, np.uint8)
