"""What a round keeps of its scores: rows for pages, features for strategies."""

from __future__ import annotations

import json
from contextlib import nullcontext
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from active_learning.models import FrameScore
from active_learning.services import score_rows
from active_learning.services.candidates import candidates_of
from active_learning.services.config import ranked_by, round_config
from active_learning.services.score_rows import score_feature
from active_learning.strategies.kcenter import KCENTER
from annotation.selectors import labelled_frame_ids
from datasets.features import feature_present, feature_read
from datasets.models import Frame
from modeling.errors import UserError
from modeling.inference.score_files import Column, ScoreWriter, read_scores
from modeling.scorers import DEFAULT
from modeling.tasks import TASKS
from tests.active_learning.conftest import Loop
from tests.active_learning.world import FakeModeling, entropy_of, trainable_ids

pytestmark = pytest.mark.django_db


def test_entropies_are_rows_and_everything_else_is_a_feature_of_the_round(
    loop: Loop, modeling: FakeModeling
) -> None:
    round_ = loop.round()
    scores = dict(FrameScore.objects.filter(round=round_).values_list("frame_id", "entropy"))
    ids = list(scores)
    assert scores == pytest.approx({pk: entropy_of(pk) for pk in ids})
    margin = feature_read(score_feature("margin"), round_.pk, ids)
    assert margin.dtype == np.float32
    assert margin[:, 0] == pytest.approx([1 - entropy_of(pk) for pk in ids])
    embedding = feature_read("embedding", round_.pk, ids)
    assert (embedding.dtype, embedding.shape) == (np.float16, (26, 2))
    assert not feature_present(score_feature("entropy"), round_.pk, ids).any()
    # six were selected last, and the calibrated order is the other way round
    assert round_.report["reordered"] == {"frames": 26, "top": 6, "differ": 6, "kendall": -1.0}


def test_labelled_frames_get_features_alone(loop: Loop, modeling: FakeModeling) -> None:
    round_ = loop.round()
    labelled = list(labelled_frame_ids(loop.house.pool, "cel") & trainable_ids(loop.house))
    assert len(labelled) == 6
    assert not FrameScore.objects.filter(frame_id__in=labelled).exists()
    assert (round_.scored_count, round_.unscored_count) == (26, 0)
    # a strategy that keeps away from what is labelled sees where that is
    view = candidates_of(
        pool=loop.house.pool,
        task=TASKS.get("cel"),
        strategy=KCENTER,
        params=KCENTER.params(feature="embedding"),
    ).view
    rows = np.isin(view.frame_ids, labelled)
    assert view.labelled[rows].all()
    values = [entropy_of(pk) for pk in view.frame_ids[rows]]
    assert view.features["embedding"][rows, 0] == pytest.approx(values, abs=1e-3)


class Context:
    """A job that always goes on."""

    fenced = staticmethod(nullcontext)

    def tick(self) -> None:
        """Nothing to say."""


def test_storing_that_was_cut_off_goes_on(loop: Loop, modeling: FakeModeling, monkeypatch) -> None:
    round_ = loop.round()
    out = Path(next(args for args in modeling.calls if args[0] == "score")[3])
    written: list[int] = []
    monkeypatch.setattr(score_rows, "_BATCH", 10)
    monkeypatch.setattr(
        score_rows, "feature_write", lambda name, version, ids, values: written.append(len(ids))
    )
    FrameScore.objects.filter(frame_id__in=next(islice(read_scores(out, 10), 1, None)).ids).delete()
    stored = score_rows.scores_store(round_=round_, outs=[out], total=30, context=Context())
    assert set(written) == {10}
    assert len(written) == len(DEFAULT) - 1
    assert (stored.scored, stored.unscored) == (26, 4)


def test_frames_deleted_meanwhile_and_undefined_scores_are_left_out(
    loop: Loop, modeling: FakeModeling, tmp_path: Path
) -> None:
    round_ = loop.round()
    FrameScore.objects.all().delete()
    there = Frame.objects.order_by("pk")[0].pk
    with ScoreWriter(tmp_path / "scores.jsonl", [Column("entropy")]) as writer:
        for key, value in ((there, 0.5), (there + 1, float("nan")), (10**9, 0.5)):
            writer.write(key, {"entropy": value})
    stored = score_rows.scores_store(round_=round_, outs=[writer.out], total=2, context=Context())
    assert (stored.scored, stored.unscored, stored.reordered) == (1, 1, None)
    assert FrameScore.objects.get().frame_id == there


def test_the_entropy_is_always_scored_and_unknown_scorers_are_refused() -> None:
    assert round_config("cel", {}).scorers == DEFAULT
    assert round_config("cel", {"scorers": ["margin"]}).scorers == (ranked_by("cel"), "margin")
    with pytest.raises(UserError, match="Did you mean 'bald'"):
        round_config("cel", {"scorers": ["bold"]})


def test_an_ensemble_asks_the_versions_before(loop: Loop, modeling: FakeModeling) -> None:
    loop.select()
    loop.label()
    with pytest.raises(UserError, match="no cel version yet"):
        loop.run(scorers=["ensemble"])
    loop.run()
    loop.round(scorers=["ensemble"])
    score = [args for args in modeling.calls if args[0] == "score"][-1]
    assert score[score.index("--scorers") + 1] == "entropy,ensemble"
    setting = score[score.index("--set") + 1].partition("=")
    assert setting[0] == "ensemble.runs"
    assert [Path(folder).name for folder in json.loads(setting[2])] == ["pool-cel-001-1"]
