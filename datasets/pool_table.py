"""A pool's frames, their cuts and productions as arrays, remembered where they are many."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from core.permissions import Person, productions_of
from datasets.models import Cut, Pool

Ints = NDArray[np.int64]
_REMEMBERED_FROM = 20_000


class PoolTable(NamedTuple):
    """(N,) int64 each, in the order the frames came in."""

    ids: Ints
    cuts: Ints
    productions: Ints

    def where(self, rows: NDArray[np.bool_]) -> PoolTable:
        """The rows of a (N,) mask."""
        return PoolTable(self.ids[rows], self.cuts[rows], self.productions[rows])


def pool_table(pool: Pool, user: Person) -> PoolTable:
    """The frames of a pool that a user may see."""
    last = pool.members.aggregate(last=Max("pk"))["last"] or 0
    read = _remembered if pool.frame_count >= _REMEMBERED_FROM else _read
    table = read(pool.pk, pool.frame_count, last)
    return table.where(np.isin(table.productions, np.fromiter(productions_of(user), np.int64)))


def splits_of(pool: Pool, cuts: Ints, names: tuple[str, ...]) -> NDArray[np.int64]:
    """(N,) place of each cut's split among the names, -1 for another; asked anew, as a cut may change its side."""
    of_cut = dict(Cut.objects.filter(production__pools=pool).values_list("pk", "split"))
    known = np.array(sorted(of_cut), np.int64)
    places = np.array([names.index(s) if (s := of_cut[pk]) in names else -1 for pk in known.tolist()] or [-1])
    at = np.searchsorted(known, cuts).clip(0, max(0, len(known) - 1))
    found = places[at]
    return np.where(known[at] == cuts, found, -1) if len(known) else np.full(len(cuts), -1)


def _read(pool_id: int, count: int, last: int) -> PoolTable:
    """Count and last row are part of the key only: frames are added to a pool and keep their cut."""
    rows = Pool.objects.get(pk=pool_id).members.order_by("pk")
    columns = rows.values_list("frame_id", "frame__cut_id", "frame__production_id")
    flat = (value for row in columns.iterator(chunk_size=10_000) for value in row)
    return PoolTable(*np.fromiter(flat, np.int64).reshape(-1, 3).T)


_remembered = lru_cache(maxsize=4)(_read)
