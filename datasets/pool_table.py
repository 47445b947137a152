"""A pool's frames, their cuts and productions as arrays; of a large pool kept in a file that only grows with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from core.paths import data_path
from core.permissions import Person, productions_of
from datasets.models import Cut, Pool
from datasets.querysets import PoolFrameQuerySet
from modeling.runs import publish

Ints = NDArray[np.int64]
KEPT_FROM = 20_000
"""Frames from which on a pool's table is kept in a file."""
_CHUNK = 10_000


class PoolTable(NamedTuple):
    """(N,) int64 each, in the order the frames came in."""

    ids: Ints
    cuts: Ints
    productions: Ints

    def where(self, rows: NDArray[np.bool_]) -> PoolTable:
        """The rows of a (N,) mask."""
        return PoolTable(self.ids[rows], self.cuts[rows], self.productions[rows])

    def distinct_cuts(self) -> Ints:
        """(M,) ids of the cuts, rising. Frames of a cut mostly come in together, so few are left to sort."""
        starts = np.flatnonzero(np.diff(self.cuts, prepend=-1))
        return np.unique(self.cuts[starts])


class SizeSum(NamedTuple):
    """How many of a pool's frames are of one production and size (px)."""

    production: int
    width: int
    height: int
    frames: int


def pool_table(pool: Pool, user: Person) -> PoolTable:
    """The frames of a pool that a user may see."""
    table = whole_table(pool)
    seen = np.isin(table.productions, np.fromiter(productions_of(user), np.int64))
    return table if seen.all() else table.where(seen)


def whole_table(pool: Pool) -> PoolTable:
    """All frames of a pool. A large one's file is made when it is first asked for, in seconds, and then added to."""
    kept = _kept(pool)
    return kept.table() if kept else _read(pool, 0, _last(pool))


def size_sums(pool: Pool) -> list[SizeSum]:
    """Frames of a pool by production and size, counted with the table."""
    kept = _kept(pool)
    return kept.sums() if kept else _counted(pool, 0, _last(pool))


def is_large(pool: Pool) -> bool:
    """Whether its table is kept."""
    return pool.frame_count >= KEPT_FROM


def splits_of(pool: Pool, cuts: Ints, names: tuple[str, ...]) -> NDArray[np.int64]:
    """(N,) place of each cut's split among the names, -1 for another; asked anew, as a cut may change its side."""
    of_cut = dict(Cut.objects.filter(production__pools=pool).order_by().values_list("pk", "split"))
    known = np.array(sorted(of_cut), np.int64)
    places = np.array([names.index(s) if (s := of_cut[pk]) in names else -1 for pk in known.tolist()] or [-1])
    at = np.searchsorted(known, cuts).clip(0, max(0, len(known) - 1))
    found = places[at]
    return np.where(known[at] == cuts, found, -1) if len(known) else np.full(len(cuts), -1)


def table_files() -> Iterator[tuple[int, Path]]:
    """Id of the pool, and path, of every file of a kept table."""
    for path in sorted(data_path("tables").glob("pool-*-*-*.*")):
        yield int(path.name.split("-")[1]), path


class _Kept(NamedTuple):
    """The files of one state of a pool: its id, how many frames it had, and the row of the last.

    Frames are added to a pool and keep their cut, so that files of this name never say anything else.
    """

    pool: int
    frames: int
    last: int

    @property
    def columns(self) -> Path:
        """(3, N) int64."""
        return data_path("tables", f"pool-{self.pool}-{self.frames}-{self.last}.npy")

    def table(self) -> PoolTable:
        """Mapped, not read: all processes of the site share it."""
        return PoolTable(*np.asarray(np.load(self.columns, mmap_mode="r")))

    def sums(self) -> list[SizeSum]:
        """Rows of JSON beside the columns."""
        return [SizeSum(*row) for row in json.loads(self.columns.with_suffix(".json").read_bytes())]


def _kept(pool: Pool) -> _Kept | None:
    """The files of a large pool as it is now, made where they are missing.

    None where its count is not that of its rows, as while another ingest adds some: nothing is kept of that.
    """
    kept = _Kept(pool.pk, pool.frame_count, _last(pool))
    if not is_large(pool):
        return None
    return kept if kept.columns.is_file() or _keep(pool, kept) else None


def _keep(pool: Pool, kept: _Kept) -> bool:
    """Write the files, upon those of an earlier state where its rows are still there, and remove earlier ones."""
    earlier = [_Kept(*map(int, path.stem.split("-")[1:])) for _, path in _files_of(pool.pk, ".npy")]
    for before in [*(one for one in earlier if one.last < kept.last), None]:
        after = before.last if before else 0
        new = _read(pool, after, kept.last)
        if (before.frames if before else 0) + len(new.ids) == kept.frames:
            counted = [*(before.sums() if before else []), *_counted(pool, after, kept.last)]
            columns = np.array(new) if before is None else np.concatenate([before.table(), new], axis=1)
            _publish(kept, columns, counted)
            return True
    return False


def _publish(kept: _Kept, columns: Ints, counted: Iterable[SizeSum]) -> None:
    """The sums first: the columns say that all is there."""
    sums: Counter[tuple[int, int, int]] = Counter()
    for production, width, height, frames in counted:
        sums[production, width, height] += frames
    rows = [(*key, frames) for key, frames in sorted(sums.items())]
    publish(kept.columns.with_suffix(".json"), json.dumps(rows).encode())
    buffer = BytesIO()
    np.save(buffer, columns)
    publish(kept.columns, buffer.getvalue())
    for _, path in _files_of(kept.pool):
        if path.stem != kept.columns.stem:
            path.unlink(missing_ok=True)  # a process that has it mapped goes on with it


def _files_of(pool_id: int, suffix: str = "") -> list[tuple[int, Path]]:
    return [(pk, path) for pk, path in table_files() if pk == pool_id and path.name.endswith(suffix)]


def _last(pool: Pool) -> int:
    return pool.members.aggregate(last=Max("pk"))["last"] or 0


def _rows(pool: Pool, after: int, last: int) -> PoolFrameQuerySet:
    return pool.members.filter(pk__gt=after, pk__lte=last)


def _read(pool: Pool, after: int, last: int) -> PoolTable:
    columns = ("frame_id", "frame__cut_id", "frame__production_id")
    rows = _rows(pool, after, last).order_by("pk").values_list(*columns).iterator(chunk_size=_CHUNK)
    return PoolTable(*np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3).T)


def _counted(pool: Pool, after: int, last: int) -> list[SizeSum]:
    groups = (
        _rows(pool, after, last).order_by().values_list("frame__production", "frame__width", "frame__height")
    )
    return [SizeSum(*row) for row in groups.annotate(n=Count("pk"))]
