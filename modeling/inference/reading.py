"""Decode frames in a thread beside the network's work, in order, bad ones reported instead of raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.images import read_rgb

AHEAD = 12
"""Frames decoded in advance."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Read(Generic[K]):
    """A frame by its key: its pixels, or why there are none; and which of them are picture, None for all."""

    key: K
    rgb: NDArray[np.uint8] | None
    error: str = ""
    picture: NDArray[np.bool_] | None = None


def read_ahead(
    files: Iterable[tuple[K, Path]],
    prepare: Callable[[NDArray[np.uint8]], NDArray[np.uint8]] = lambda rgb: rgb,
    workers: int = 1,
    picture: Callable[[NDArray[np.uint8]], NDArray[np.bool_] | None] = lambda rgb: None,
) -> Iterator[Read[K]]:
    """Read each file, apply ``prepare`` to its (H, W, 3) uint8 pixels and yield it in the given order.

    ``picture`` tells of the pixels as they are read which of them are picture.
    """

    def read(key: K, path: Path) -> Read[K]:
        try:
            rgb = read_rgb(path)
            return Read(key, prepare(rgb), picture=picture(rgb))
        except (UserError, OSError) as error:
            return Read(key, None, str(error))

    waiting: list[Future[Read[K]]] = []
    with ThreadPoolExecutor(workers, "decode") as pool:
        try:
            for key, path in files:
                waiting.append(pool.submit(read, key, path))
                if len(waiting) >= AHEAD:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()


def batched(items: Iterable[Read[K]], size: int) -> Iterator[list[Read[K]]]:
    """Group neighbours of one picture size, at most ``size`` of them; unreadable ones come alone."""
    group: list[Read[K]] = []
    for item in items:
        fits = (
            group
            and item.rgb is not None
            and group[0].rgb is not None
            and item.rgb.shape == group[0].rgb.shape
        )
        if group and (not fits or len(group) == size):
            yield group
            group = []
        group.append(item)
    if group:
        yield group
