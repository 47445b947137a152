"""Every page in every state, who may do what there, and the API beside it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from active_learning.models import ModelVersion, Round, RoundState, Selection
from active_learning.services.selections import selection_propose
from annotation.models import Assignment
from core.jobs import JobCancelled
from datasets.models import Pool
from modeling.errors import UserError
from modeling.tasks import TASKS
from tests.active_learning.conftest import Loop
from tests.active_learning.world import FakeModeling
from tests.annotation.house import House


@pytest.fixture
def lead(house: House, client: Client) -> Client:
    """A browser in which the lead is signed in."""
    client.force_login(house.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def viewer(house: House) -> Client:
    """A browser of somebody who may only look."""
    client = Client()
    client.force_login(house.viewer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, name: str, pk: int, status: int = 200) -> str:
    response = client.get(reverse(name, args=[pk]))
    assert response.status_code == status
    return response.content.decode()


def test_an_empty_pool_says_what_to_do_first(house: House, lead: Client, viewer: Client) -> None:
    assert "Select frames" in page(lead, "pool", house.pool.pk)
    assert "A lead selects" in page(viewer, "pool", house.pool.pk)


def test_a_pool_without_frames_asks_for_some(house: House, lead: Client) -> None:
    bare = Pool.objects.create(name="Bare")
    bare.productions.add(house.production)
    shown = page(lead, "pool", bare.pk)
    assert "There are no frames in it yet." in shown
    assert reverse("pool-select", args=[bare.pk]) not in shown


def test_the_form_leads_to_a_proposal_and_on_to_the_queue(house: House, lead: Client) -> None:
    form = page(lead, "pool-select", house.pool.pk)
    assert form.count("then finish a round") == 2, "groups of strategies without scores say so once"
    assert " disabled>" in form
    wanted = {"strategy": "kmeans", "budget": 5, "seed": 1}
    response = lead.post(reverse("pool-select", args=[house.pool.pk]), wanted)
    selection = Selection.objects.get()
    assert response.url == reverse("selection", args=[selection.pk])
    shown = page(lead, "selection", selection.pk)
    assert (
        shown.count("similar frames") + shown.count("alone in its group") + shown.count("Control pick") == 5
    )
    assert shown.count("held-out</span>") == 8
    assert not Assignment.objects.exists()
    lead.post(reverse("selection-confirm", args=[selection.pk]))
    assert Assignment.objects.count() == 13
    assert "Label the next frame" in page(lead, "pool", house.pool.pk)


def test_a_form_says_what_it_cannot(house: House, lead: Client) -> None:
    response = lead.post(
        reverse("pool-select", args=[house.pool.pk]), {"strategy": "entropy", "budget": 5, "seed": 0}
    )
    assert response.status_code == 400
    assert "no round of pool has finished yet" in response.content.decode()


def test_pages_through_a_round(house: House, lead: Client, loop: Loop, modeling: FakeModeling) -> None:
    selection = loop.select()
    assert "Not started" in page(lead, "round", selection.round.pk)
    loop.label()
    assert "Start training" in page(lead, "pool", house.pool.pk)
    start = page(lead, "round-start", house.pool.pk)
    assert "6 accepted training labels" in start
    form = {"network": "tiny", "loss": "bce", "recipe": "fast", "budget_in": "steps", "budget": 4, "seed": 3}
    response = lead.post(reverse("round-start", args=[house.pool.pk]), {**form, "network.tiny.width": 8})
    round_ = Round.objects.get()
    assert response.status_code == 302, response.content.decode()
    assert response.url == reverse("round", args=[round_.pk])
    expected = {"network": "tiny", "loss": "bce", "steps": 4, "seed": 3, "settings": ["network.width=8"]}
    assert {name: round_.config[name] for name in expected} == expected
    assert "Waiting for a worker" in page(lead, "round", round_.pk)
    assert "Watch" in page(lead, "pool", house.pool.pk)


def test_a_finished_round_shows_matrix_and_worst_frames(
    house: House, lead: Client, loop: Loop, modeling: FakeModeling
) -> None:
    round_ = loop.round()
    for shown in (page(lead, "pool", house.pool.pk), page(lead, "round", round_.pk)):
        assert "60.0\u00a0%" in shown
        assert "85.7\u00a0%" in shown, "recall of the background: 60 of 70"
        assert "71.4\u00a0%" in shown, "precision of the cel: 25 of 35"
        assert "show/000064" in shown
        assert "30.0\u00a0% wrong, IoU 0.400" in shown, "false and missed cel of that frame"
        assert "0.625" in shown
    picture = lead.get(reverse("round-preview", args=[round_.pk, "00-show-000064.webp"]))
    assert picture["Content-Type"] == "image/webp"
    assert lead.get(reverse("round-file", args=[round_.pk, "report.json"])).status_code == 200


def test_a_round_stored_before_headlines_is_shown_as_ever(
    house: House, lead: Client, loop: Loop, modeling: FakeModeling
) -> None:
    round_ = loop.round()
    stored = {"train_frames": 6, "held_out_frames": 8, "iou": 0.512, "iou_interval": [0.4, 0.6]}
    Round.objects.update(report=stored)
    ModelVersion.objects.update(metrics=stored)
    for shown in (page(lead, "pool", house.pool.pk), page(lead, "round", round_.pk)):
        assert "0.512" in shown
        assert "0.400 to 0.600" in shown


@pytest.mark.parametrize(
    ("name", "status"), [("../report.json", 404), ("none.webp", 404), ("config.json", 404)]
)
def test_previews_are_only_previews(
    house: House, lead: Client, loop: Loop, modeling: FakeModeling, name: str, status: int
) -> None:
    round_ = loop.round()
    assert lead.get(f"/media/rounds/{round_.pk}/previews/{name}").status_code == status


def test_not_evaluated_is_said(house: House, lead: Client, loop: Loop, modeling: FakeModeling) -> None:
    round_ = loop.round()
    nothing = {
        "train_frames": 6,
        "headline": None,
        "confusion": None,
        "not_evaluated": "There are no held-out labels.",
    }
    Round.objects.update(report=nothing)
    ModelVersion.objects.update(metrics=nothing)
    for shown in (page(lead, "pool", house.pool.pk), page(lead, "round", round_.pk)):
        assert "Not evaluated" in shown
        assert "There are no held-out labels." in shown


def test_failed_and_cancelled_rounds(house: House, lead: Client, loop: Loop, modeling: FakeModeling) -> None:
    modeling.stop_at, modeling.error = "train", UserError("The snapshot is damaged.", remedy="Make it again.")
    loop.select()
    loop.label()
    with pytest.raises(UserError):
        loop.run()
    round_ = Round.objects.get()
    for shown in (page(lead, "pool", house.pool.pk), page(lead, "round", round_.pk)):
        assert "The snapshot is damaged. Make it again." in shown
        assert "Retry" in shown
        assert "Traceback" not in shown
    lead.post(reverse("round-cancel", args=[round_.pk]))
    assert "retry goes on where it stopped" in page(lead, "round", round_.pk)
    lead.post(reverse("round-retry", args=[round_.pk]))
    round_.refresh_from_db()
    assert round_.state == RoundState.TRAINING


def test_promote_and_roll_back(house: House, lead: Client, loop: Loop, modeling: FakeModeling) -> None:
    loop.round()
    loop.round()
    one, two = ModelVersion.objects.order_by("number")
    lead.post(reverse("model-version-promote", args=[two.pk]))
    lead.post(reverse("pool-roll-back", args=[house.pool.pk]))
    one.refresh_from_db()
    assert one.promoted_at is not None


def test_strangers_see_nothing_and_viewers_change_nothing(
    house: House, viewer: Client, loop: Loop, modeling: FakeModeling
) -> None:
    round_ = loop.round()
    proposal = selection_propose(pool=house.pool, task="cel", budget=2, user=house.lead)
    page(viewer, "round", round_.pk)
    for name, pk in (("selection-confirm", proposal.pk), ("pool-roll-back", house.pool.pk)):
        assert viewer.post(reverse(name, args=[pk])).status_code == 403
    stranger = Client()
    stranger.force_login(house.stranger, backend="django.contrib.auth.backends.ModelBackend")
    pages = [("pool", house.pool), ("round", round_), ("selection", proposal), ("pool-select", house.pool)]
    for name, row in pages:
        page(stranger, name, row.pk, 404)
    assert stranger.get(reverse("round-preview", args=[round_.pk, "00-show-000064.webp"])).status_code == 404
    assert Client().get(reverse("pool", args=[house.pool.pk])).status_code == 302


def test_the_pool_page_asks_no_more_of_a_larger_pool(
    house: House, lead: Client, loop: Loop, modeling: FakeModeling, django_assert_max_num_queries
) -> None:
    loop.round()
    with django_assert_max_num_queries(60):
        page(lead, "pool", house.pool.pk)


def test_the_api_goes_round_the_loop(house: House, loop: Loop, modeling: FakeModeling) -> None:
    api = APIClient()
    api.force_authenticate(house.lead)
    pool = f"/api/pools/{house.pool.pk}"
    assert [row["name"] for row in api.get("/api/tasks/").json()] == TASKS.names()
    assert {row["name"] for row in api.get("/api/strategies/").json()} >= {"kmeans", "entropy", "kugler"}
    made = api.post(f"{pool}/selections/", {"strategy": "kmeans", "budget": 4})
    assert made.status_code == 201
    number = made.json()["id"]
    picks = api.get(f"/api/selections/{number}/picks/").json()["results"]
    assert len(picks) == made.json()["picks"] == 12
    assert picks[0]["reason"]
    assert api.post(f"/api/selections/{number}/confirm/").json()["state"] == "confirmed"
    again = api.post(f"/api/selections/{number}/discard/")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "selection_decided")
    loop.label()
    started = api.post(f"{pool}/rounds/", {"network": "tiny", "steps": 3})
    assert started.status_code == 202
    assert started.json()["job"]["state"] == "queued"
    assert api.get(f"{pool}/loop/").json()["next_action"] == "watch"
    cancelled = api.post(f"/api/rounds/{started.json()['id']}/cancel/")
    assert cancelled.json()["state"] == "cancelled"


def test_the_api_of_a_finished_round(house: House, loop: Loop, modeling: FakeModeling) -> None:
    round_ = loop.round()
    api = APIClient()
    api.force_authenticate(house.viewer)
    metrics = api.get(f"/api/rounds/{round_.pk}/metrics/?after=1").json()
    assert [row["step"] for row in metrics["rows"]] == [2, 3]
    assert api.get(f"/api/rounds/{round_.pk}/metrics/?after=99").json()["next"] == 3
    version = api.get(f"/api/pools/{house.pool.pk}/model-versions/").json()["results"][0]
    assert version["name"] == "pool/cel/1"
    point = api.get(f"/api/pools/{house.pool.pk}/loop/").json()["learning_curve"][0]
    shown = api.get(f"/api/rounds/{round_.pk}/").json()
    figure = {"name": "iou", "title": "IoU", "value": 0.625, "interval": [0.5, 0.75], "frame_mean": 0.6}
    assert point["headline"] == version["headline"] == shown["headline"] == figure
    assert api.post(f"/api/model-versions/{version['id']}/promote/").status_code == 403
    refused = api.post(f"/api/pools/{house.pool.pk}/rounds/", {"network": "tiny"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
    api.force_authenticate(house.stranger)
    assert api.get(f"/api/rounds/{round_.pk}/").status_code == 404


def test_a_cancel_says_so_while_it_happens(
    house: House, loop: Loop, modeling: FakeModeling, lead: Client
) -> None:
    modeling.stop_at, modeling.error = "train", JobCancelled("asked to")
    loop.select()
    loop.label()
    with pytest.raises(JobCancelled):
        loop.run()
    assert "Cancelled by hand" in page(lead, "round", Round.objects.get().pk)
