"""What the keys of a video's frames begin with in a pool: one name a video, never shared by two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from datasets.incoming.walk import clean_key
from datasets.models import Pool, PoolFrame, Source


def video_heads(pool: Pool, sources: Mapping[int, Source]) -> dict[int, str]:
    """Head of the keys of each video by source id: its stem; with its folder, or its hash, where two share that.

    All frames of a video get the same one, so that ``clip/000013`` never means a picture of another clip.

    Args:
        pool: Where the frames go.
        sources: Those about to be published; images among them have no head.
    """
    videos = {pk: source for pk, source in sources.items() if source.kind == "video"}
    if not videos:
        return {}
    heads = _given(pool, list(videos))
    taken = {head.casefold() for head in _heads_in(pool)}
    stems = Counter(_stem(source).casefold() for source in videos.values())
    for pk, source in videos.items():
        if pk not in heads:
            lonely = stems[_stem(source).casefold()] == 1
            heads[pk] = next(head for head in _heads(source, lonely) if head.casefold() not in taken)
            taken.add(heads[pk].casefold())
    return heads


def _heads(source: Source, lonely: bool) -> Iterator[str]:
    """Heads to try, the plainest first; one that shares its stem with a video beside it begins with its folder."""
    stem, folder = _stem(source), clean_key(source.name).rpartition("/")[0][:200]
    plain, in_folder = [stem], [f"{folder}/{stem}"] * bool(folder)
    yield from plain + in_folder if lonely else in_folder + plain
    mark = f"{stem[:460]}~{source.sha256[:8]}"
    yield mark
    for number in range(2, 10_000):
        yield f"{mark}~{number}"


def _stem(source: Source) -> str:
    return clean_key(PurePosixPath(source.name).stem)[:480]


def _given(pool: Pool, sources: list[int]) -> dict[int, str]:
    """Heads that an attempt which was killed gave already."""
    rows = PoolFrame.objects.filter(pool=pool, frame__source__in=sources)
    pairs = rows.order_by("-pk").values_list("frame__source_id", "key")
    return {source_id: key.rpartition("/")[0] for source_id, key in pairs}


def _heads_in(pool: Pool) -> set[str]:
    return {key.rpartition("/")[0] for key in pool.members.values_list("key", flat=True) if "/" in key}
