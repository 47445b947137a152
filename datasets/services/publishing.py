"""The end of an ingest: the side of each new cut is fixed, then its frames appear in the pool, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from core.jobs import JobContext
from datasets.features import EDGES, edge_grid, feature_present, feature_write
from datasets.models import Cut, Frame, Pool, PoolFrame, Production, Split
from datasets.pool_table import is_large, whole_table
from datasets.services.heads import video_heads
from datasets.services.intake import Intake
from modeling.splits import SplitItem, SplitPlan, plan_splits

_BATCH = 500
_SOURCES_A_QUERY = 500


def publish(intake: Intake) -> int:
    """Fix the splits of new cuts, put the frames of all sources into the pool and return how many are new."""
    pool = intake.ingest.pool
    sources = list(dict.fromkeys(intake.sources))
    with intake.context.fenced():
        pool.productions.add(*intake.productions.values())
        _fix_splits(pool, sources)
    taken = _TakenKeys(pool)
    chunks = _chunks(sources, _SOURCES_A_QUERY)
    added = sum(_add_frames(intake.context, pool, batch, taken) for batch in chunks)
    pool.refresh_from_db(fields=["frame_count"])
    if is_large(pool):
        whole_table(pool)  # so that nobody waits for it who opens a page
    return added


def _chunks(items: Iterable[int], size: int) -> Iterator[list[int]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


# --- splits ---


def _fix_splits(pool: Pool, sources: Sequence[int]) -> None:
    frames = [f for batch in _chunks(sources, _SOURCES_A_QUERY) for f in _undecided_frames(batch)]
    if not frames:
        return
    plan = plan_splits([*_decided_items(pool, frames), *(_item(frame) for frame in frames)])
    ordered = sorted(frames, key=lambda frame: frame.cut_id)
    for _, members in groupby(ordered, key=lambda frame: frame.cut_id):
        _fix_cut(list(members), plan)
    new = [note for note in plan.notes if note not in pool.notes]
    if new:
        pool.notes = [*pool.notes, *new]
        pool.save(update_fields=["notes"])


def _undecided_frames(sources: list[int]) -> list[Frame]:
    """In the order of the sources handed over, then of the stream."""
    place = {source: order for order, source in enumerate(sources)}
    rows = Frame.objects.filter(source__in=sources, cut__split=Split.UNDECIDED).select_related(
        "cut", "production"
    )
    return sorted(rows, key=lambda frame: (place[frame.source_id], frame.index))


def _item(frame: Frame) -> SplitItem:
    cut = frame.cut
    return SplitItem(str(frame.pk), frame.production.name, cut.name, cut.group, frame.time_s)


def _decided_items(pool: Pool, frames: Sequence[Frame]) -> list[SplitItem]:
    """A stand-in for each cut that has its side already: the pool's, and those of the same groups."""
    groups = {frame.cut.group for frame in frames if frame.cut.group}
    mine = Cut.objects.filter(frames__memberships__pool=pool).distinct()
    related = Cut.objects.filter(group__in=groups, production__in={f.production_id for f in frames})
    cuts = {c.pk: c for query in (mine, related) for c in query.select_related("production")}
    return [
        SplitItem(f"cut:{cut.pk}", cut.production.name, cut.name, cut.group, split=cut.split)  # type: ignore[arg-type]
        for cut in cuts.values()
        if cut.split in (Split.TRAIN, Split.TEST)
    ]


def _fix_cut(frames: list[Frame], plan: SplitPlan) -> None:
    """Give a cut its side; one that is parted keeps its name for training and gets a further cut a further side."""
    sides: dict[str, list[Frame]] = {}
    for frame in frames:
        sides.setdefault(plan.splits[str(frame.pk)], []).append(frame)
    cut = frames[0].cut
    main = "train" if "train" in sides else next(iter(sides))
    cut.split = main
    if len(sides) > 1:
        _stretch(cut, sides[main])
    cut.save(update_fields=["split", "start_s", "end_s"])
    for side, members in sides.items():
        if side != main:
            _part(cut, side, members)


def _part(cut: Cut, side: str, members: list[Frame]) -> None:
    names = {"gap": "gap", "test": "held-out", "train": "train"}
    part = Cut(
        production=cut.production,
        source=cut.source,
        name=f"{cut.name[:285]}/{names[side]}",
        index=cut.index,
        split=side,
        group=cut.group,
    )
    _stretch(part, members)
    part.save()
    Frame.objects.filter(pk__in=[frame.pk for frame in members]).update(cut=part)


def _stretch(cut: Cut, members: list[Frame]) -> None:
    times = [frame.time_s for frame in members if frame.time_s is not None]
    cut.start_s, cut.end_s = (min(times), max(times)) if times else (None, None)


# --- frames into the pool ---


def _add_frames(context: JobContext, pool: Pool, sources: list[int], taken: _TakenKeys) -> int:
    frames = _unpublished(pool, sources)
    _complete_edges(context, frames)
    heads = video_heads(pool, {frame.source_id: frame.source for frame in frames})
    added = 0
    for start in range(0, len(frames), _BATCH):
        batch = frames[start : start + _BATCH]
        keys = _free_keys(taken, batch, heads)
        with context.fenced():
            rows = [PoolFrame(pool=pool, frame=f, key=key) for f, key in zip(batch, keys, strict=True)]
            PoolFrame.objects.bulk_create(rows, batch_size=_BATCH)
            added += len(rows)
            Pool.objects.filter(pk=pool.pk).update(frame_count=pool.members.count())
        context.tick()
    return added


def _unpublished(pool: Pool, sources: list[int]) -> list[Frame]:
    place = {source: order for order, source in enumerate(sources)}
    rows = Frame.objects.filter(source__in=sources).exclude(memberships__pool=pool).select_related("source")
    return sorted(rows, key=lambda frame: (place[frame.source_id], frame.index))


class _TakenKeys:
    """Keys of a pool's frames, told apart as a file system does that knows no case; each is read once."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._folded, self._last = pool, set[str](), 0

    def catch_up(self) -> None:
        """Read the keys that were added since."""
        added = self._pool.members.filter(pk__gt=self._last).order_by("pk").values_list("pk", "key")
        for self._last, key in added.iterator():
            self._folded.add(key.casefold())

    def take_first_free(self, wanted: Iterable[str]) -> str:
        """Take and return the first key that nothing has."""
        key = next(candidate for candidate in wanted if candidate.casefold() not in self._folded)
        self._folded.add(key.casefold())
        return key


def _free_keys(taken: _TakenKeys, frames: list[Frame], heads: dict[int, str]) -> list[str]:
    """Keys that no other frame of the pool has."""
    taken.catch_up()
    return [taken.take_first_free(_candidates(frame, heads.get(frame.source_id))) for frame in frames]


def _candidates(frame: Frame, head: str | None) -> Iterator[str]:
    tail = frame.key.rpartition("/")[2]
    key = frame.key if head is None else f"{head}/{tail}"
    yield key
    base = f"{key[:470]}~{frame.source.sha256[:8]}"
    yield base
    for number in range(2, 10_000):
        yield f"{base}~{number}"


def _complete_edges(context: JobContext, frames: list[Frame]) -> None:
    """Compute what a run that was killed between row and feature left out."""
    from core.blobs import blob_path
    from modeling.images import read_rgb

    present = feature_present(EDGES.name, EDGES.version, [frame.pk for frame in frames])
    for frame, there in zip(frames, present, strict=True):
        if not there:
            grid = edge_grid(read_rgb(blob_path(frame.blob)))
            feature_write(EDGES.name, EDGES.version, [frame.pk], grid[None])
            context.tick()


def production_of(pool: Pool) -> Production | None:
    """The production to show a pool's jobs under."""
    return pool.productions.order_by("pk").first()
