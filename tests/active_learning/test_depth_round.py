"""A round of depth: on imported labels alone, ranked by flips, shown with its own figures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from active_learning.evaluations import evaluation_of
from active_learning.jobs import drafts_make, round_run
from active_learning.models import FrameScore, ModelVersion, Round
from active_learning.services.config import ranked_by, round_config
from active_learning.services.freezing import kinds_beside
from active_learning.services.label_errors import search_prepare
from active_learning.services.rounds import job_options, round_prepare
from active_learning.services.selections import selection_confirm, selection_propose
from annotation.models import Assignment, Draft
from annotation.selectors.layers import working_layers
from annotation.services.labels_import import labels_import
from core.jobs import run_inline
from modeling.depth.report import DepthEvaluation
from modeling.errors import UserError
from modeling.tasks import TASKS
from tests.active_learning.world import FakeModeling
from tests.annotation.house import HEIGHT, WIDTH, House

PAGES = (
    "pool",
    "pool-progress",
    "pool-map",
    "pool-ledger",
    "pool-label-searches",
    "pool-compare",
    "pool-select",
    "round-start",
)


@pytest.fixture
def imported(house: House, tmp_path: Path) -> House:
    """Depth of five training frames."""
    for frame in house.frames[:5]:
        path = tmp_path / "depth" / f"{frame.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((HEIGHT, WIDTH), 30000, np.uint16))
    report = labels_import(pool=house.pool, kind="depth", source=tmp_path / "depth", user=house.reviewer)
    assert report.imported == 5
    return house


@pytest.fixture
def finished(imported: House, modeling: FakeModeling) -> Round:
    round_ = round_prepare(
        pool=imported.pool, task="depth", config={"network": "tiny", "seconds": 5}, user=imported.lead
    )
    run_inline(round_run, **job_options(round_, imported.lead))
    round_.refresh_from_db()
    return round_


def test_it_trains_on_imported_labels_without_a_selection(finished: Round, modeling: FakeModeling) -> None:
    assert finished.state == "closed"
    assert (finished.snapshot.kinds, finished.snapshot.counts["labels"]["depth"]["train"]) == (["depth"], 5)
    assert ModelVersion.objects.get().task == "depth"
    assert kinds_beside(TASKS.get("depth")) == []


def test_frames_are_ranked_by_flips(finished: Round) -> None:
    assert (ranked_by("depth"), ranked_by("cel")) == ("flip", "entropy")
    assert round_config("depth", {}).scorers == ("flip", "embedding")
    assert round_config("depth", {"scorers": ["bald", "margin"]}).scorers == ("flip", "embedding", "bald")
    assert FrameScore.objects.filter(round=finished).count() == finished.scored_count > 0


def test_the_default_strategy_asks_for_what_models_of_depth_give(
    finished: Round, house: House, client: Client
) -> None:
    client.force_login(house.lead)
    page = client.get(reverse("pool-select", args=[house.pool.pk]), {"task": "depth"})
    shown = {entry["name"]: entry for group in page.context["form"].groups for entry in group["entries"]}
    assert not {"entropy", "margin", "kugler", "class_stratified"} & set(shown)
    [default] = [entry for entry in shown.values() if entry["is_default"]]
    assert (default["missing"], shown["power_entropy"]["missing"]) == ("", "")
    picked = selection_propose(pool=house.pool, task="depth", budget=2)
    assert (picked.strategy, picked.params.get("score")) == (default["name"], "flip")


def test_every_page_of_the_task_opens(finished: Round, house: House, client: Client) -> None:
    client.force_login(house.lead)
    for name in PAGES:
        answer = client.get(reverse(name, args=[house.pool.pk]), {"task": "depth"})
        assert answer.status_code == 200, name
    page = client.get(reverse("round", args=[finished.pk])).content.decode()
    assert "depth within 1.25" in page
    assert "pale is near, dark is far" in page
    assert "Select the next frames" in page
    assert "pixels right" in page  # the stand-in's report tells them
    html = client.get(reverse("pool", args=[house.pool.pk]), {"task": "depth"}).content.decode()
    assert "Depth has no classes" in html
    form = client.get(reverse("round-start", args=[house.pool.pk]), {"task": "depth"}).content.decode()
    assert "It asks how sure classes are, and depth has none." in form


def test_its_pool_page_asks_for_a_selection_and_offers_training_once_there_are_labels(
    house: House, client: Client, tmp_path: Path
) -> None:
    client.force_login(house.lead)
    page = reverse("pool", args=[house.pool.pk])
    html = client.get(page, {"task": "depth"}).content.decode()
    assert "Select the frames to label." in html
    assert "Start training" not in html
    path = tmp_path / f"{house.frames[0].key}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((HEIGHT, WIDTH), 30000, np.uint16))
    labels_import(pool=house.pool, kind="depth", source=tmp_path, user=house.reviewer)
    html = client.get(page, {"task": "depth"}).content.decode()
    assert "1 training label" in html
    assert "Start training" in html


def test_frames_are_selected_to_draw_and_drafted_by_the_version_in_use(
    finished: Round, house: House, modeling: FakeModeling
) -> None:
    frames = [frame for frame in house.frames if not frame.accepted_labels.filter(kind="depth").exists()]
    selection = selection_propose(pool=house.pool, task="depth", budget=2, strategy="random", user=house.lead)
    selection_confirm(selection=selection, user=house.lead)
    run_inline(drafts_make, title="Drafts", selection_id=selection.pk)
    queued = Assignment.objects.filter(kind="depth", state="open")
    assert {row.frame for row in queued} <= set(frames)
    drafted = list(Draft.objects.filter(kind="depth"))
    assert 0 < len(drafted) <= queued.count()
    for draft in drafted:
        document = working_layers(queued.get(frame=draft.frame))
        assert [layer["map"] for layer in document["layers"]] == [draft.label]


def test_no_label_errors_are_searched(imported: House) -> None:
    with pytest.raises(UserError, match="compares classes, and depth has none"):
        search_prepare(pool=imported.pool, task="depth", config={}, user=imported.lead)


def test_a_simulation_says_that_it_compares_classes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = [
        "--frames",
        str(tmp_path),
        "--labels",
        str(tmp_path),
        "--task",
        "depth",
        "--out",
        str(tmp_path / "out"),
    ]
    with pytest.raises(SystemExit):
        call_command("simulate", *args)
    assert "compares classes, and depth has none" in capsys.readouterr().err


def test_its_evaluation_is_a_row_for_all_and_one_a_production() -> None:
    evaluation, rgb = DepthEvaluation(), np.zeros((10, 20, 3), np.uint8)
    truth = np.full((10, 20), 0.2, np.float32)
    truth[:, 10:] = 0.8
    for name, guess in (("a", truth), ("b", truth / 2)):
        evaluation.add(rgb, truth, guess, production=name, cut="1")
    report = {"depth": evaluation.report()}
    found = evaluation_of("depth", report, productions=True)
    assert found is not None
    assert found["template"] == "active_learning/_evaluation_depth.html"
    assert [row["name"] for row in found["rows"]] == ["", "a", "b"]
    raw, aligned = found["rows"][0]["forms"]
    assert raw["figures"][0]["value"] == pytest.approx(0.125)
    assert aligned["figures"][0]["value"] == pytest.approx(0, abs=1e-6)
    assert raw["figures"][3]["value"] == 0.5
    assert found["rows"][0]["order"]["accuracy"] == 1
    alone = evaluation_of("depth", report, productions=False)
    assert alone is not None
    assert len(alone["rows"]) == 1
