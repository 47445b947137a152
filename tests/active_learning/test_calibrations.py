"""A run's calibration laid out for the page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from active_learning.calibrations import calibration_of, diagram
from active_learning.forms import StartForm
from active_learning.selectors import run_of
from modeling.scorers import DEFAULT
from modeling.tasks import TASKS
from tests.active_learning.conftest import Loop
from tests.active_learning.world import FakeModeling
from tests.annotation.house import House

FULL = {"pixels": 300, "promised": 0.9, "true": 0.5}
EMPTY = {"pixels": 0, "promised": None, "true": None}
SOME = {"pixels": 100, "promised": 0.25, "true": 0.25}


def form(error: float) -> dict:
    """A reliability report of two classes and two bins."""
    own = {"error": error, "bins": [SOME, FULL]}
    return {**own, "classes": [{"name": name, **own} for name in ("background", "cel")]}


CALIBRATION = {
    "temperature": 1.5,
    "calibrated": True,
    "reason": "",
    "validation": {"frames": 3, "pixels": 900, "nll": [0.5, 0.4]},
    "held_out": {"frames": 2, "pixels": 400, "before": form(0.3), "after": form(0.1)},
}


def test_dots_lie_where_promise_and_truth_say() -> None:
    drawn = diagram([{"error": 0.3, "bins": [SOME, EMPTY, FULL]}])
    box, (first, second) = drawn["box"], drawn["series"][0]["dots"]
    assert (first["x"], first["y"]) == (box["left"] + 50, box["bottom"] - 50)
    assert (second["x"], second["y"]) == (box["left"] + 180, box["bottom"] - 100)
    # a quarter of the pixels: half of the way from the smallest dot to the largest
    assert first["r"] == 4
    assert drawn["series"][0]["path"] == f"M{first['x']},{first['y']} {second['x']},{second['y']}"


def test_classes_carry_both_errors_and_an_uncalibrated_run_one() -> None:
    found = calibration_of("cel", CALIBRATION, None)
    assert found is not None
    cel = found["held_out"]["classes"][1]
    assert (cel["name"], cel["color"], cel["diagram"]["errors"]) == ("cel", "FFFFFF", [0.3, 0.1])
    plain = calibration_of("cel", {**CALIBRATION, "calibrated": False}, None)
    assert plain is not None
    assert plain["held_out"]["diagram"]["errors"] == [0.3]
    assert calibration_of("cel", None, None) is None
    nothing = calibration_of("cel", {**CALIBRATION, "held_out": None}, None)
    assert nothing is not None
    assert nothing["held_out"] is None


@pytest.mark.django_db
def test_the_rounds_page_shows_it_and_what_it_changes(
    house: House, loop: Loop, modeling: FakeModeling, client: Client
) -> None:
    round_ = loop.round()
    client.force_login(house.lead)
    page = reverse("round", args=[round_.pk])
    assert "Calibration" not in client.get(page).content.decode(), "runs from before have none"
    run = run_of(round_)
    assert run is not None
    run.publish_json("calibration.json", CALIBRATION)
    text = client.get(page).content.decode()
    assert "at a temperature of <strong>1.500</strong>" in text
    assert "6 of the first 6 picks would be others" in text
    assert text.count('<svg class="reliability"') == 3


def test_the_form_asks_for_scorers_and_says_what_they_cost() -> None:
    form = StartForm(task=TASKS.get("cel"), versions=[])
    shown = {entry["name"]: entry for entry in form.scoring}
    assert [name for name, entry in shown.items() if entry["chosen"]] == list(DEFAULT)
    assert (shown["bald"]["cost"], shown["flip"]["cost"]) == ("8 passes", "1 pass")
    assert shown["ensemble"]["missing"]
    with_versions = StartForm(task=TASKS.get("cel"), versions=[1]).scoring
    assert not next(entry["missing"] for entry in with_versions if entry["name"] == "ensemble")
    asked = {
        "network": "lite",
        "loss": "bce_dice",
        "recipe": "fast",
        "seed": 0,
        "scorers": ["margin", "flip"],
    }
    bound = StartForm(asked, task=TASKS.get("cel"), versions=[])
    assert bound.is_valid(), bound.errors
    assert bound.config["scorers"] == ("margin", "flip")
