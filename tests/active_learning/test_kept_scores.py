"""A scored round's entropies are kept as one array: the same as from rows, and of an unfinished round not kept."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from active_learning import kept_scores
from active_learning.kept_scores import score_rows
from active_learning.models import FrameScore, Round
from active_learning.services.candidates import entropies_of
from datasets.models import Frame
from tests.active_learning.conftest import Loop
from tests.active_learning.world import FakeModeling
from tests.annotation.house import House


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every round counts as large."""
    monkeypatch.setattr(kept_scores, "KEPT_FROM", 1)


def entropies(round_: Round, house: House) -> list[float]:
    ids = np.array(sorted(house.pool.members.values_list("frame_id", flat=True)), np.int64)
    return entropies_of(round_, ids)[:, 0].tolist()


@pytest.mark.usefixtures("large")
def test_a_finished_round_is_kept_and_says_what_its_rows_say(
    house: House, loop: Loop, modeling: FakeModeling, data_dir: Path, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    round_ = loop.round()
    assert [path.name for path in (data_dir / "tables").glob("round-*")] == [f"round-{round_.pk}.npy"]
    rows = list(
        FrameScore.objects.filter(round=round_).order_by("frame_id").values_list("frame_id", "entropy")
    )
    with django_assert_num_queries(0):
        assert score_rows(round_).tolist() == rows
    kept = entropies(round_, house)
    (data_dir / "tables" / f"round-{round_.pk}.npy").unlink()
    np.testing.assert_array_equal(entropies(round_, house), kept)
    Frame.objects.filter(pk=rows[0][0]).delete()
    assert np.isfinite(entropies(round_, house)).sum() == len(rows) - 1


@pytest.mark.usefixtures("large")
def test_of_a_round_that_is_not_scored_yet_nothing_is_kept(house: House, data_dir: Path) -> None:
    round_ = Round.objects.create(pool=house.pool, task="cel", number=1, state="evaluated")
    FrameScore.objects.create(round=round_, frame=house.frames[0], entropy=0.25)
    assert score_rows(round_).tolist() == [(house.frames[0].pk, 0.25)]
    assert not list((data_dir / "tables").glob("round-*"))
    FrameScore.objects.create(round=round_, frame=house.frames[1], entropy=0.5)
    assert len(score_rows(round_)) == 2


@pytest.mark.usefixtures("large")
def test_tables_of_old_rounds_are_cleaned_away(
    house: House, loop: Loop, modeling: FakeModeling, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    round_ = loop.round()
    stray = data_dir / "tables" / "round-999.npy"
    np.save(stray, score_rows(round_))
    then = time.time() - 25 * 3600
    for path in (data_dir / "tables").glob("round-*"):
        os.utime(path, (then, then))
    call_command("cleanup")
    assert "table of an old round's scores" in capsys.readouterr().out
    assert not stray.exists()
    assert (data_dir / "tables" / f"round-{round_.pk}.npy").exists()
