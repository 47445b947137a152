"""A large pool's scoring in ranges: the same scores, by whoever takes them, and none lost by one that fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from active_learning.models import FrameScore, Round, RoundState
from active_learning.services.score_ranges import Range, ranges_of
from active_learning.services.score_rows import score_feature
from active_learning.services.scoring import round_score_help
from active_learning.services.steps import run_folder
from core.jobs import JobCancelled
from core.models import Job, JobLogLine, Worker
from core.processes import ModelingCrashed
from datasets.features import feature_read
from modeling.errors import UserError
from tests.active_learning.conftest import Loop
from tests.active_learning.world import FakeModeling, entropy_of
from tests.core.sites import Site
from tests.core.worker_jobs import QUICK

quick = pytest.mark.django_db


@pytest.fixture
def small_ranges(settings: LazySettings) -> None:
    """Thirty-two training frames are five ranges."""
    settings.SAKKAN_SCORE_RANGE = 6


def scored_by(modeling: FakeModeling) -> list[str]:
    """Names of the lists that were scored, in order."""
    return [Path(args[2]).name for args in modeling.calls if args[0] == "score"]


@quick
def test_a_small_pool_is_one_job(loop: Loop, modeling: FakeModeling, settings: LazySettings) -> None:
    settings.SAKKAN_SCORE_RANGE = 17  # twice that is more than there is
    round_ = loop.round()
    assert scored_by(modeling) == ["score_files.jsonl"]
    assert ranges_of(run_folder(round_)) == []


@quick
def test_ranges_give_the_same_scores(loop: Loop, modeling: FakeModeling, small_ranges: None) -> None:
    round_ = loop.round(score_seconds=100)
    assert scored_by(modeling) == [f"000{number}.files" for number in range(5)]
    budgets = {args[args.index("--seconds") + 1] for args in modeling.calls if args[0] == "score"}
    assert budgets == {"20.0"}
    assert (round_.state, round_.scored_count, round_.unscored_count) == (RoundState.CLOSED, 26, 0)
    scores = dict(FrameScore.objects.filter(round=round_).values_list("frame_id", "entropy"))
    assert scores == pytest.approx({pk: entropy_of(pk) for pk in scores})
    margin = feature_read(score_feature("margin"), round_.pk, list(scores))
    assert margin[:, 0] == pytest.approx([1 - value for value in scores.values()])
    # over all ranges, as in one
    assert round_.report["reordered"] == {"frames": 26, "top": 6, "differ": 6, "kendall": -1.0}


@quick
def test_a_range_that_fails_comes_again_and_loses_no_other(
    loop: Loop, modeling: FakeModeling, small_ranges: None
) -> None:
    modeling.stop_at, modeling.error = "score", ModelingCrashed("out of memory")
    round_ = loop.round()
    assert scored_by(modeling) == [f"000{number}.files" for number in (0, 1, 2, 3, 4, 0)]
    assert round_.scored_count == 26
    assert JobLogLine.objects.filter(text__contains="Range 1 failed (1 of 3): out of memory").exists()


class BadList(FakeModeling):
    """Refuses one range for good while it is ``bad``."""

    bad = "0003.files"

    def score(self, args: list[str], on_event: Any) -> None:
        if Path(args[2]).name == self.bad:
            raise UserError("A frame is damaged.", code="damaged")
        super().score(args, on_event)


@quick
def test_a_range_that_always_fails_fails_the_round_and_a_retry_does_it_alone(
    loop: Loop, monkeypatch: pytest.MonkeyPatch, small_ranges: None
) -> None:
    fake = BadList()
    for module in ("steps", "scoring"):
        monkeypatch.setattr(f"active_learning.services.{module}.run_modeling", fake)
    with pytest.raises(UserError, match="A frame is damaged"):
        loop.round()
    failed = Round.objects.get()
    assert (failed.state, failed.retry_from, failed.failure_code) == ("failed", "evaluated", "damaged")
    assert sorted(scored_by(fake)) == sorted([f"000{n}.files" for n in range(5)] + [fake.bad] * 2)
    assert 0 < FrameScore.objects.count() < 26
    fake.bad, fake.calls = "", []
    from active_learning.services.steps import round_advance

    round_advance(round_id=failed.pk, context=AnyContext(loop))
    assert scored_by(fake) == ["0003.files"]
    assert FrameScore.objects.count() == 26


class AnyContext:
    """A job's context, of a job that never ends."""

    def __new__(cls, loop: Loop) -> Any:
        from active_learning.jobs import scores_help
        from core.jobs import JobContext, enqueue, lease

        enqueue(scores_help, title="stands in", round_id=0)
        claimed = lease.claim_next(["training"], "here")
        assert claimed is not None
        return JobContext(claimed, spare_cores=0)


@quick
def test_workers_that_are_there_are_asked_and_then_let_go(
    loop: Loop, modeling: FakeModeling, small_ranges: None
) -> None:
    Worker.objects.create(name="a", queue="training", seen_at="2999-01-01T00:00Z")
    Worker.objects.create(name="b", queue="training", seen_at="2999-01-01T00:00Z")
    Worker.objects.create(name="c", queue="default", seen_at="2999-01-01T00:00Z")
    round_ = loop.round()
    helpers = Job.objects.about(round_).filter(title__startswith="Help to score")
    assert [job.state for job in helpers] == ["cancelled", "cancelled"]  # nobody took them
    assert round_.state == RoundState.CLOSED


@quick
def test_help_that_comes_late_or_too_early_finds_nothing_to_do(
    loop: Loop, modeling: FakeModeling, small_ranges: None
) -> None:
    round_ = loop.round()
    done = len(modeling.calls)
    assert round_score_help(round_id=round_.pk, context=AnyContext(loop)) == 0
    assert len(modeling.calls) == done


@quick
def test_a_cancelled_round_takes_its_helpers_along(
    loop: Loop, modeling: FakeModeling, small_ranges: None
) -> None:
    Worker.objects.create(name="a", queue="training", seen_at="2999-01-01T00:00Z")
    modeling.stop_at, modeling.error = "score", JobCancelled("by hand")
    with pytest.raises(JobCancelled):
        loop.round()
    assert Round.objects.get().state == RoundState.CANCELLED
    assert [job.state for job in Job.objects.filter(title__startswith="Help")] == ["cancelled"]


def test_a_range_is_held_by_one(tmp_path: Path) -> None:
    one, same = Range(tmp_path, 7), Range(tmp_path, 7)
    with one.taken() as ours, same.taken() as theirs:
        assert (ours, theirs) == (True, False)
    with same.taken() as theirs:
        assert theirs


# --- two workers on PostgreSQL ---

_START = f"""
from pathlib import Path
from active_learning.services.rounds import round_start
from active_learning.services.selections import selection_confirm, selection_propose
from tests.active_learning.world import fill_in, make_world
house = make_world()
selection = selection_propose(pool=house.pool, task="cel", budget=6, user=house.lead)
selection_confirm(selection=selection, user=house.lead)
fill_in(house, Path(FOLDER))
config = {{"network": "tiny", "steps": 20, "settings": {QUICK!r}, "scorers": ["margin", "embedding"]}}
round_ = round_start(pool=house.pool, task="cel", config=config, user=house.lead)
out = str(round_.job_id)
"""

_ALONE = """
from pathlib import Path
import numpy as np
from django.conf import settings
from active_learning.models import FrameScore, Round
from active_learning.services.score_ranges import ranges_of
from active_learning.services.steps import run_folder
from core.models import Job
from datasets.features import feature_read
from modeling.cli import main
from modeling.inference.score_files import read_scores
round_ = Round.objects.get()
run = run_folder(round_)
ranges = ranges_of(run)
files, alone = Path(settings.SAKKAN_DATA) / "all.files", Path(settings.SAKKAN_DATA) / "alone.jsonl"
files.write_bytes(b"".join(one.files.read_bytes() for one in ranges))
names = ",".join(round_.config["scorers"])
main(["score", str(run.path), str(files), str(alone), "--scorers", names, "--device", "cpu", "--json"])
(rows,) = read_scores(alone, 1000)
stored = dict(FrameScore.objects.filter(round=round_).values_list("frame_id", "entropy"))
entropies = dict(zip(rows.ids, rows.numbers["entropy"]))
pairs = [([entropies[pk] for pk in stored], list(stored.values()))]
alone = {"score-margin": rows.numbers["margin"][:, None], "embedding": rows.vectors["embedding"]}
pairs += [(values.astype(float), feature_read(name, round_.pk, rows.ids)) for name, values in alone.items()]
gaps = [float(np.abs(np.subtract(one, other)).max() / np.ptp(one)) for one, other in pairs]
helped = [job.result["ranges"] for job in Job.objects.filter(title__startswith="Help", state="done")]
out = [round_.state, len(ranges), len(stored), len(rows.ids), gaps, helped]
"""


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(600)
def test_two_workers_give_the_scores_of_one(postgres_site: Site, tmp_path: Path) -> None:
    site = postgres_site
    site.environment["SAKKAN_SCORE_RANGE"] = "10"
    site.worker("--queues", "training", "--device", "cpu")
    site.worker("--queues", "training", "--device", "cpu")
    job = site.python(_START.replace("FOLDER", repr(str(tmp_path / "truth"))))
    site.until_state(job, "done", seconds=280)
    state, ranges, stored, scored, gaps, helped = site.python(_ALONE)
    assert (state, ranges, stored, scored) == ("closed", 3, 26, 32)
    # frames fall into other batches, and float16 has eleven bits: rounding alone, relative to how far scores spread
    assert max(gaps[:2]) < 1e-4
    assert gaps[2] < 4e-3
    assert sum(helped) >= 1, site.log()
