"""Review over the API, by session and by token."""

from __future__ import annotations

import pytest
from django.urls import reverse
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from annotation.services.assignments import assignment_skip
from tests.annotation.house import House
from tests.annotation.test_revisions import draw_and_submit


@pytest.fixture
def api(house: House) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=house.reviewer).key}")
    return client


def test_what_waits_is_listed_and_a_verdict_leads_to_the_next(api: APIClient, house: House) -> None:
    first, second = (draw_and_submit(house, row, 3) for row in house.queue()[:2])
    waiting = api.get(reverse("review-queue"), {"pool": house.pool.pk}).json()["results"]
    assert [row["id"] for row in waiting] == [first.pk, second.pk]
    assert api.get(waiting[0]["label_url"]).status_code == 200
    answer = api.post(reverse("revision-accept", args=[first.pk]), {}).json()
    assert answer == {"verdict": "accept", "next": second.pk, "next_url": f"/review/{second.pk}/"}
    answer = api.post(reverse("revision-return", args=[second.pk]), {"comment": "mend"}).json()
    assert answer == {"verdict": "return", "next": None, "next_url": "/review/"}


def test_unchanged_drafts_can_be_asked_for(api: APIClient, house: House) -> None:
    rows = house.queue()
    house.draft(house.frames[0], columns=8)
    unchanged, _ = (draw_and_submit(house, row, 8) for row in rows[:2])
    (found,) = api.get(reverse("review-queue"), {"zero_edit": "1"}).json()["results"]
    assert (found["id"], found["zero_edit"], found["changed_share"]) == (unchanged.pk, True, 0.0)


def test_refusals_say_why(api: APIClient, house: House) -> None:
    revision = draw_and_submit(house, house.queue()[0], 3)
    answer = api.post(reverse("revision-return", args=[revision.pk]), {"comment": ""})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "comment_missing")
    api.post(reverse("revision-accept", args=[revision.pk]), {})
    answer = api.post(reverse("revision-accept", args=[revision.pk]), {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "reviewed")
    api.credentials()
    assert api.get(reverse("review-queue")).status_code in (401, 403)


def test_a_version_can_be_restored(api: APIClient, house: House) -> None:
    row = house.queue(house.frames[0])[0]
    revision = draw_and_submit(house, row, 3)
    restored = api.post(reverse("revision-restore", args=[revision.pk]), {"comment": "this one"}).json()
    assert (restored["action"], restored["number"]) == ("restore", 2)


def test_the_queue_is_listed_and_filtered(api: APIClient, house: House) -> None:
    rows = house.queue()
    assignment_skip(assignment=rows[0], user=house.annotator, reason="blur")
    skipped = api.get(reverse("assignment-list"), {"state": "skipped"}).json()["results"]
    assert [row["id"] for row in skipped] == [rows[0].pk]
    assert len(api.get(reverse("assignment-list"), {"pool": house.pool.pk}).json()["results"]) == 6
    assert api.get(reverse("assignment-list"), {"mine": "1"}).json()["results"] == []


def test_leads_reopen_and_withdraw(api: APIClient, house: House) -> None:
    row = house.queue()[0]
    assignment_skip(assignment=row, user=house.annotator, reason="blur")
    assert api.post(reverse("assignment-reopen", args=[row.pk])).status_code == 403
    api.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=house.lead).key}")
    assert api.post(reverse("assignment-reopen", args=[row.pk])).json()["state"] == "open"
    assert api.post(reverse("assignment-withdraw", args=[row.pk])).json()["state"] == "withdrawn"


def test_skip_release_and_renew_over_http(house: House) -> None:
    client = APIClient()
    client.force_login(house.annotator)
    row = house.queue()[0]
    answer = client.post(reverse("assignment-renew", args=[row.pk]), {"active_seconds": 4.5}).json()
    assert answer["holder"] == "annotator"
    released = client.post(reverse("assignment-release", args=[row.pk])).json()
    assert (released["holder"], released["working_copy"]["active_seconds"]) == (None, 4.5)
    skipped = client.post(reverse("assignment-skip", args=[row.pk]), {"reason": "text", "note": ""}).json()
    assert (skipped["state"], skipped["skip_reason"]) == ("skipped", "text")
