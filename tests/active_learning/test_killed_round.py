"""kill -9 of a real worker in the middle of a round, on both databases: nothing is lost or done twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.core.sites import Site, kill, until
from tests.core.worker_jobs import QUICK

STEPS = 80

_START = f"""
from pathlib import Path
from active_learning.services.rounds import round_start
from active_learning.services.selections import selection_confirm, selection_propose
from tests.active_learning.world import fill_in, make_world
house = make_world()
selection = selection_propose(pool=house.pool, task="cel", budget=6, user=house.lead)
selection_confirm(selection=selection, user=house.lead)
fill_in(house, Path(FOLDER))
config = {{"network": "tiny", "steps": {STEPS}, "settings": {QUICK!r}}}
round_ = round_start(pool=house.pool, task="cel", config=config, user=house.lead)
out = str(round_.job_id)
"""

_END = """
from active_learning.models import FrameScore, ModelVersion, Round
round_ = Round.objects.get()
counts = [FrameScore.objects.count(), ModelVersion.objects.count()]
out = [round_.state, round_.run_folder, round_.scored_count, *counts]
"""


@pytest.mark.slow
def test_a_killed_worker_loses_no_step_of_the_round(site: Site, tmp_path: Path) -> None:
    job = site.python(_START.replace("FOLDER", repr(str(tmp_path / "truth"))))
    first = site.worker("--queues", "training")
    _until(site, job, lambda: len(_steps(site)) >= 3, "three steps")
    before = _steps(site)
    lane = site.holder(job)
    kill(first.pid)
    kill(lane)
    site.worker("--queues", "training")
    row = site.until_state(job, "done", seconds=240)
    assert row["attempt"] == 2
    state, folder, scored, scores, versions = site.python(_END)
    assert (state, scored, scores, versions) == ("closed", 26, 26, 1)
    assert (site.data / folder / "report.json").is_file()
    steps = _steps(site)
    assert steps == list(range(1, STEPS + 1)), "resumed from its checkpoint, by one trainer"
    assert steps[: len(before)] == before


def _until(site: Site, job: str, condition: Any, why: str) -> None:
    try:
        until(condition, seconds=120, why=why)
    except AssertionError:
        raise AssertionError(f"{why}: {site.job(job)}\n{site.log()}") from None


def _steps(site: Site) -> list[int]:
    """Steps in the training log, a torn last line left out."""
    logs = list(site.data.glob("runs/*/metrics.jsonl"))
    lines = logs[0].read_text().split("\n")[:-1] if logs else []
    return [json.loads(line)["step"] for line in lines]
