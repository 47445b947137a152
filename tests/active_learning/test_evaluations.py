"""A report's evaluation laid out for people, from maps of a few pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client

from active_learning.evaluations import classes_of, confusion_layout, evaluation_of
from active_learning.models import ModelVersion, Round, RoundState
from modeling.douga.report import DougaEvaluation
from modeling.metrics import confusion, per_class
from modeling.tasks import TASKS
from tests.annotation.house import House

TASK = "douga"
WHITE = np.full((5, 8, 3), 255, np.uint8)


def report() -> dict[str, Any]:
    """Two productions: in one the visible line of 8 px is met, in the other it is taken for a shading line."""
    truth = np.zeros((5, 8), np.uint8)
    truth[2] = 1
    evaluation = DougaEvaluation(["canny"])
    for production, guess in (("real", truth), ("show <b>", truth * 2)):
        evaluation.add(WHITE, truth, guess, production=production, cut="c", processed=guess)
    counts = confusion(truth, truth, 10) + confusion(truth, truth * 2, 10)
    return {
        "headline": {"name": "mean_iou", "value": 0.75, "interval": None, "frame_mean": 0.75},
        "pixel_accuracy": 0.9,
        "held_out_frames": 2,
        "held_out_cuts": 2,
        "train_frames": 4,
        "confusion": counts.tolist(),
        "per_class": per_class(counts, TASKS.get(TASK).classes),
        TASK: evaluation.report(),
    }


def test_what_became_of_each_class() -> None:
    layout = confusion_layout(
        report()[TASK]["raw"], {"visible_line": "000000"}, {"recall": {"visible_line": 0.6}}
    )
    line = layout["rows"][1]
    # 16 of the 80 px are the line; a half is right, a half is taken for class 2
    assert [(cell["share"], cell["part"], cell["heat"]) for cell in line["cells"][:3]] == [
        (0, 0, 0),
        (0.1, 0.5, 6),
        (0.1, 0.5, 6),
    ]
    assert (line["cells"][1]["right"], line["cells"][2]["taken_for"]) == (True, "shading_line")
    assert (line["color"], line["recall"], line["theirs"]) == ("000000", 0.5, 0.6)


def test_productions_stand_beside_the_whole_for_those_who_may_see_them() -> None:
    found = evaluation_of(TASK, report(), productions=True)
    assert found is not None
    assert [row["name"] for row in found["overview"]] == ["", "", "real", "real", "show <b>", "show <b>"]
    assert [row["figures"][0]["value"] for row in found["overview"][::2]] == [0.9, 1, 0.8]
    assert [group["name"] for group in found["groups"]] == ["real", "show <b>"]
    assert not any(row["theirs"] for row in found["groups"][0]["edges"])
    hidden = evaluation_of(TASK, report(), productions=False)
    assert hidden is not None
    assert (len(hidden["overview"]), hidden["groups"]) == (2, [])


def test_lines_that_are_nowhere_have_no_row_and_published_figures_are_marked() -> None:
    found = evaluation_of(TASK, report(), productions=True)
    assert found is not None
    assert [row["name"] for row in found["whole"]["lines"]] == ["visible_line", "shading_line", "lines"]
    methods = [(row["name"], row["theirs"]) for row in found["whole"]["edges"]]
    assert [theirs for _, theirs in methods] == [False, False, False, True, True, True]
    assert methods[2][0] == "Canny edges (OpenCV)"


def test_without_an_evaluation_there_is_nothing_to_lay_out() -> None:
    assert evaluation_of("cel", {"iou": 0.5}, productions=True) is None
    assert evaluation_of(TASK, {"mean_iou": 0.5}, productions=True) is None
    assert classes_of("cel", {"iou": 0.5}) == []
    assert [row["name"] for row in classes_of(TASK, report())][:2] == ["flat_area", "visible_line"]


@pytest.mark.django_db
def test_the_pages_of_a_round_show_it(house: House, client: Client) -> None:
    round_ = Round.objects.create(
        pool=house.pool, task=TASK, number=1, state=RoundState.CLOSED, report=report(), user=house.lead
    )
    ModelVersion.objects.create(
        pool=house.pool, task=TASK, number=1, round=round_, network="lite", run_folder=""
    )
    client.force_login(house.lead, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(f"/rounds/{round_.pk}/").content.decode()
    assert "show &lt;b&gt;" in shown
    assert "Kugler 2020" in shown
    assert 'fill="#3A1078"' in shown
    assert "Visible line taken for shading line: 50.0\u00a0% of it" in shown
    assert "style=" not in shown
    pool = client.get(f"/pools/{house.pool.pk}/?task={TASK}").content.decode()
    assert "Color edge" in pool
