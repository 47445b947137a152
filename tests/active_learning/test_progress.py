"""Pages and API of a pool's progress, its plan, and why frames were picked: figures, permissions, empty states."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from active_learning.jobs import drafts_make
from active_learning.models import Plan, Selection, SelectionItem
from active_learning.services.selections import selection_propose
from active_learning.why import why_picked
from annotation.models import Draft
from core.jobs import run_inline
from core.models import User
from datasets.features import EDGES, feature_read
from tests.active_learning.conftest import Loop
from tests.active_learning.world import FakeModeling
from tests.annotation.house import House


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def api_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def picked(house: House, loop: Loop, modeling: FakeModeling) -> Selection:
    """The second round's selection by entropy, a quarter of it control picks, with drafts."""
    loop.round()
    selection = loop.select(budget=8, strategy="entropy", control_share=0.25)
    run_inline(drafts_make, title="Drafts", selection_id=selection.pk)
    return selection


def test_the_page_of_an_empty_pool_claims_nothing(house: House) -> None:
    page = client_of(house.viewer).get(reverse("pool-progress", args=[house.pool.pk])).content.decode()
    assert "Unknown: no control pick was queued yet." in page
    assert "No round has finished yet." in page
    assert "A lead decides." in page
    assert "proposes to stop" not in page


def test_a_lead_keeps_a_plan_and_a_spent_budget_proposes_to_stop(
    house: House, loop: Loop, modeling: FakeModeling
) -> None:
    loop.round()
    url, lead = reverse("pool-progress", args=[house.pool.pk]), client_of(house.lead)
    wanted = {"control_percent": "20", "budget.on": "on", "budget.frames": "6", "budget.hours": "0"}
    assert lead.post(url, wanted).status_code == 302
    plan = Plan.objects.get()
    assert (plan.control_share, plan.stopping) == (0.2, {"budget": {"frames": 6, "hours": 0.0}})
    sentence = "6 of 6 frames are labelled."
    assert sentence in lead.get(url).content.decode()
    assert sentence in lead.get(reverse("pool", args=[house.pool.pk])).content.decode()
    assert 'value="20"' in lead.get(reverse("pool-select", args=[house.pool.pk])).content.decode()
    assert lead.post(url, {**wanted, "control_percent": "80"}).status_code == 400
    assert client_of(house.annotator).post(url, wanted).status_code == 403
    assert client_of(house.stranger).get(url).status_code == 404


def test_the_api_tells_control_arm_standing_and_plan(house: House, picked: Selection, loop: Loop) -> None:
    loop.label()
    loop.run()
    api = api_of(house.viewer)
    told = api.get(reverse("api-pool-control-arm", args=[house.pool.pk])).json()
    assert told["verdict"] == "undecided"
    assert (told["control"]["picked"], told["strategy"]["picked"]) == (3, 11)
    quality = told["estimates"][0]
    assert (quality["name"], quality["strategy"], quality["control"]) == ("quality", 1.0, 1.0)
    assert [row["round"] for row in told["pool_quality"]] == [2]
    standing = api.get(reverse("api-pool-standing", args=[house.pool.pk])).json()
    assert [point["labels"] for point in standing["learning_curve"]] == [6, 6]
    assert {row["rule"] for row in standing["proposals"]} == {"plateau", "stabilized", "gain_per_hour"}
    assert not standing["stop"]
    plan = {"control_share": 0.0, "stopping": {"plateau": {"rounds": 3}}}
    url = reverse("api-pool-plan", args=[house.pool.pk])
    assert api.put(url, plan, format="json").status_code == 403
    kept = api_of(house.lead).put(url, plan, format="json").json()
    assert kept == {"control_share": 0.0, "stopping": {"plateau": {"rounds": 3, "worth": 0.02}}}
    assert api.get(url).json() == kept


def test_a_card_says_why(house: House, picked: Selection) -> None:
    item = picked.items.filter(control_arm=False).order_by("rank").first()
    why = why_picked(item, house.lead)
    assert (why.score_name, item.score_rank) == ("entropy", 1)
    assert why.histogram is not None
    assert [bar["own"] for bar in why.histogram.bars][-1], "the highest score lies in the last bar"
    nearest = why.nearest
    assert nearest is not None
    labelled = list(SelectionItem.objects.exclude(selection=picked).values_list("frame_id", flat=True))
    own = feature_read(EDGES.name, 1, [item.frame_id]).astype(float)
    distances = np.linalg.norm(feature_read(EDGES.name, 1, labelled) - own, axis=1)
    # Held-out frames are labelled, too, and count.
    assert (nearest.frame.pk, nearest.distance) == (
        labelled[distances.argmin()],
        pytest.approx(distances.min()),
    )
    page = client_of(house.annotator).get(reverse("pick-why", args=[item.pk])).content.decode()
    assert "rank 1 of 26" in page
    assert "where the model was unsure" in page
    told = api_of(house.annotator).get(reverse("api-pick-why", args=[item.pk])).json()
    assert (told["pick"]["score_rank"], told["nearest"]["frame"]) == (1, nearest.frame.pk)


def test_control_picks_say_that_they_are(house: House, picked: Selection) -> None:
    item = picked.items.filter(control_arm=True).first()
    for name, pk in (
        ("pick-why", item.pk),
        ("assignment-why", item.assignment_id),
        ("frame-why", item.frame_id),
    ):
        part = client_of(house.annotator).get(reverse(name, args=[pk]) + "?part=1").content.decode()
        assert "control pick" in part
        assert "<html" not in part


def test_cards_and_pictures_are_for_whoever_sees_the_frame(house: House, picked: Selection) -> None:
    item = picked.items.first()
    stranger, draft = client_of(house.stranger), Draft.objects.first()
    assert draft is not None
    assert stranger.get(reverse("pick-why", args=[item.pk])).status_code == 404
    assert stranger.get(reverse("assignment-why", args=[item.assignment_id])).status_code == 404
    assert stranger.get(reverse("draft-unsure", args=[draft.pk])).status_code == 404
    picture = client_of(house.annotator).get(reverse("draft-unsure", args=[draft.pk]))
    assert picture.headers["Content-Type"] == "image/webp"
    other = next(frame for frame in house.frames if not frame.selection_items.exists())
    assert client_of(house.lead).get(reverse("frame-why", args=[other.pk])).status_code == 404


def test_a_group_shows_its_central_frame(house: House) -> None:
    selection = selection_propose(
        pool=house.pool, task="cel", budget=6, strategy="kmeans", control_share=0, user=house.lead
    )
    why = why_picked(selection.items.order_by("rank")[0], house.lead)
    assert why.centre == why.item.frame
    assert (why.item.cluster_size or 0) >= 4
    assert why.nearest is None, "nothing was labelled"
    assert why_picked(why.item, house.stranger).centre is None
