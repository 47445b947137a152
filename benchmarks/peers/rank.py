"""Rank candidates by Baal and scikit-activeml: runs in their environment and imports nothing of ours.

    PEERS/bin/python benchmarks/peers/rank.py IN.npz OUT.npz

IN holds ``draws`` (N, C, P, T), class probabilities of P pixels in T passes; ``points`` (N, D) float32, ``labelled``
(L,) rows and ``budget``. OUT gets the first ``budget`` rows of each ranking under its name, and its seconds as
``NAME_seconds``. Core-set ranks the unlabelled rows only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from baal.active.heuristics import BALD, Entropy, Random
from numpy.typing import NDArray
from skactiveml.classifier import SklearnClassifier
from skactiveml.pool import CoreSet, RandomSampling, UncertaintySampling
from sklearn.base import BaseEstimator, ClassifierMixin


class Told(ClassifierMixin, BaseEstimator):
    """A classifier whose inputs are the probabilities it is to give."""

    def fit(self, X, y, sample_weight=None):  # type: ignore[no-untyped-def]
        """Learn nothing."""
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):  # type: ignore[no-untyped-def]
        """The inputs."""
        return X


def main() -> None:
    """Rank, time, save."""
    given = np.load(sys.argv[1])
    draws, points, labelled = given["draws"], given["points"], given["labelled"]
    budget = int(given["budget"])
    mean = draws.mean(-1)
    whole = draws.mean((2, 3), dtype=np.float64)  # near-ties: half of all bits would order them by chance
    labels = np.full(len(points), np.nan)
    labels[labelled] = 0
    # scikit-activeml wants to see each class among the labels; these rows are no candidates.
    seen = np.concatenate([np.eye(mean.shape[1]), whole])
    classes = np.concatenate([np.arange(mean.shape[1]), np.full(len(whole), np.nan)])
    told = SklearnClassifier(Told(), classes=np.arange(mean.shape[1]))
    rankings: dict[str, Callable[[], NDArray[np.int64]]] = {
        "baal_random": lambda: Random()(whole)[:budget],
        "baal_entropy": lambda: Entropy(reduction="mean")(draws)[:budget],
        "baal_bald": lambda: BALD(reduction="mean")(draws)[:budget],
        "skactiveml_random": lambda: RandomSampling(random_state=0).query(
            X=points, y=labels, batch_size=budget
        ),
        "skactiveml_entropy": lambda: (
            UncertaintySampling(method="entropy", random_state=0).query(
                X=seen, y=classes, clf=told, batch_size=budget
            )
            - mean.shape[1]
        ),
        "skactiveml_coreset": lambda: CoreSet(random_state=0).query(X=points, y=labels, batch_size=budget),
    }
    found = {}
    for name, rank in rankings.items():
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            found[name] = np.asarray(rank())
            seconds.append(time.perf_counter() - start)
        # Other work on the machine only adds to them.
        found[f"{name}_seconds"] = np.array(min(seconds))
    np.savez(sys.argv[2], **found)


if __name__ == "__main__":
    main()
