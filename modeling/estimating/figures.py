"""From the pace of a few steps to what a whole round takes: plain arithmetic, torch-free."""

from __future__ import annotations

from dataclasses import dataclass

from modeling.recipes import RecipeParams
from modeling.training.config import TrainConfig, spared_share


@dataclass(frozen=True, slots=True)
class Work:
    """What a round has to do: labelled frames to train on and to judge, frames to score, and a budget for that.

    ``score_seconds`` is None where scoring goes on until all are scored, ``cuts`` of the training labels None where
    each is a cut of its own.
    """

    train: int
    held_out: int
    to_score: int
    score_seconds: float | None = None
    cuts: int | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """What was measured, in seconds: start-up, an optimizer step, and a frame to mask, to judge and to score."""

    start: float
    step: float
    mask: float
    judge: float
    score: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a round takes, in seconds by part. ``scored`` frames fit the budget of scoring.

    ``steps`` are optimizer steps; a recipe that stops early may do with fewer.
    """

    steps: int
    start: float
    training: float
    evaluation: float
    scoring: float
    scored: int
    may_stop_early: bool

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.start + self.training + self.evaluation + self.scoring


def estimate(config: TrainConfig, pace: Pace, work: Work) -> Estimate:
    """Multiply the pace by the work.

    Seconds of training are what the budget says, else steps at the pace and, where a recipe stops early, the
    validation frames of each epoch, which are judged more quickly than at the end: an upper bound. Frames spared for
    calibration are judged at the end alone.
    """
    recipe = config.recipe_values
    validation = spared_frames(recipe, work.train, work.cuts)
    on_the_way = validation if recipe.validation else 0
    epoch = max(1, round((work.train - validation) / recipe.batch))
    steps = config.steps or recipe.epochs * epoch
    if config.seconds is not None:
        steps = max(1, round(config.seconds / pace.step))
        training = config.seconds
    else:
        training = steps * pace.step + steps // epoch * on_the_way * pace.judge
    scoring, scored = _scoring(pace, work)
    return Estimate(
        steps=steps,
        start=pace.start + work.train * pace.mask,
        training=training,
        evaluation=(work.held_out + validation) * pace.judge,
        scoring=scoring,
        scored=scored,
        may_stop_early=bool(on_the_way and recipe.patience),
    )


def spared_frames(recipe: RecipeParams, train: int, cuts: int | None = None) -> int:
    """About how many of the training labels do not train (`modeling.training.splits.spared_share`)."""
    return round(spared_share(recipe, train, train if cuts is None else cuts) * train)


def _scoring(pace: Pace, work: Work) -> tuple[float, int]:
    """Seconds of scoring and how many frames it reaches."""
    needed, budget = work.to_score * pace.score, work.score_seconds
    if budget is None or needed <= budget:
        return needed, work.to_score
    return budget, int(budget / pace.score)
