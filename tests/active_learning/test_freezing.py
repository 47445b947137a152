"""What a snapshot of one kind holds where frames have labels of several."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client

from active_learning.services.freezing import kinds_beside, labels_freeze
from active_learning.services.selections import selection_confirm, selection_propose
from core.jobs.context import JobContext
from core.jobs.lease import claim_next
from core.jobs.runner import run_claimed
from core.models import Job, JobState
from core.paths import data_path
from datasets.models import Frame, Snapshot
from modeling.labelio import encode_label
from modeling.labels import KINDS
from modeling.snapshots import Snapshot as Folder
from modeling.tasks import TASKS
from tests.active_learning.conftest import Loop
from tests.active_learning.world import HELD_OUT, FakeModeling
from tests.annotation.house import HEIGHT, WIDTH, House


def draw(house: House, kind: str, frames: list[Frame], folder: Path) -> None:
    """Accept a label of class 1 on each frame."""
    for frame in frames:
        path = folder / kind / f"{frame.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_label(np.ones((HEIGHT, WIDTH), np.uint8), KINDS[kind]))
    call_command("import_labels", "pool", str(folder / kind), "--kind", kind)


def labels_of(snapshot: Snapshot) -> dict[str, list[str]]:
    """Kinds of each frame's labels, of frames that have any."""
    rows = Folder.open(data_path("snapshots", snapshot.pk)).frames()
    return {row.key: sorted(row.labels) for row in rows if row.labels}


def test_a_task_may_use_the_kind_by_which_cels_are_cut_out() -> None:
    assert kinds_beside(TASKS.get("cel")) == []
    assert kinds_beside(TASKS.get("douga")) == ["cel"]


def test_the_other_kind_comes_with_the_same_frames_only(house: House, tmp_path: Path) -> None:
    first, second, third = house.frames[:3]
    draw(house, "cel", [first, third], tmp_path)
    draw(house, "douga", [first, second], tmp_path)
    snapshot = labels_freeze(pool=house.pool, kind="douga", user=None, beside=["cel"])
    assert labels_of(snapshot) == {first.key: ["cel", "douga"], second.key: ["douga"]}
    assert snapshot.kinds == ["cel", "douga"]


def test_labels_of_another_kind_leave_a_snapshot_as_it_was(house: House, tmp_path: Path) -> None:
    draw(house, "cel", house.frames[:2], tmp_path)
    before = labels_freeze(pool=house.pool, kind="cel", user=None)
    draw(house, "douga", house.frames[:1], tmp_path)
    labels_freeze(pool=house.pool, kind="douga", user=None, beside=["cel"])
    assert labels_freeze(pool=house.pool, kind="cel", user=None) == before


def test_a_label_is_told_how_its_own_kind_was_selected(
    house: House, loop: Loop, modeling: FakeModeling
) -> None:
    loop.select(budget=32, strategy="random")
    loop.label()
    before = labels_freeze(pool=house.pool, kind="cel", user=None)
    later = selection_propose(pool=house.pool, task="douga", budget=4, strategy="kmeans", user=house.lead)
    selection_confirm(selection=later, user=house.lead)
    assert labels_freeze(pool=house.pool, kind="cel", user=None) == before


def run_job() -> Job:
    """Run the job that waits, as a worker does."""
    job = claim_next(["default"], "test")
    assert job is not None
    run_claimed(JobContext(job))
    job.refresh_from_db()
    return job


def test_a_lead_freezes_what_is_accepted_without_a_round(
    house: House, tmp_path: Path, client: Client
) -> None:
    first, second, third = house.frames[:3]
    draw(house, "cel", [first, third], tmp_path)
    draw(house, "douga", [first, second], tmp_path)
    client.force_login(house.lead)
    page = f"/pools/{house.pool.pk}/snapshots/"
    assert b'value="douga" title' in client.get(page).content
    answer = client.post(f"/pools/{house.pool.pk}/freeze/", {"kind": "douga"})
    assert answer.headers["Location"] == f"/jobs/{Job.objects.get().pk}/"
    job = run_job()
    assert job.state == JobState.DONE, job.error_text
    snapshot = Snapshot.objects.get()
    assert job.result == {"snapshot": snapshot.pk, "labels to train": 2, "labels held-out": 0}
    assert job.progress_total == 2 + HELD_OUT
    assert snapshot.created_by == house.lead
    assert labels_of(snapshot) == {first.key: ["cel", "douga"], second.key: ["douga"]}
    assert f'href="/snapshots/{snapshot.pk}/"' in client.get(answer.headers["Location"]).content.decode()


def test_the_api_and_the_command_freeze_the_same(
    house: House, tmp_path: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(house, "cel", house.frames[:2], tmp_path)
    capsys.readouterr()
    call_command("freeze", pool="pool", kind="cel")
    printed = capsys.readouterr().out.split()[-1]
    client.force_login(house.lead)
    url = f"/api/pools/{house.pool.pk}/freeze/"
    answer = client.post(url, {"kind": "cel"}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert run_job().result["snapshot"] == printed == Snapshot.objects.get().pk


def test_nothing_to_freeze_is_said_at_once_and_only_leads_freeze(house: House, client: Client) -> None:
    client.force_login(house.lead)
    url = f"/api/pools/{house.pool.pk}/freeze/"
    answer = client.post(url, {"kind": "douga"}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "no_labels")
    shown = client.post(f"/pools/{house.pool.pk}/freeze/", {"kind": "duga"}, follow=True).content.decode()
    assert "douga" in shown
    assert "There is no label kind" in shown
    client.force_login(house.reviewer)
    assert client.post(url, {"kind": "cel"}, content_type="application/json").status_code == 403
    assert b"Freeze now" not in client.get(f"/pools/{house.pool.pk}/snapshots/").content
    assert not Job.objects.exists()
