"""A round of a task that makes pictures: on accepted cel labels, without drafts, shown with its own figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from active_learning.evaluations import evaluation_of
from active_learning.jobs import drafts_make, round_run
from active_learning.models import FrameScore, ModelVersion, Round, Selection
from active_learning.services.config import ranked_by, round_config
from active_learning.services.freezing import kinds_beside
from active_learning.services.label_errors import search_prepare
from active_learning.services.rounds import job_options, round_prepare
from active_learning.services.selections import selection_propose
from active_learning.services.standing import task_beneath
from annotation.models import Draft
from annotation.services.labels_import import labels_import
from core.jobs import run_inline
from modeling.errors import UserError
from modeling.evaluations import EVALUATIONS
from modeling.pictures.subjects import TruePicture
from modeling.tasks import TASKS
from tests.active_learning.test_depth_round import PAGES
from tests.active_learning.world import FakeModeling
from tests.annotation.house import House, cel_png

TASKS_OF_PICTURES = ("colorization", "deblur")


@pytest.fixture
def labelled(house: House, tmp_path: Path) -> House:
    """Cel masks of five training frames."""
    for frame in house.frames[:5]:
        path = tmp_path / "cel" / f"{frame.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cel_png(8))
    report = labels_import(pool=house.pool, kind="cel", source=tmp_path / "cel", user=house.reviewer)
    assert report.imported == 5
    return house


def finished(house: House, task: str, network: str) -> Round:
    round_ = round_prepare(
        pool=house.pool, task=task, config={"network": network, "seconds": 5}, user=house.lead
    )
    run_inline(round_run, **job_options(round_, house.lead))
    round_.refresh_from_db()
    return round_


@pytest.mark.parametrize(("task", "network"), [("colorization", "swish_unet"), ("deblur", "vdsr")])
def test_it_trains_on_cel_labels_and_every_page_opens(
    labelled: House, modeling: FakeModeling, client: Client, task: str, network: str
) -> None:
    round_ = finished(labelled, task, network)
    assert round_.state == "closed"
    assert round_.snapshot.counts["labels"]["cel"]["train"] == 5
    assert ModelVersion.objects.get().task == task
    assert FrameScore.objects.filter(round=round_).count() == round_.scored_count > 0
    client.force_login(labelled.lead)
    for name in PAGES:
        answer = client.get(reverse(name, args=[labelled.pool.pk]), {"task": task})
        assert answer.status_code == 200, name
    page = client.get(reverse("round", args=[round_.pk])).content.decode()
    assert {"colorization": "segments right", "deblur": "SSIM"}[task] in page
    assert "From left to right: what there was" in page


def test_frames_are_ranked_by_how_far_proposals_differ() -> None:
    assert (ranked_by("colorization"), ranked_by("deblur")) == ("proposals", "flip")
    assert round_config("colorization", {}).scorers == ("proposals", "flip", "embedding")
    assert round_config("deblur", {"scorers": ["margin", "proposals"]}).scorers == ("flip",)


def test_it_stands_on_nothing_and_nothing_stands_on_it() -> None:
    assert [task_beneath(TASKS.get(name)) for name in (*TASKS_OF_PICTURES, "cel")] == [None] * 3
    assert task_beneath(TASKS.get("douga")) is TASKS.get("cel")
    assert kinds_beside(TASKS.get("colorization")) == ["douga"]
    assert kinds_beside(TASKS.get("deblur")) == []


def test_its_selections_get_no_drafts_and_no_label_errors_are_searched(
    labelled: House, modeling: FakeModeling
) -> None:
    finished(labelled, "colorization", "swish_unet")
    selection = selection_propose(
        pool=labelled.pool, task="colorization", budget=2, strategy="random", user=labelled.lead
    )
    assert isinstance(selection, Selection)
    run_inline(drafts_make, title="Drafts", selection_id=selection.pk)
    assert "draft" not in modeling.commands()
    assert not Draft.objects.exists()
    with pytest.raises(UserError, match="compares classes, and colorization has none"):
        search_prepare(pool=labelled.pool, task="colorization", config={}, user=labelled.lead)


def test_its_evaluation_is_laid_out_by_form(client: Client) -> None:
    entry = EVALUATIONS.get("colorization")
    evaluation, rgb = entry.build(entry.parse()), np.full((12, 20, 3), 90, np.uint8)
    truth = TruePicture(rgb, np.ones((12, 20), bool), rgb // 2, np.zeros((12, 20), np.int32))
    for cut in "abc":
        evaluation.add(rgb, truth, rgb, production="one", cut=cut, processed=rgb)
    found = evaluation_of("colorization", {"colorization": evaluation.report()}, productions=True)
    assert found is not None
    assert found["template"] == "active_learning/_evaluation_colorization.html"
    assert found["columns"] == ["Segments right", "PSNR, dB", "SSIM", "FSIM", "Entropy, bits"]
    (row,) = found["rows"]
    assert [form["title"] for form in row["forms"]] == ["as made", "one colour a segment", "what there was"]
    assert [form["figures"][0]["value"] for form in row["forms"]] == [1, 1, 0]
    assert row["forms"][0]["figures"][1]["interval"] == [100, 100]
    assert (list(found["not_reported"]), found["fewest"]) == (["FID"], 10)


def test_what_a_report_has_decides_the_columns_and_forms() -> None:
    figures = {"psnr": 30.0, "ssim": 0.9, "fsim": 0.9, "entropy": 6.0, "niqe": 5.0, "frechet_lite0": 3.0}
    report = {"frames": 12, "cuts": 3, "made": figures, "true": {"entropy": 6.0, "niqe": 4.0}, "groups": {}}
    found = evaluation_of("deblur", {"deblur": report}, productions=True)
    assert found is not None
    assert found["columns"][-2:] == ["NIQE ↓", "Fréchet, Lite0 ↓"]
    made, true = found["rows"][0]["forms"]
    assert (made["title"], true["title"]) == ("as made", "the true picture")
    assert [figure["value"] for figure in true["figures"]] == [None, None, None, 6.0, 4.0, None]
    assert (found["not_reported"], found["fewest"]) == ({}, None)
