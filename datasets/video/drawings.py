"""The drawings of a video: each with the range of pictures that show it and the cut it is in."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from datasets.video.cuts import LONG_SIDE, CutFinder
from datasets.video.decode import Decoder, Picture
from datasets.video.holds import HoldFinder


@dataclass(slots=True)
class Drawing:
    """A kept picture; ``last`` is the last picture that shows it, ``cut`` counts from 0."""

    picture: Picture
    last: int
    cut: int = 0

    @property
    def held(self) -> int:
        """Pictures that only repeat it."""
        return self.last - self.picture.index


def find_drawings(decoder: Decoder, on_picture: Callable[[int], None]) -> Iterator[Drawing]:
    """Yield each drawing as soon as its hold has ended and its cut is certain; few pictures stay in memory.

    Args:
        decoder: The video, consumed.
        on_picture: Called with the index of every picture decoded, for progress.

    Raises:
        UserError: As `Decoder`.
    """
    holds, cuts = HoldFinder(), CutFinder()
    waiting: deque[Drawing] = deque()
    for picture in decoder:
        on_picture(picture.index)
        is_held = holds.is_held(picture.planes())
        if cuts.wants(is_held):
            cuts.feed(picture.index, picture.small_bgr(LONG_SIDE))
        if is_held:
            waiting[-1].last = picture.index
        else:
            waiting.append(Drawing(picture, picture.index))
        while len(waiting) > 1 and waiting[0].picture.index <= cuts.certain:
            yield _placed(waiting.popleft(), cuts.starts)
    cuts.finish()
    while waiting:
        yield _placed(waiting.popleft(), cuts.starts)


def _placed(drawing: Drawing, starts: list[int]) -> Drawing:
    drawing.cut = bisect_right(starts, drawing.picture.index)
    return drawing
