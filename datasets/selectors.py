"""Questions about pools, frames, snapshots and exports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np
from django.db.models import Count, Max, Min
from django.utils import timezone
from numpy.typing import NDArray

from core.blobs import blob_path
from core.models import Job
from core.paths import data_path
from core.permissions import Person
from datasets.features import feature_present, feature_read
from datasets.models import Cut, Frame, Ingest, Pool, PoolFrame, Snapshot, Split
from datasets.pool_table import is_large, pool_table, splits_of
from datasets.quality import FEATURE, MEASURES, VERSION
from datasets.querysets import FrameQuerySet, PoolFrameQuerySet

_CHUNK = 500


def pool_frames(
    pool: Pool, user: Person, *, cut: Cut | int | None = None, split: str | None = None
) -> PoolFrameQuerySet:
    """Places of the frames that the user may see in a pool, in the order they came in, with frame and cut."""
    rows = PoolFrame.objects.filter(pool=pool).visible_to(user).with_pictures()
    if cut is not None:
        rows = rows.filter(frame__cut=cut)
    if split is not None:
        rows = rows.filter(frame__cut__split=split)
    return rows.order_by("pk")


def frames_of(
    pool: Pool,
    user: Person,
    *,
    cut: Cut | int | None = None,
    split: str | None = None,
    order: Sequence[str] = ("source_id", "index"),
) -> FrameQuerySet:
    """Frames of a pool that the user may see; by default in the order of their streams."""
    rows = Frame.objects.in_pool(pool).visible_to(user).select_related("cut")
    if cut is not None:
        rows = rows.filter(cut=cut)
    if split is not None:
        rows = rows.filter(cut__split=split)
    return rows.order_by(*order)


def frame_image(frame: Frame) -> Path:
    """The frame's own file, for ``modeling.images.read_rgb``."""
    return blob_path(frame.blob)


def frame_proxy(frame: Frame) -> Path:
    """The frame at working size (WebP, long side at most 960), for scoring and thumbnails."""
    return blob_path(frame.proxy)


def cuts_of(pool: Pool, user: Person, *, at_most: int | None = None) -> list[Cut]:
    """Cuts with frames in the pool, in their order; none at all when there are more than ``at_most``."""
    if at_most is not None and is_large(pool) and len(pool_table(pool, user).distinct_cuts()) > at_most:
        return []
    found = frames_of(pool, user, order=()).values("cut")
    rows = Cut.objects.filter(pk__in=found).order_by("source_id", "index", "pk")
    if at_most is None:
        return list(rows)
    cuts = list(rows[: at_most + 1])
    return cuts if len(cuts) <= at_most else []


def latest_snapshot(pool: Pool) -> Snapshot | None:
    """The newest version of a pool."""
    return Snapshot.objects.filter(pool=pool).order_by("-created_at").first()


# --- quality ---


def quality_values(frame_ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """(N, M) float32: a column a measure of ``datasets.quality``, NaN where a frame was not measured."""
    values = np.full((len(frame_ids), len(MEASURES)), np.nan, np.float32)
    present = feature_present(FEATURE, VERSION, frame_ids)
    if present.any():
        values[present] = feature_read(FEATURE, VERSION, frame_ids[present])
    return values


def left_out_mask(pool: Pool, frame_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(N,) bool: which frames lie beyond a threshold that the pool leaves out; a frame not measured never does.

    It reads one mapped file and no row: a million frames take a fraction of a second.
    """
    mask = np.zeros(len(frame_ids), bool)
    if pool.left_out:
        values = quality_values(frame_ids)
        for column, measure in enumerate(MEASURES.values()):
            if measure.name in pool.left_out:
                mask |= measure.poor(values[:, column], pool.left_out[measure.name])
    return mask


# --- labels to frames ---


@dataclass(slots=True)
class LabelMatches:
    """Which frames label files belong to: ``matched`` key to frame id; the rest in the order given."""

    matched: dict[str, int] = field(default_factory=dict)
    ambiguous: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def resolve_label_keys(pool: Pool, keys: Iterable[str], *, guessed: bool = False) -> LabelMatches:
    """Match label keys (relative paths without suffix) to the frames of a pool.

    A key matches a frame's key, else the drawing held over that picture of a video (``clip/000013`` belongs to the
    drawing of 12 to 14), else whatever frames' keys end in it, else by its bare stem (last part of the path) when
    only one frame answers to it. A ``guessed`` key, made up from a path, has no claim to be exact: ``clip/000013``
    then fits every video called ``clip``.
    """
    index = _KeyIndex(pool)
    matches = LabelMatches()
    for key in keys:
        found = index.find(key, guessed=guessed)
        if len(found) == 1:
            matches.matched[key] = next(iter(found))
        else:
            (matches.ambiguous if found else matches.unknown).append(key)
    return matches


class _KeyIndex:
    """Every name that a frame of a pool answers to."""

    def __init__(self, pool: Pool) -> None:
        self.keys: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self.ends: dict[str, set[int]] = {}
        rows = PoolFrame.objects.filter(pool=pool).values_list(
            "key", "frame__key", "frame_id", "frame__hold_first", "frame__hold_last"
        )
        for key, own, frame_id, first, last in rows.iterator(chunk_size=_CHUNK):
            self._add(key, own, frame_id, first, last)

    def _add(self, key: str, own: str, frame_id: int, first: int | None, last: int | None) -> None:
        """Take in the key in this pool and the frame's own, which other videos of that name share."""
        self.keys[key] = frame_id
        for name in {key, own}:
            self._add_ends(name, frame_id)
        if first is None or last is None:
            return
        for number in range(first, last + 1):
            self.held[_beside(key, number)] = frame_id
            for name in {key, own}:
                self._add_ends(_beside(name, number), frame_id)

    def _add_ends(self, name: str, frame_id: int) -> None:
        parts = name.split("/")
        for start in range(len(parts)):
            self.ends.setdefault("/".join(parts[start:]), set()).add(frame_id)

    def find(self, key: str, *, guessed: bool) -> set[int]:
        """Ids of the frames that a key may mean."""
        exact = None if guessed else self.keys.get(key, self.held.get(key))
        if exact is not None:
            return {exact}
        return self.ends.get(key) or self.ends.get(PurePosixPath(key).name, set())


def _beside(key: str, number: int) -> str:
    return str(PurePosixPath(key).parent / f"{number:06d}")


# --- pages ---

PAGE_SIZE = 96
AMONG = 400
"""Frames that an address can name one by one: it has to fit into 4 kB."""
_SAMPLES = 6


@dataclass(frozen=True, slots=True)
class FramePage:
    """Some places of a pool in order, and the ids to go on from; None where there is nothing more."""

    rows: list[PoolFrame]
    before: int | None
    after: int | None


def frame_page(
    pool: Pool,
    user: Person,
    *,
    split: str = "",
    cut: int | None = None,
    search: str = "",
    among: Sequence[int] = (),
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> FramePage:
    """One page of a pool's frames, found by key and not by counting: every page costs the same.

    ``among`` are at most `AMONG` ids of frames, none for all.
    """
    rows = pool_frames(pool, user, split=split or None, cut=cut)
    if among:
        rows = rows.filter(frame_id__in=among[:AMONG])
    if search:
        rows = rows.filter(key__icontains=search)
    backwards = before is not None and after is None
    if backwards:
        found = list(rows.filter(pk__lt=before).order_by("-pk")[: size + 1])
        shown = found[:size][::-1]
    else:
        found = list(rows.filter(pk__gt=after or 0)[: size + 1])
        shown = found[:size]
    more = len(found) > size
    if not shown:
        return FramePage([], None, None)
    has_before = more if backwards else after is not None
    has_after = True if backwards else more
    return FramePage(shown, shown[0].pk if has_before else None, shown[-1].pk if has_after else None)


@dataclass(frozen=True, slots=True)
class PoolCard:
    """A pool at a glance."""

    pool: Pool
    productions: list[str]
    samples: list[int]
    train_cuts: int
    held_out_cuts: int


def pool_cards(user: Person) -> list[PoolCard]:
    """Every pool the user may see, newest first, with frame ids spread over it."""
    pools = Pool.objects.visible_to(user).order_by("-pk").prefetch_related("productions")
    return [_card(pool, user) for pool in pools]


def _card(pool: Pool, user: Person) -> PoolCard:
    train, held_out = _cuts_by_side(pool, user)
    names = [production.name for production in pool.productions.all()]
    return PoolCard(pool, names, _spread(pool, user), train, held_out)


def _cuts_by_side(pool: Pool, user: Person) -> tuple[int, int]:
    """How many cuts that the user may see train, and how many are held out."""
    if is_large(pool):
        known = pool_table(pool, user).distinct_cuts()
        sides = splits_of(pool, known, (Split.TRAIN, Split.TEST))
        return int((sides == 0).sum()), int((sides == 1).sum())
    cuts = Cut.objects.visible_to(user).filter(frames__memberships__pool=pool)
    splits = dict(cuts.order_by().values_list("split").annotate(n=Count("pk", distinct=True)))
    return splits.get(Split.TRAIN, 0), splits.get(Split.TEST, 0)


def _spread(pool: Pool, user: Person) -> list[int]:
    """Ids of a few frames, evenly over the pool, by index look-ups only."""
    ends = pool.members.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    step = (ends["last"] - ends["first"]) / _SAMPLES
    rows = PoolFrame.objects.filter(pool=pool).visible_to(user).order_by("pk")
    starts = [ends["first"] + round(step * (number + 0.5)) for number in range(_SAMPLES)]
    found = (rows.filter(pk__gte=start).values_list("frame_id", flat=True).first() for start in starts)
    return list(dict.fromkeys(frame_id for frame_id in found if frame_id is not None))


def running_ingests(user: Person) -> list[Ingest]:
    """Ingests of the last day that have not ended."""
    since = timezone.now() - timedelta(days=1)
    rows = Ingest.objects.visible_to(user).filter(finished_at=None, created_at__gt=since)
    return list(rows.select_related("pool")[:5])


def ingest_job(ingest: Ingest) -> Job | None:
    """The job that does it."""
    return Job.objects.filter(pk=ingest.job_id).first() if ingest.job_id else None


def frame_neighbours(frame: Frame, count: int = 4) -> list[Frame]:
    """The drawings around a frame in its cut, itself included, in order."""
    rows = Frame.objects.filter(cut_id=frame.cut_id, source_id=frame.source_id).only("pk", "key", "index")
    if frame.source.kind != "video":
        rows = Frame.objects.filter(cut_id=frame.cut_id).only("pk", "key", "index")
    before = rows.filter(index__lt=frame.index).order_by("-index")[:count]
    after = rows.filter(index__gt=frame.index).order_by("index")[:count]
    return [*reversed(before), frame, *after]


def snapshot_samples(snapshot: Snapshot, count: int = 12) -> list[int]:
    """Ids of a few frames in a snapshot, spread over it; reads no more of its rows than those."""
    keys = _sample_keys(data_path("snapshots", snapshot.pk) / "frames.jsonl", count)
    return list(
        PoolFrame.objects.filter(pool=snapshot.pool_id).keyed(keys).values_list("frame_id", flat=True)
    )


def _sample_keys(path: Path, count: int) -> list[str]:
    """Keys of the lines that begin behind evenly spaced places of the file."""
    keys: dict[str, None] = {}
    if not path.is_file():
        return []
    size = path.stat().st_size
    with path.open("rb") as file:
        for number in range(count):
            file.seek(max(0, size * number // count - 1))
            if number:
                file.readline()
            if line := file.readline():
                keys[json.loads(line)["key"]] = None
    return list(keys)


def snapshot_licences(snapshot: Snapshot) -> tuple[tuple[str, int], ...]:
    """Licences of a snapshot's frames and how many have each, the most frequent first; empty: nobody named one."""
    return _licences(str(data_path("snapshots", snapshot.pk) / "frames.jsonl"))


@lru_cache(maxsize=256)
def _licences(path: str) -> tuple[tuple[str, int], ...]:
    """A snapshot never changes, so what was read of it once holds."""
    with Path(path).open("rb") as file:
        counts = Counter(json.loads(line).get("licence", "") for line in file)
    return tuple(counts.most_common())
