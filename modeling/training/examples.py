"""Batches of augmented examples as pure functions of seed and step (Kugler 2020, 4.2)."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.recipes import RecipeParams
from modeling.training.augmentation import (
    Crop,
    Example,
    any_pixel,
    erase,
    over,
    random_view,
    rare_pixel,
    recolor,
)
from modeling.training.defocus import defocused
from modeling.training.frames import Frames, paired
from modeling.training.layers import PASTED_SHARE, Layers
from modeling.training.textures import Textures, overlaid

PEOPLED = 0.8
"""How often a plate that replaces another comes with the cel before it, and not alone."""
AHEAD = 2
"""Steps prepared in advance."""


class Batches:
    """Batches of augmented examples; the one of a step depends on nothing but seed and step.

    Args:
        frames: What to draw from; each frame once an epoch.
        recipe: Batch, crop and augmentation.
        side: Working long side, 0 for native pixels.
        seed: Of order and augmentation.
        weights: (F,) what each frame's examples count for, None for all alike.
        rank: Which share of every batch is made here, of ``size`` equal ones in order.
        size: Number of shares.

    Raises:
        UserError: ``no_pictures`` where the recipe names a folder without any.
    """

    def __init__(
        self,
        frames: Frames,
        recipe: RecipeParams,
        side: int,
        seed: int,
        weights: NDArray[np.float64] | None = None,
        rank: int = 0,
        size: int = 1,
    ) -> None:
        self.frames, self.recipe, self.seed, self.weights = frames, recipe, seed, weights
        share = recipe.batch // size
        self.slots = range(rank * share, (rank + 1) * share)
        self.crop = Crop(recipe.crop_height, recipe.crop_width, recipe.train_side or side)
        self.layers = Layers(frames, recipe.augment.backgrounds_from)
        self.textures = Textures(recipe.augment.textures_from)

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which each frame is seen about once."""
        return max(1, round(len(self.frames) / self.recipe.batch))

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """(N, C, H, W) uint8 as the network sees frames, and what it learns of them at step ``step`` (from 0).

        The latter is (N, H, W) classes or numbers, or (N, 4, H, W) uint8 pictures.
        """
        pairs = [self.pair(step * self.recipe.batch + slot) for slot in self.slots]
        return torch.stack([image for image, _ in pairs]), torch.cat([truth for _, truth in pairs])

    def pair(self, position: int) -> tuple[Tensor, Tensor]:
        """What the network is shown and what it learns of the example at ``position`` (`frames.paired`)."""
        rng = np.random.default_rng((self.seed, 2, position))
        return paired(self.example(position), self.frames.subject, rng)

    def weights_of(self, step: int) -> Tensor | None:
        """(batch,) float32: what the examples of the whole batch of a step count for; None for all alike."""
        if self.weights is None:
            return None
        first = step * self.recipe.batch
        indices = [self.index_at(first + slot) for slot in range(self.recipe.batch)]
        return torch.from_numpy(self.weights[indices].astype(np.float32))

    def index_at(self, position: int) -> int:
        """Which frame comes at ``position`` of the endless sequence of shuffled epochs."""
        epoch, place = divmod(position, len(self.frames))
        return int(np.random.default_rng((self.seed, 0, epoch)).permutation(len(self.frames))[place])

    def example(self, position: int) -> Example:
        """The example at ``position``: its frame, at times with another's background or cel, seen at random."""
        index = self.index_at(position)
        rng = np.random.default_rng((self.seed, 1, position))
        augment = self.recipe.augment
        view = self._view(self.frames[index], rng)
        if index in self.layers.figures:
            view = self._before_another(view, rng)
        if index in self.layers.cut:
            view = self._before_plate(view, rng)
        if self.layers.pasted and rng.random() < augment.paste:
            view = self._pasted(view, rng)
        if augment.texture:
            view = self._textured(view, rng)
        if augment.defocus and rng.random() < augment.defocus:
            view = defocused(view, rng)
        return erase(view, augment, rng)

    def _before_another(self, view: Example, rng: np.random.Generator) -> Example:
        """Background replacement, as often as the thesis says."""
        if not self.recipe.augment.background or rng.random() >= self.layers.background_share:
            return view
        return over(view, self._view(self.layers.background(rng), rng))

    def _before_plate(self, view: Example, rng: np.random.Generator) -> Example:
        """Another frame's plate, its own cel painted out, behind the cel or alone."""
        if not self.layers.painted or rng.random() >= self.recipe.augment.plates:
            return view
        plate = self._view(self.layers.plate(rng), rng)
        return over(view, plate) if rng.random() < PEOPLED else plate

    def _pasted(self, view: Example, rng: np.random.Generator) -> Example:
        """Another frame's cel over this one: a crop that shows some of it, and lets some of this one be seen."""
        frame = self.layers.cel(rng)
        front = self._view(frame, rng, any_pixel(frame.cel[0] == 1, rng))
        return over(front, view) if front.kept.float().mean() <= PASTED_SHARE else view

    def _textured(self, view: Example, rng: np.random.Generator) -> Example:
        chance, back = self.recipe.augment.texture, self.frames.shows_backgrounds
        return view._replace(image=overlaid(view.image, view.cel, chance, self.textures, rng, back=back))

    def _view(
        self, example: Example, rng: np.random.Generator, around: tuple[int, int] | None = None
    ) -> Example:
        augment = self.recipe.augment
        if around is None and augment.rare and rng.random() < augment.rare:
            around = rare_pixel(example.classes[0], rng)
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
