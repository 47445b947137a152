"""Score frames by what a run predicts: the pass over them that all scorers of `modeling.scorers` share."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.images import RGB
from modeling.inference.listed import Listed
from modeling.inference.predictor import NOTHING, Drawn, Predictor
from modeling.inference.reading import Read, batched, read_ahead
from modeling.inference.score_files import Column, ScoreWriter
from modeling.inference.tiles import Window, tiles
from modeling.labels import counted_in
from modeling.picture.mask import picture_mask
from modeling.scorers import DEFAULT, parse_scorers
from modeling.scorers.base import WHOLE, Measure, Piece, Value

BATCH = {"cpu": 2, "mps": 8, "cuda": 16}

Settings = Mapping[str, Mapping[str, Any]]
"""Raw parameters by scorer."""
Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Sums = list[Numbers]
"""(N, K) sums of N pictures, an array a measure."""
Scores = dict[str, Value]
"""Of one frame: a number or a (D,) float32 vector a scorer."""


def score_frames(
    predictor: Predictor,
    files: Iterable[Listed],
    scorers: Sequence[str] = DEFAULT,
    settings: Settings | None = None,
) -> Iterator[tuple[Read[Listed], Scores | None]]:
    """Each frame with its scores, in order; None with an error in ``Read`` for one that cannot be scored.

    Frames of one size are stacked; where a task works at native pixels, sees a mask or makes pictures they come one by
    one, tile by tile, so that memory does not grow with them. Pixels labelled as ignored (a label of the task's kind in
    ``files``), letterbox bars and captions (`modeling.picture`) count nowhere.

    Args:
        predictor: The run.
        files: In the order to score, of any length.
        scorers: Names from `modeling.scorers.SCORERS`.
        settings: Raw parameters by scorer.

    Raises:
        UserError: what `modeling.scorers.parse_scorers` raises, or a scorer that cannot ask this run.
    """
    panel = Panel.open(predictor, scorers, settings)
    if not predictor.side or predictor.way.kind or predictor.task.picture:
        for item in read_ahead(((file, file.file) for file in files), picture=panel.picture):
            yield panel.alone(item)
        return
    frames = read_ahead(((file, file.file) for file in files), predictor.reduced, picture=panel.picture)
    for group in batched(frames, BATCH[predictor.device.type]):
        yield from panel.together(group)


@dataclass(frozen=True, slots=True)
class Panel:
    """The measures asked for, by name, for one run."""

    predictor: Predictor
    measures: Mapping[str, Measure]

    @classmethod
    def open(cls, predictor: Predictor, scorers: Sequence[str], settings: Settings | None = None) -> Panel:
        """Build the measures of these scorers."""
        parsed = parse_scorers(scorers, settings)
        return cls(predictor, {scorer.name: scorer.measure(params, predictor) for scorer, params in parsed})

    def together(self, group: list[Read[Listed]]) -> list[tuple[Read[Listed], Scores | None]]:
        """Of frames of one size, at working size; a frame that cannot be read is alone in its group."""
        if group[0].rgb is None or any(self.predictor.task.kind in item.key.labels for item in group):
            return [self.alone(item) for item in group]
        frames = np.stack([item.rgb for item in group if item.rgb is not None])
        masks = [item.picture for item in group]
        counted = None
        if any(mask is not None for mask in masks):
            everything = np.ones(frames.shape[1:3], bool)
            counted = np.stack([everything if mask is None else mask for mask in masks])
        rows = zip(*self._sums(frames, counted), strict=True)
        return [(item, self._scores(row)) for item, row in zip(group, rows, strict=True)]

    def alone(self, item: Read[Listed]) -> tuple[Read[Listed], Scores | None]:
        """Of one frame that is not stacked with others."""
        if item.rgb is None:
            return item, None
        try:
            return item, self._frame(item.rgb, item.key.drawn(), item.picture)
        except UserError as error:
            return replace(item, rgb=None, error=str(error)), None

    def frame(self, rgb: RGB, drawn: Drawn = NOTHING) -> Scores:
        """Scores of a (H, W, 3) uint8 frame with the classes that people drew of it.

        Raises:
            UserError: ``no_mask``.
        """
        return self._frame(rgb, drawn, self.picture(rgb))

    def picture(self, rgb: RGB) -> Mask | None:
        """(h, w) bool at working size: which pixels of a (H, W, 3) uint8 frame are picture; None for all."""
        return picture_mask(rgb, self.predictor.working_shape(*rgb.shape[:2]))

    def _frame(self, rgb: RGB, drawn: Drawn, picture: Mask | None) -> Scores:
        seen = self.predictor.reduced(self.predictor.seen(rgb, drawn))
        counted = without_ignored(picture, drawn.get(self.predictor.task.kind), seen.shape[:2])
        pieces = zip(*self._tiled(seen, counted), strict=True)
        return self._scores([np.concatenate(of_measure).sum(0) for of_measure in pieces])

    def _tiled(self, seen: RGB, counted: Mask | None) -> Iterator[Sums]:
        """Sums of a frame's pieces: all of it at working size, or each tile at native pixels."""
        height, width = seen.shape[:2]
        for tile in tiles(height, width, *([max(height, width)] if self.predictor.side else [])):
            kept = None if counted is None else counted[tile.kept][None]
            yield self._sums(np.ascontiguousarray(seen[tile.seen])[None], kept, tile.inside)

    @torch.inference_mode()
    def _sums(self, pixels: RGB, counted: Mask | None, inside: Window = WHOLE) -> Sums:
        """(N, K) sums a measure, of N pictures."""
        device = self.predictor.device
        mask = None if counted is None else torch.from_numpy(counted).to(device)
        deep = any(measure.deep for measure in self.measures.values())
        piece = Piece(self.predictor, pixels, inside, mask, deep)
        parts = [measure.sums(piece) for measure in self.measures.values()]
        whole = torch.cat(parts, 1).cpu().double().numpy()
        return np.split(whole, np.cumsum([part.shape[1] for part in parts])[:-1], 1)

    def _scores(self, sums: Iterable[Numbers]) -> Scores:
        """A frame's scores, of its (K,) sums a measure."""
        return {name: m.value(part) for (name, m), part in zip(self.measures.items(), sums, strict=True)}


def usable(
    predictor: Predictor, scorers: Sequence[str], settings: Settings | None = None
) -> tuple[list[str], dict[str, str]]:
    """Which of these scorers this run can be asked, and why not the others.

    Raises:
        UserError: what `modeling.scorers.parse_scorers` raises.
    """
    refused: dict[str, str] = {}
    parsed = parse_scorers(scorers, settings)
    for scorer, params in parsed:
        try:
            scorer.measure(params, predictor)
        except UserError as error:
            refused[scorer.name] = str(error)
    return [scorer.name for scorer, _ in parsed if scorer.name not in refused], refused


def without_ignored(picture: Mask | None, truth: NDArray[Any] | None, shape: tuple[int, int]) -> Mask | None:
    """(h, w) bool: which pixels of a frame say something; None where all do.

    Args:
        picture: Those that are picture, at that shape; None for all.
        truth: Of any size (`modeling.labels.LabelKind.truth_of`): what does not count in it is left out; None where
            nothing is labelled.
        shape: Height and width.
    """
    if truth is None or counted_in(truth).all():
        return picture
    labelled = counted_in(cv2.resize(truth, shape[::-1], interpolation=cv2.INTER_NEAREST_EXACT))
    return labelled if picture is None else picture & labelled


@dataclass(frozen=True, slots=True)
class Scored:
    """How far scoring came."""

    done: int
    total: int
    errors: int


def score(
    predictor: Predictor,
    files: Collection[Listed],
    out: Path,
    scorers: Sequence[str] = DEFAULT,
    settings: Settings | None = None,
    *,
    seconds: float | None = None,
    on_done: Callable[[int, int], None] = lambda done, total: None,
    on_error: Callable[[str | int, str], None] = lambda key, message: None,
) -> Scored:
    """Write the scores of ``files`` in their order (`modeling.inference.score_files`); what is there stays.

    Args:
        predictor: The run.
        files: In the order to score.
        out: JSON lines, vectors in files beside it. Scores by other scorers are begun anew.
        scorers: Names.
        settings: Raw parameters by scorer.
        seconds: When to stop, None never.
        on_done: Called with frames done and their total.
        on_error: Called with the id and message of a file that cannot be read; the rest goes on.

    Raises:
        UserError: as `score_frames`.
    """
    asked = [
        Column(scorer.name, scorer.outputs, params.model_dump(mode="json"))
        for scorer, params in parse_scorers(scorers, settings)
    ]
    errors, deadline = 0, time.monotonic() + (seconds or float("inf"))
    with ScoreWriter(out, asked, predictor.temperature) as writer:
        left = (file for file in files if file.id not in writer.known)
        for item, scores in score_frames(predictor, left, scorers, settings):
            if scores is None:
                errors += 1
                on_error(item.key.id, item.error)
                continue
            writer.write(item.key.id, scores)
            on_done(len(writer.known), len(files))
            if time.monotonic() > deadline:
                break
        return Scored(len(writer.known), len(files), errors)
