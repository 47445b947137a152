"""Minutes of a round from the pace of a few steps, by hand."""

from __future__ import annotations

from modeling.estimating.figures import Estimate, Pace, Work, estimate
from modeling.training.config import TrainConfig, make_config

PACE = Pace(start=5, step=0.5, mask=0, judge=0.25, score=0.1)


def config(*, recipe: dict[str, object] | None = None, **budget: float) -> TrainConfig:
    return make_config(task="cel", snapshot="", settings={"recipe": {"batch": 4, **(recipe or {})}}, **budget)  # type: ignore[arg-type]


def test_a_budget_of_steps_takes_as_long_as_they_do() -> None:
    found = estimate(config(steps=200), PACE, Work(train=30, held_out=12, to_score=1000))
    assert found == Estimate(
        steps=200, start=5, training=100, evaluation=3, scoring=100, scored=1000, may_stop_early=False
    )
    assert found.seconds == 208


def test_a_budget_of_seconds_is_what_it_says_and_gives_the_steps() -> None:
    found = estimate(config(seconds=60), PACE, Work(train=30, held_out=0, to_score=0))
    assert (found.steps, found.training, found.evaluation) == (120, 60, 0)


def test_epochs_come_with_their_validation_frames() -> None:
    recipe = {"epochs": 3, "validation": 0.2, "patience": 2, "seconds": 0}
    # 50 labels: 10 validate, 40 train in 10 steps an epoch; 3 epochs judge 30 frames on the way, the end judges 10 + 2
    found = estimate(config(recipe=recipe), PACE, Work(train=50, held_out=2, to_score=0))
    assert (found.steps, found.training, found.evaluation) == (30, 30 * 0.5 + 30 * 0.25, 12 * 0.25)
    assert found.may_stop_early


def test_calibration_frames_are_judged_at_the_end_alone() -> None:
    recipe = {"epochs": 3, "calibration": 0.2, "seconds": 0}
    found = estimate(config(recipe=recipe), PACE, Work(train=50, held_out=2, to_score=0, cuts=20))
    assert (found.steps, found.training, found.evaluation) == (30, 15, 12 * 0.25)
    assert not found.may_stop_early
    # one cut fewer, and none is spared
    found = estimate(config(recipe=recipe), PACE, Work(train=50, held_out=2, to_score=0, cuts=19))
    assert (found.steps, found.evaluation) == (3 * 12, 2 * 0.25)


def test_few_labels_spare_none_for_validation() -> None:
    recipe = {"epochs": 3, "validation": 0.2, "patience": 2, "seconds": 0}
    found = estimate(config(recipe=recipe), PACE, Work(train=39, held_out=0, to_score=0))
    assert (found.steps, found.training) == (3 * 10, 15)
    assert not found.may_stop_early


def test_scoring_ends_with_its_budget() -> None:
    found = estimate(config(steps=1), PACE, Work(train=1, held_out=0, to_score=1000, score_seconds=30))
    assert (found.scoring, found.scored) == (30, 300)


def test_masks_are_predicted_once_a_frame() -> None:
    pace = Pace(start=5, step=0.5, mask=2, judge=0, score=0)
    assert estimate(config(steps=1), pace, Work(train=10, held_out=0, to_score=0)).start == 25
