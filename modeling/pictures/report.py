"""The evaluation of pictures: every figure of what is made, of that as people get it, and of what else there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.metrics import bootstrap_interval
from modeling.pictures.frechet import FEWEST, Extractor, FeatureSets
from modeling.pictures.likeness import feature_similarities, judged
from modeling.pictures.metrics import COLUMNS, Counts, figures_of, picture_counts
from modeling.pictures.naturalness import MISSING, installed, niqe
from modeling.pictures.subjects import Pixels, TruePicture

MADE, FINISHED, SHOWN, TRUE = "made", "finished", "shown", "true"
"""Forms: as predicted, as people get it, what there was to begin with, and the truth itself."""
MEANS = ("fsim", "niqe")
"""Figures that are told of a whole picture at once; a report has their mean over the frames that have them."""
OF_TRUTH = ("entropy", "niqe")
"""Figures that need no truth, and so may be told of it."""
OVER_CUTS = ("psnr", "ssim", "segments_right", *MEANS)
"""Figures with an interval."""
NO_INCEPTION = "needs weights of Inception that no package brings: task.inception"
Make = Callable[[Pixels], Pixels]


class PictureEvaluation:
    """Sums of held-out frames, one at a time, and vectors of their pictures.

    Args:
        others: What else is judged on the same frames, by name: from the (H, W, 3) uint8 picture that there was to the
            (H, W, 3) one that it makes.
        published: What a paper reports, for the page; other data, so a mark to look at and no comparison.
        natural: Whether NIQE is told, too, and of the truth beside it.
        inception: File of the weights with which FID is told; without one, or where it cannot be read, its stand-in is.
    """

    def __init__(
        self,
        others: Mapping[str, Make],
        published: Mapping[str, Any],
        *,
        natural: bool = False,
        inception: str = "",
    ) -> None:
        self._others, self._published = others, dict(published)
        self._missing: dict[str, str] = {}
        self._natural = natural and installed()
        if natural and not installed():
            self._missing["niqe"] = MISSING
        self._with_truth = natural
        self._sets = FeatureSets(self._extractor(inception))
        self._counts: dict[str, list[Counts]] = {}
        self._cuts: list[str] = []
        self._productions: list[str] = []

    def _extractor(self, inception: str) -> Extractor:
        from modeling.pictures.features import Inception, Lite0

        try:
            if inception:
                return Inception(inception)
            self._missing["fid"] = NO_INCEPTION
        except UserError as error:  # on another machine than the one that trained, or not the right file
            self._missing["fid"] = str(error)
        return Lite0()

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
        forms |= {name: make(truth.shown) for name, make in self._others.items()} | dict(truth.others)
        similar = feature_similarities(truth, list(forms.values()))
        for (name, made), fsim in zip(forms.items(), similar, strict=True):
            self._count(name, truth, made, fsim)
        if self._with_truth:
            self._count(TRUE, truth, truth.rgb, None)
        self._sets.add({**{name: judged(truth, made) for name, made in forms.items()}, TRUE: truth.rgb})
        self._cuts.append(cut)
        self._productions.append(production)

    def _count(self, form: str, truth: TruePicture, made: Pixels, fsim: float | None) -> None:
        natural = niqe(judged(truth, made)) if self._natural else None
        counts = np.hstack([picture_counts(truth, made), _told(fsim, natural)])
        self._counts.setdefault(form, []).append(counts)

    def report(self, seed: int = 0) -> dict[str, Any]:
        """Figures by form and by what else was judged, ``intervals`` of them over cuts, and the same by production.

        ``features`` tells in which network's the Fréchet distance is, ``not_reported`` which figures of the papers are
        not there, and why.
        """
        names = sorted(set(self._productions))
        groups = {name: self._scope([p == name for p in self._productions]) for name in names}
        extractor = self._sets.extractor
        return {
            **self._scope([True] * len(self._cuts)),
            "intervals": {form: self._intervals(form, seed) for form in self._counts if form != TRUE},
            "groups": groups,
            "features": {"figure": extractor.figure, **extractor.about(), "fewest": FEWEST},
            "published": self._published,
            "not_reported": self._missing,
        }

    def _scope(self, chosen: Sequence[bool]) -> dict[str, Any]:
        cuts = {(p, c) for p, c, of_it in zip(self._productions, self._cuts, chosen, strict=True) if of_it}
        return {
            "frames": sum(chosen),
            "cuts": len(cuts),
            **{form: self._figures(form, chosen) for form in self._counts},
        }

    def _figures(self, form: str, chosen: Sequence[bool]) -> dict[str, float | None]:
        found = _figures_of(_pooled(self._counts[form], chosen))
        if form == TRUE:
            return {name: value for name, value in found.items() if name in OF_TRUTH}
        return {**found, self._sets.extractor.figure: self._sets.distance(form, TRUE, chosen)}

    def _intervals(self, form: str, seed: int) -> dict[str, list[float] | None]:
        return {name: self._interval(form, name, seed) for name in OVER_CUTS}

    def _interval(self, form: str, name: str, seed: int) -> list[float] | None:
        cuts = [f"{p}/{c}" for p, c in zip(self._productions, self._cuts, strict=True)]
        found = bootstrap_interval(self._counts[form], cuts, lambda sums: _figures_of(sums)[name], seed=seed)
        return [found.low, found.high] if found else None


def _told(*values: float | None) -> Counts:
    """(1, 2 K) sums of one frame's figures of `MEANS`: each value, and whether there is one."""
    return np.array(
        [[number for value in values for number in (value or 0.0, value is not None)]], np.float64
    )


def _figures_of(counts: Counts) -> dict[str, float | None]:
    """Of pooled counts with the sums of `MEANS` behind them."""
    sums = counts[0, len(COLUMNS) :].reshape(-1, 2).tolist()
    means = {name: total / n if n else None for name, (total, n) in zip(MEANS, sums, strict=True)}
    return {**figures_of(counts[:, : len(COLUMNS)]), **means}


def _pooled(counts: Sequence[Counts], chosen: Sequence[bool]) -> Counts:
    kept = [one for one, of_it in zip(counts, chosen, strict=True) if of_it]
    return np.sum(kept, axis=0) if kept else np.zeros((1, len(COLUMNS) + 2 * len(MEANS)))


PAINTED = {
    "source": "Wang 2022, table 1, Swish U-Net: Anime Sketch Colorization Pair at 512 x 512",
    "psnr": 18.55,
    "ssim": 0.85,
}
SHARPENED = {"source": "He and Jia 2023, table 2: entropies of four sets of their own, 5.4 to 7.7 bits"}
