"""What every strategy sees, returns and declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from threadpoolctl import threadpool_limits

Ints = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]
CLASS_ARRAYS = ("class_scores", "class_shares", "class_quality")


class StrategyParams(BaseModel):
    """Base of a strategy's own parameters: unknown names are refused; descriptions label the form."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a strategy requires of a view with its parameters: names of features and scores, and class arrays.

    ``classes`` are among ``class_scores``, ``class_shares`` and ``class_quality``.
    """

    features: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def missing_from(self, view: PoolView) -> list[str]:
        """Names that the view does not carry."""
        return [
            *(name for name in self.features if name not in view.features),
            *(name for name in self.scores if name not in view.scores),
            *(name for name in self.classes if getattr(view, name) is None),
        ]


NOTHING = Needs()

GROUPS = ("chance", "diversity", "uncertainty", "mixed")
"""Kinds of strategies, in the order the form shows them."""


@dataclass(frozen=True, slots=True, eq=False)
class PoolView:
    """A pool as arrays, frozen: what a strategy may look at. Held-out frames are never in it.

    Rows are frames in any order; all arrays become read-only.

    Args:
        frame_ids: (N,) int64, unique.
        cuts: (N,) int64, id of each frame's cut.
        productions: (N,) int64.
        labelled: (N,) bool. Frames with a label or already waiting for one: to be looked at, never picked.
        features: Name to (N, D) array; a row of NaN where a frame has none.
        scores: Name to (N,) float, higher is less sure; NaN where a frame is unscored. Entropies are in nats.
        class_scores: (N, C) float, mean entropy in nats of the pixels predicted as each class, NaN where there
            are none; or None.
        class_shares: (N, C) float, share of pixels predicted as each class, NaN rows where unscored; or None.
        class_quality: (C,) float, IoU of each class in the last round, NaN where unknown; or None.
        class_names: C names for reasons, or none.

    Raises:
        ValueError: When lengths differ or a frame is there twice.
    """

    frame_ids: Ints
    cuts: Ints
    productions: Ints
    labelled: NDArray[np.bool_]
    features: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    scores: Mapping[str, Floats] = field(default_factory=dict)
    class_scores: Floats | None = None
    class_shares: Floats | None = None
    class_quality: Floats | None = None
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("features", "scores"):
            frozen = {key: _read_only(value) for key, value in getattr(self, name).items()}
            object.__setattr__(self, name, MappingProxyType(frozen))
        for name in ("frame_ids", "cuts", "productions", "labelled", *CLASS_ARRAYS):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _read_only(getattr(self, name)))
        self._check()

    def class_name(self, index: int) -> str:
        """What reasons call a class."""
        return self.class_names[index] if self.class_names else f"class {index}"

    def _check(self) -> None:
        arrays = [self.cuts, self.productions, self.labelled, *self.features.values(), *self.scores.values()]
        arrays += [array for array in (self.class_scores, self.class_shares) if array is not None]
        if any(len(array) != len(self.frame_ids) for array in arrays):
            raise ValueError("every array of a pool view has one row a frame")
        if not _rises(self.frame_ids) and len(np.unique(self.frame_ids)) != len(self.frame_ids):
            raise ValueError("a frame is in the pool view twice")

    def __len__(self) -> int:
        return len(self.frame_ids)

    @property
    def candidates(self) -> Ints:
        """(M,) rows that may be picked, by frame id: the order of rows never tips a seeded choice."""
        rows = np.flatnonzero(~self.labelled)
        return rows if _rises(self.frame_ids) else rows[np.argsort(self.frame_ids[rows], kind="stable")]


def _rises(ids: Ints) -> bool:
    """Whether each is above the one before, as ids from a database mostly are: nothing is left to sort."""
    return bool((ids[1:] > ids[:-1]).all())


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


class Cluster(NamedTuple):
    """A group of similar frames: how many, and the frame at its centre."""

    size: int
    centre: int


@dataclass(frozen=True, slots=True)
class Pick:
    """One chosen frame.

    ``utility`` is the strategy's number for it (None where it has none), ``reason`` the same in words;
    ``probability`` is its chance of being picked in (0, 1] where the strategy knows it, and ``weight`` what it then
    counts for in training or a mean: 1 as under even sampling, more where it stands for frames that are picked
    rarely (`active_learning.strategies.weights`). ``cluster`` is the group it was found in, if any.
    """

    frame_id: int
    utility: float | None
    reason: str
    probability: float | None = None
    weight: float | None = None
    cluster: Cluster | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """How much to pick: ``budget`` frames, at most ``cap_per_cut`` of one cut, all chance from ``rng``."""

    budget: int
    rng: np.random.Generator
    cap_per_cut: int | None = None


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way to choose: a frozen spec that also fills the form, and the function that picks.

    ``requires`` says what the view must carry, alone or for given parameters; whoever calls supplies it or refuses.
    ``group`` is one of `GROUPS`. ``pairs`` bounds candidates x budget for a strategy that compares each candidate
    with each pick; None where the work does not grow with both.
    """

    name: str
    text: str
    pick: Callable[[PoolView, Call, Any], list[Pick]]
    group: str
    params: type[StrategyParams] = StrategyParams
    requires: Needs | Callable[[Any], Needs] = NOTHING
    pairs: int | None = None

    def needs(self, params: StrategyParams | None = None) -> Needs:
        """What a view must carry with these parameters, the default ones if None."""
        if isinstance(self.requires, Needs):
            return self.requires
        return self.requires(self.params() if params is None else params)

    def too_much(self, candidates: int, budget: int) -> str:
        """A sentence that refuses work beyond ``pairs``, empty where there is none to refuse."""
        if self.pairs is None or candidates * budget <= self.pairs:
            return ""
        most = max(1, self.pairs // candidates)
        return f"{self.name} picks at most {most:,} of {candidates:,} frames at once, not {budget:,}"

    def select(
        self,
        view: PoolView,
        *,
        budget: int,
        rng: np.random.Generator,
        cap_per_cut: int | None = None,
        params: StrategyParams | None = None,
    ) -> list[Pick]:
        """Pick at most ``budget`` candidates, best first; fewer where pool, cap or scores give no more.

        The same view, seed and parameters give the same picks.

        Raises:
            ValueError: A budget or cap below its least, a view without what the strategy requires, or more work
                than it takes on (`too_much`).
        """
        if budget < 0 or (cap_per_cut is not None and cap_per_cut < 1):
            raise ValueError("the budget is at least 0 and the cap at least 1")
        params = self.params() if params is None else params
        if missing := self.needs(params).missing_from(view):
            raise ValueError(f"{self.name} requires {', '.join(missing)}")
        candidates = len(view) - int(view.labelled.sum())
        if sentence := self.too_much(candidates, budget):
            raise ValueError(sentence)
        if not budget or not candidates:
            return []
        # Products of features on one thread: sums in another order could tip a seeded choice.
        with threadpool_limits(1) if self.needs(params).features else nullcontext():
            return self.pick(view, Call(budget, rng, cap_per_cut), params)
