"""The training set: labelled frames in memory, and batches as pure functions of seed and step."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.images import read_rgb, resize_long_side
from modeling.labelio import read_label
from modeling.labels import KINDS
from modeling.recipes import RecipeParams
from modeling.snapshots import FrameRow, Snapshot
from modeling.training.augmentation import Crop, Example, erase, over, random_view, recolor

CACHE_BYTES = 1 << 30
AHEAD = 2
"""Steps prepared in advance."""


class Frames:
    """Labelled frames at working size, decoded once and kept while ``cache_bytes`` last. Thread-safe.

    Args:
        snapshot: Where they lie.
        rows: Which of its frames.
        kind: Label kind of the target.
        side: Longest side in pixels that is kept; larger frames are reduced, labels by nearest.
        cache_bytes: Most memory to keep.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        rows: Sequence[FrameRow],
        kind: str,
        side: int,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self.snapshot, self.rows, self.kind, self.side = snapshot, rows, KINDS[kind], side
        self._cache: OrderedDict[int, Example] = OrderedDict()
        self._left = cache_bytes
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Example:
        """(3, h, w) uint8 RGB and (1, h, w) uint8 classes of the frame at ``index``."""
        with self._guard:
            if index in self._cache:
                self._cache.move_to_end(index)
                return self._cache[index]
        example = self._read(self.rows[index])
        with self._guard:
            self._keep(index, example)
        return example

    def _read(self, row: FrameRow) -> Example:
        rgb = read_rgb(self.snapshot.path(row.file))
        classes = self._classes(row)
        if max(rgb.shape) > self.side:
            rgb = resize_long_side(rgb, self.side)
            reduced = cv2.resize(classes, rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST)
            classes = reduced.astype(np.uint8, copy=False)
        return torch.from_numpy(rgb).permute(2, 0, 1).contiguous(), torch.from_numpy(classes)[None]

    def _classes(self, row: FrameRow) -> NDArray[np.uint8]:
        label = read_label(self.snapshot.path(row.labels[self.kind.name].file), self.kind)
        return self.kind.to_classes(label)

    def has_cel(self, index: int) -> bool:
        """Whether anything in the frame is cel, without reading its picture."""
        return bool((self._classes(self.rows[index]) == 1).any())

    def _keep(self, index: int, example: Example) -> None:
        if index in self._cache:
            return
        self._cache[index] = example
        self._left -= _bytes(example)
        while self._left < 0:
            _, old = self._cache.popitem(last=False)
            self._left += _bytes(old)


def _bytes(example: Example) -> int:
    return sum(part.nbytes for part in example)


class Batches:
    """Batches of augmented examples; the one of a step depends on nothing but seed and step.

    Args:
        frames: What to draw from; each frame once an epoch.
        recipe: Batch, crop and augmentation.
        side: Working long side.
        seed: Of order and augmentation.
    """

    def __init__(self, frames: Frames, recipe: RecipeParams, side: int, seed: int) -> None:
        self.frames, self.recipe, self.seed = frames, recipe, seed
        self.crop = Crop(recipe.crop_height, recipe.crop_width, recipe.train_side or side)
        self.figures = [index for index in range(len(frames)) if frames.has_cel(index)]
        self.plates = sorted(set(range(len(frames))) - set(self.figures))

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which each frame is seen about once."""
        return max(1, round(len(self.frames) / self.recipe.batch))

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """(N, 3, H, W) uint8 RGB and (N, H, W) uint8 classes of step ``step`` (from 0)."""
        examples = [self.example(step * self.recipe.batch + slot) for slot in range(self.recipe.batch)]
        return torch.stack([image for image, _ in examples]), torch.cat([classes for _, classes in examples])

    def example(self, position: int) -> Example:
        """The example at ``position`` of the endless sequence of shuffled epochs."""
        epoch, place = divmod(position, len(self.frames))
        index = int(np.random.default_rng((self.seed, 0, epoch)).permutation(len(self.frames))[place])
        rng = np.random.default_rng((self.seed, 1, position))
        augment = self.recipe.augment
        view = self._view(index, rng)
        if augment.background and index in self.figures and rng.random() < self._background_share:
            view = over(view, self._view(int(rng.choice(self.plates)), rng))
        if self.figures and rng.random() < augment.paste:
            view = over(self._view(int(rng.choice(self.figures)), rng), view)
        image, classes = erase(view, augment, rng)
        return image, classes

    @property
    def _background_share(self) -> float:
        """Such that a cel-free frame is seen behind cels as often as each training example (thesis 4.2)."""
        return len(self.plates) / (len(self.plates) + len(self.frames))

    def _view(self, index: int, rng: np.random.Generator) -> Example:
        image, classes = random_view(self.frames[index], self.crop, self.recipe.augment, rng)
        return recolor(image, self.recipe.augment, rng), classes

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
