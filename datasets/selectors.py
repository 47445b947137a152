"""Questions about pools, frames, snapshots and exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from core.blobs import blob_path
from core.permissions import Person
from datasets.models import Cut, Frame, Pool, PoolFrame, Snapshot
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


def cuts_of(pool: Pool, user: Person) -> list[Cut]:
    """Cuts with frames in the pool, in their order."""
    found = frames_of(pool, user, order=()).values("cut")
    return list(Cut.objects.filter(pk__in=found).order_by("source_id", "index", "pk"))


def latest_snapshot(pool: Pool) -> Snapshot | None:
    """The newest version of a pool."""
    return Snapshot.objects.filter(pool=pool).order_by("-created_at").first()


# --- labels to frames ---


@dataclass(slots=True)
class LabelMatches:
    """Which frames label files belong to: ``matched`` key to frame id; the rest in the order given."""

    matched: dict[str, int] = field(default_factory=dict)
    ambiguous: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def resolve_label_keys(pool: Pool, keys: Iterable[str]) -> LabelMatches:
    """Match label keys (relative paths without suffix) to the frames of a pool.

    A key matches a frame's key, else the drawing held over that picture of a video (``clip/000013`` belongs to the
    drawing of 12 to 14), else by its bare stem (last part of the path) when only one frame answers to it.
    """
    index = _KeyIndex(pool)
    matches = LabelMatches()
    for key in keys:
        found = index.find(key)
        if len(found) == 1:
            matches.matched[key] = found.pop()
        else:
            (matches.ambiguous if found else matches.unknown).append(key)
    return matches


class _KeyIndex:
    """Every name that a frame of a pool answers to."""

    def __init__(self, pool: Pool) -> None:
        self.keys: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self.stems: dict[str, set[int]] = {}
        rows = PoolFrame.objects.filter(pool=pool).values_list(
            "key", "frame_id", "frame__hold_first", "frame__hold_last"
        )
        for key, frame_id, first, last in rows.iterator(chunk_size=_CHUNK):
            self._add(key, frame_id, first, last)

    def _add(self, key: str, frame_id: int, first: int | None, last: int | None) -> None:
        self.keys[key] = frame_id
        path = PurePosixPath(key)
        self._add_stem(path.name, frame_id)
        if first is None or last is None:
            return
        for number in range(first, last + 1):
            name = f"{number:06d}"
            self.held[str(path.parent / name)] = frame_id
            self._add_stem(name, frame_id)

    def _add_stem(self, stem: str, frame_id: int) -> None:
        self.stems.setdefault(stem, set()).add(frame_id)

    def find(self, key: str) -> set[int]:
        """Ids of the frames that a key may mean."""
        exact = self.keys.get(key, self.held.get(key))
        return {exact} if exact is not None else set(self.stems.get(PurePosixPath(key).name, ()))
