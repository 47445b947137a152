"""The evaluation of pictures: every figure of what is made, of that as people get it, and of what else there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.metrics import bootstrap_interval
from modeling.pictures.metrics import SHAPE, Counts, figures_of, picture_counts
from modeling.pictures.subjects import Pixels, TruePicture

MADE, FINISHED, SHOWN = "made", "finished", "shown"
"""Forms: as predicted, as people get it, and what there was to begin with."""
NOT_REPORTED = {
    "fsim": "in no dependency",
    "fid": "needs weights of Inception that no package brings",
    "niqe": "in no dependency",
}
"""Figures of the papers that a report has not, and why."""


class PictureEvaluation:
    """Sums of held-out frames, one at a time.

    Args:
        others: What else is judged on the same frames, by name: from the (H, W, 3) uint8 picture that there was to the
            (H, W, 3) one that it makes.
        published: What a paper reports, for the page; other data, so a mark to look at and no comparison.
    """

    def __init__(
        self, others: Mapping[str, Callable[[Pixels], Pixels]], published: Mapping[str, Any]
    ) -> None:
        self._others, self._published = others, dict(published)
        self._counts: dict[str, list[Counts]] = {}
        self._cuts: list[str] = []
        self._productions: list[str] = []

    def add(
        self,
        rgb: Pixels,
        truth: TruePicture,
        prediction: NDArray[Any],
        *,
        production: str,
        cut: str,
        processed: NDArray[Any] | None = None,
    ) -> None:
        """Count a frame: the picture that was made of it, and ``processed`` as people get it."""
        forms = {MADE: prediction, SHOWN: truth.shown}
        if processed is not None:
            forms[FINISHED] = processed
        forms |= {name: make(truth.shown) for name, make in self._others.items()}
        for name, made in forms.items():
            self._counts.setdefault(name, []).append(picture_counts(truth, made))
        self._cuts.append(cut)
        self._productions.append(production)

    def report(self, seed: int = 0) -> dict[str, Any]:
        """Figures by form and by what else was judged, ``intervals`` of them over cuts, and the same by production."""
        names = sorted(set(self._productions))
        groups = {name: self._scope([p == name for p in self._productions]) for name in names}
        return {
            **self._scope([True] * len(self._cuts)),
            "intervals": {form: self._intervals(form, seed) for form in self._counts},
            "groups": groups,
            "published": self._published,
            "not_reported": NOT_REPORTED,
        }

    def _scope(self, chosen: Sequence[bool]) -> dict[str, Any]:
        cuts = {(p, c) for p, c, of_it in zip(self._productions, self._cuts, chosen, strict=True) if of_it}
        return {
            "frames": sum(chosen),
            "cuts": len(cuts),
            **{form: figures_of(_pooled(counts, chosen)) for form, counts in self._counts.items()},
        }

    def _intervals(self, form: str, seed: int) -> dict[str, list[float] | None]:
        return {name: self._interval(form, name, seed) for name in ("psnr", "ssim", "segments_right")}

    def _interval(self, form: str, name: str, seed: int) -> list[float] | None:
        cuts = [f"{p}/{c}" for p, c in zip(self._productions, self._cuts, strict=True)]
        found = bootstrap_interval(self._counts[form], cuts, lambda sums: figures_of(sums)[name], seed=seed)
        return [found.low, found.high] if found else None


def _pooled(counts: Sequence[Counts], chosen: Sequence[bool]) -> Counts:
    kept = [one for one, of_it in zip(counts, chosen, strict=True) if of_it]
    return np.sum(kept, axis=0) if kept else np.zeros(SHAPE)


PAINTED = {
    "source": "Wang 2022, table 1, Swish U-Net: Anime Sketch Colorization Pair at 512 x 512",
    "psnr": 18.55,
    "ssim": 0.85,
}
SHARPENED = {"source": "He and Jia 2023, table 2: entropies of four sets of their own, 5.4 to 7.7 bits"}
