"""The training set: labelled frames in memory, and batches as pure functions of seed and step."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.images import read_rgb, resize_long_side
from modeling.labels import IGNORE
from modeling.recipes import RecipeParams
from modeling.snapshots import FrameRow, Snapshot
from modeling.training.augmentation import (
    Crop,
    Example,
    erase,
    over,
    random_view,
    rare_pixel,
    recolor,
    without_cel,
)
from modeling.training.masks import Masks

CACHE_BYTES = 1 << 30
PASTED_SHARE = 0.6
"""Frames that are cel beyond this share are never pasted: they would cover everything."""
PEOPLED = 0.8
"""How often a plate that replaces another comes with the cel before it, and not alone."""
AHEAD = 2
"""Steps prepared in advance."""


class Frames:
    """Labelled frames at working size, decoded once and kept while ``cache_bytes`` last. Thread-safe.

    Args:
        snapshot: Where they lie.
        rows: Which of its frames.
        kind: Label kind of the target.
        side: Longest side in pixels that is kept; larger frames are reduced, labels by nearest. 0 keeps all as is.
        cache_bytes: Most memory to keep.
        masks: What frames are brought together with; None where the cel itself is learned.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        rows: Sequence[FrameRow],
        kind: str,
        side: int,
        cache_bytes: int = CACHE_BYTES,
        masks: Masks | None = None,
    ) -> None:
        self.snapshot, self.rows, self.kind, self.side = snapshot, rows, kind, side
        self.masks = masks
        self._cache: OrderedDict[tuple[str, int], Example] = OrderedDict()
        self._left = cache_bytes
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Example:
        """The frame at ``index``, as the network is shown it."""
        return self._kept(("frame", index), lambda: self._read(self.rows[index]))

    def plate(self, index: int) -> Example:
        """The frame at ``index`` with its cel painted out, its classes all background."""
        return self._kept(("plate", index), lambda: without_cel(self[index]))

    def _kept(self, key: tuple[str, int], make: Callable[[], Example]) -> Example:
        with self._guard:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        example = make()
        with self._guard:
            self._keep(key, example)
        return example

    def _read(self, row: FrameRow) -> Example:
        rgb = read_rgb(self.snapshot.path(row.file))
        seen = rgb if self.masks is None else self.masks.seen(row, rgb)
        if self.side and max(seen.shape) > self.side:
            seen = resize_long_side(seen, self.side)
        size = seen.shape[1::-1]
        classes = _fitted(self._classes(row), size)
        cel = classes
        if self.masks is not None:
            cut = self.masks.cut(row)
            cel = torch.full_like(classes, IGNORE) if cut is None else _fitted(cut, size)
        return Example(torch.from_numpy(seen).permute(2, 0, 1), classes, cel)

    def _classes(self, row: FrameRow) -> NDArray[np.uint8]:
        return self.snapshot.classes(row, self.kind)

    def cel_share(self, index: int) -> float | None:
        """Share of the frame's pixels that is cel, without reading its picture; None where it is unknown."""
        row = self.rows[index]
        cel = self._classes(row) if self.masks is None else self.masks.cut(row)
        return None if cel is None else float((cel == 1).mean())

    def _keep(self, key: tuple[str, int], example: Example) -> None:
        if key in self._cache:
            return
        self._cache[key] = example
        self._left -= _bytes(example)
        while self._left < 0:
            _, old = self._cache.popitem(last=False)
            self._left += _bytes(old)


def _fitted(classes: NDArray[np.uint8], size: tuple[int, ...]) -> Tensor:
    """(1, h, w) uint8 of (H, W) classes, by nearest where (width, height) differ."""
    if classes.shape[1::-1] != size:
        reduced = cv2.resize(classes, size, interpolation=cv2.INTER_NEAREST_EXACT)
        classes = reduced.astype(np.uint8, copy=False)
    return torch.from_numpy(classes)[None]


def _bytes(example: Example) -> int:
    """What it takes in memory, a part that serves twice counted once."""
    return sum(part.nbytes for part in {id(part): part for part in example}.values())


class Batches:
    """Batches of augmented examples; the one of a step depends on nothing but seed and step.

    Args:
        frames: What to draw from; each frame once an epoch.
        recipe: Batch, crop and augmentation.
        side: Working long side, 0 for native pixels.
        seed: Of order and augmentation.
    """

    def __init__(self, frames: Frames, recipe: RecipeParams, side: int, seed: int) -> None:
        self.frames, self.recipe, self.seed = frames, recipe, seed
        self.crop = Crop(recipe.crop_height, recipe.crop_width, recipe.train_side or side)
        shares = [frames.cel_share(index) for index in range(len(frames))]
        known = {index: share for index, share in enumerate(shares) if share is not None}
        self.figures = [index for index, share in known.items() if share > 0]
        self.pasted = [index for index, share in known.items() if 0 < share <= PASTED_SHARE]
        # A background that the network is never shown needs no other in its place.
        shown = {} if frames.masks is not None and frames.masks.way.removes else known
        self.plates = [index for index, share in shown.items() if share == 0]
        self.painted = [index for index, share in shown.items() if share <= PASTED_SHARE]

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which each frame is seen about once."""
        return max(1, round(len(self.frames) / self.recipe.batch))

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """(N, C, H, W) uint8 as the network sees frames and (N, H, W) uint8 classes of step ``step`` (from 0)."""
        examples = [self.example(step * self.recipe.batch + slot) for slot in range(self.recipe.batch)]
        return torch.stack([one.image for one in examples]), torch.cat([one.classes for one in examples])

    def index_at(self, position: int) -> int:
        """Which frame comes at ``position`` of the endless sequence of shuffled epochs."""
        epoch, place = divmod(position, len(self.frames))
        return int(np.random.default_rng((self.seed, 0, epoch)).permutation(len(self.frames))[place])

    def example(self, position: int) -> Example:
        """The example at ``position``: its frame, at times with another's plate or cel, seen at random."""
        index = self.index_at(position)
        rng = np.random.default_rng((self.seed, 1, position))
        augment = self.recipe.augment
        view = self._view(self.frames[index], rng)
        if augment.background and index in self.figures and rng.random() < self._background_share:
            view = over(view, self._view(self.frames[int(rng.choice(self.plates))], rng))
        if self.painted and rng.random() < augment.plates:
            plate = self._view(self.frames.plate(int(rng.choice(self.painted))), rng)
            view = over(view, plate) if rng.random() < PEOPLED else plate
        if self.pasted and rng.random() < augment.paste:
            view = over(self._view(self.frames[int(rng.choice(self.pasted))], rng), view)
        return erase(view, augment, rng)

    @property
    def _background_share(self) -> float:
        """Such that a cel-free frame is seen behind cels as often as each training example (thesis 4.2)."""
        return len(self.plates) / (len(self.plates) + len(self.frames))

    def _view(self, example: Example, rng: np.random.Generator) -> Example:
        augment = self.recipe.augment
        rare = augment.rare and rng.random() < augment.rare
        around = rare_pixel(example.classes[0], rng) if rare else None
        view = random_view(example, self.crop, augment, rng, around)
        return view._replace(image=recolor(view.image, augment, rng))

    def stream(self, first_step: int, workers: int) -> Generator[tuple[Tensor, Tensor]]:
        """Batches from ``first_step`` on without end, prepared ahead by threads; close it to end them."""
        with ThreadPoolExecutor(
            workers, "examples", initializer=torch.set_num_threads, initargs=(1,)
        ) as pool:
            waiting: list[Future[tuple[Tensor, Tensor]]] = []
            try:
                for step in count(first_step):
                    while len(waiting) < AHEAD * workers:
                        waiting.append(pool.submit(self.batch, step + len(waiting)))
                    yield waiting.pop(0).result()
            finally:
                for future in waiting:
                    future.cancel()
