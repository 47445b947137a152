"""What a strategy is supplied with, and the sentence that refuses it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from active_learning.models import FrameScore, Round
from active_learning.services.candidates import candidates_of
from active_learning.services.offers import offer_of
from active_learning.services.selections import selection_propose
from active_learning.strategies import STRATEGIES
from datasets.features import feature_write
from modeling.errors import UserError
from modeling.tasks import TASKS
from tests.active_learning.conftest import Loop
from tests.active_learning.world import FakeModeling, entropy_of, trainable_ids
from tests.annotation.house import House

CEL = TASKS.get("cel")
QUALITY = {"frames": 4, "per_class": [{"name": "background", "iou": 0.9}, {"name": "cel", "iou": 0.4}]}


def view_for(house: House, name: str, **params: Any) -> Any:
    strategy = STRATEGIES[name]
    parsed = strategy.params.model_validate(params)
    return candidates_of(pool=house.pool, task=CEL, strategy=strategy, params=parsed).view


def report_validation(figures: dict[str, Any] | None) -> None:
    round_ = Round.objects.get()
    round_.report["validation"] = figures
    round_.save()


def test_a_finished_round_feeds_every_strategy_it_was_scored_for(
    house: House, loop: Loop, modeling: FakeModeling
) -> None:
    loop.round()
    report_validation(QUALITY)
    offer = offer_of(house.pool, CEL)
    fed = [name for name, spec in STRATEGIES.items() if offer.refusal(name, spec.needs()) is None]
    unfed = {"bald", "flip", "ensemble", "proposals"}  # passes of their own, and pictures alone
    assert set(STRATEGIES) - set(fed) == unfed
    for name in fed:
        chosen = selection_propose(pool=house.pool, task="cel", budget=3, strategy=name, user=house.lead)
        assert chosen.items.filter(held_out=False).count() == 3, name
        assert (chosen.scores_from is None) == (name in ("random", "stratified_random", "kmeans",
                                                         "typical_per_cluster", "kcenter"))  # fmt: skip


def test_unscored_frames_are_nan_in_all_that_the_model_says(
    house: House, loop: Loop, modeling: FakeModeling
) -> None:
    modeling.unscored = 7
    loop.round()
    scored = set(FrameScore.objects.values_list("frame_id", flat=True))
    density = view_for(house, "density_weighted", score="margin")
    free, known = density.candidates, np.isin(density.frame_ids, list(scored))
    assert set(density.frame_ids.tolist()) == trainable_ids(house)
    assert (np.isnan(density.scores["margin"]) == ~known)[free].all()
    assert (np.isnan(density.features["embedding"]).all(1) == ~known)[free].all()
    entropies = view_for(house, "entropy").scores["entropy"]
    expected = [entropy_of(pk) if pk in scored else np.nan for pk in density.frame_ids.tolist()]
    assert np.allclose(entropies, expected, equal_nan=True)
    classes = view_for(house, "class_stratified").class_scores
    assert classes.shape == (32, 2)
    assert (np.isnan(classes[:, 0]) == ~known)[free].all()


def test_quality_is_that_of_validation_frames_only(house: House, loop: Loop, modeling: FakeModeling) -> None:
    loop.round()
    with pytest.raises(UserError, match="on validation frames, and round 1 of pool has none") as caught:
        view_for(house, "hard_classes")
    assert caught.value.code == "no_quality"
    report_validation({"frames": 4, "per_class": [{"name": "cel", "iou": 0.4}]})
    view = view_for(house, "hard_classes")
    assert np.array_equal(view.class_quality, [np.nan, 0.4], equal_nan=True)
    assert view.class_name(1) == "cel"


@pytest.mark.parametrize(
    ("name", "params", "code", "sentence"),
    [
        ("bald", {}, "not_scored", "Finish a round with the scorer bald on"),
        ("power_entropy", {"score": "flip"}, "not_scored", "Finish a round with the scorer flip on"),
        ("power_entropy", {"score": "entropi"}, "bad_parameter", "entropy"),
        ("kmeans", {"feature": "edge"}, "bad_parameter", "edges"),
    ],
)
def test_refuses_what_was_not_scored(
    house: House,
    loop: Loop,
    modeling: FakeModeling,
    name: str,
    params: dict[str, Any],
    code: str,
    sentence: str,
) -> None:
    loop.round()
    with pytest.raises(UserError, match=sentence) as caught:
        view_for(house, name, **params)
    assert caught.value.code == code


def test_a_feature_of_the_model_needs_a_round(house: House) -> None:
    with pytest.raises(UserError, match="no round of pool has finished yet") as caught:
        view_for(house, "kmeans", feature="embedding")
    assert caught.value.code == "no_scores"


def test_frames_that_left_the_pool_are_not_asked_for(
    house: House, loop: Loop, modeling: FakeModeling
) -> None:
    loop.round()
    gone = max(trainable_ids(house))
    house.pool.members.filter(frame_id=gone).delete()
    view = view_for(house, "entropy")
    assert gone not in view.frame_ids
    assert not np.isnan(view.scores["entropy"][~view.labelled]).any()


def test_queries_do_not_grow_with_the_pool(
    house: House, loop: Loop, modeling: FakeModeling, django_assert_max_num_queries: Any
) -> None:
    loop.round()
    with django_assert_max_num_queries(9):
        view_for(house, "clustered_uncertainty")


def test_a_pick_keeps_its_chance_and_weight(house: House) -> None:
    chosen = selection_propose(
        pool=house.pool, task="cel", budget=8, strategy="random", seed=1, user=house.lead, control_share=0
    )
    item = chosen.items.first()
    assert (item.inclusion_probability, item.weight) == (8 / 32, 1.0)
    chosen = selection_propose(pool=house.pool, task="cel", budget=2, strategy="kmeans", user=house.lead)
    assert chosen.items.first().weight is None


def test_refuses_hours_of_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "active_learning.strategies.base.Strategy.too_much", lambda *a: "kmeans picks at most 3"
    )
    with pytest.raises(UserError, match=r"at most 3\. Pick fewer"):
        selection_propose(pool=house.pool, task="cel", budget=4, strategy="kmeans", user=house.lead)


def test_a_written_feature_of_a_round_is_found(house: House, loop: Loop, modeling: FakeModeling) -> None:
    loop.round()
    ids = sorted(trainable_ids(house))
    feature_write("score-bald", Round.objects.get().pk, ids, np.arange(32, dtype=np.float32)[:, None])
    assert view_for(house, "bald").scores["bald"].tolist() == list(range(32))


def test_a_feature_that_a_job_computes_is_offered_once_it_is_there(house: House) -> None:
    with pytest.raises(UserError, match=r"kmeans needs colors, which is not computed of pool yet.*map page"):
        view_for(house, "kmeans", feature="colors")
    assert "colors" not in offer_of(house.pool, CEL).features
    some = sorted(trainable_ids(house))[:20]
    feature_write("colors", 1, some, np.ones((20, 216), np.float16))
    assert offer_of(house.pool, CEL).features == ["edges", "colors"]
    view = view_for(house, "kmeans", feature="colors")
    assert view.frame_ids[np.isfinite(view.features["colors"]).all(1)].tolist() == some
    chosen = selection_propose(
        pool=house.pool,
        task="cel",
        budget=3,
        strategy="kmeans",
        params={"feature": "colors"},
        user=house.lead,
    )
    assert set(chosen.items.filter(held_out=False).values_list("frame_id", flat=True)) <= set(some)
