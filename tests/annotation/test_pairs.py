"""Both labels of one frame: which one is shown beside one's own, and to whom."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Assignment, Revision
from annotation.services.assignments import Wanted, assignment_create_many
from annotation.services.drafts import draft_store
from annotation.services.reviews import review_accept
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core.models import User
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.annotation.house import HEIGHT, WIDTH, House, cel_png
from tests.annotation.test_findings import api_of

pytestmark = pytest.mark.django_db


def queue(house: House, kind: str, *, with_draft: bool = True) -> Assignment:
    wanted = [Wanted(house.frames[0].pk, 1, "", with_draft)]
    return assignment_create_many(pool=house.pool, kind=kind, frames=wanted, user=house.lead)[0]


def draw(assignment: Assignment, user: User) -> Assignment:
    """Save 4 columns of cel as the user's own."""
    working_copy_save(assignment=assignment, user=user, expected_version=0, label_png=cel_png(4))
    return Assignment.objects.get(pk=assignment.pk)


def others(douga: Assignment, user: User) -> list[tuple[str, str, str]]:
    found = api_of(user).get(reverse("assignment-detail", args=[douga.pk])).json()["others"]
    assert all(other["profile"]["kind"] == other["kind"] for other in found)
    return [(other["kind"], other["origin"], other["label_url"]) for other in found]


def test_a_frame_without_another_label_names_none(house: House) -> None:
    assert others(queue(house, "douga"), house.annotator) == []


def test_ones_own_unfinished_work_is_shown_and_that_of_others_is_not(house: House) -> None:
    cel = draw(queue(house, "cel"), house.annotator)
    douga = queue(house, "douga")
    url = reverse("working-copy-label", args=[cel.pk, 1])
    assert others(douga, house.annotator) == [("cel", "own", url)]
    assert others(douga, house.other) == []
    annotation_submit(assignment=cel, user=house.annotator, expected_version=1)
    assert others(douga, house.annotator) == [("cel", "own", url)]
    assert others(douga, house.other) == [], "submitted is not accepted"


def test_the_accepted_label_goes_before_ones_own_and_a_draft(house: House) -> None:
    house.draft(house.frames[0])
    cel = draw(queue(house, "cel"), house.annotator)
    douga = queue(house, "douga")
    annotation_submit(assignment=cel, user=house.annotator, expected_version=1)
    revision = Revision.objects.get()
    review_accept(revision=revision, user=house.reviewer)
    url = reverse("revision-label", args=[revision.pk])
    for user in (house.annotator, house.other):
        assert others(douga, user) == [("cel", "accepted", url)]
        assert api_of(user).get(url).status_code == 200
    detail = reverse("assignment-detail", args=[douga.pk])
    assert api_of(house.stranger).get(detail).status_code == 404


def test_a_models_draft_is_shown_unless_the_frame_is_to_be_drawn_without(house: House) -> None:
    house.draft(house.frames[0], version="pool/cel/1")
    newest = house.draft(house.frames[0], columns=9, version="pool/cel/2")
    url = reverse("draft-label", args=[newest.pk])
    assert others(queue(house, "douga"), house.annotator) == [("cel", "draft", url)]
    Assignment.objects.all().delete()
    assert others(queue(house, "douga", with_draft=False), house.annotator) == []


def test_the_frames_page_shows_picture_and_labels_side_by_side(house: House) -> None:
    frame = house.frames[0]
    house.draft(frame)
    lines = encode_label(np.ones((HEIGHT, WIDTH), np.uint8), get_kind("douga"))
    draft_store(
        frame_id=frame.pk, kind="douga", model_version="pool/douga/1", label_png=lines, entropy_png=b""
    )
    draw(queue(house, "cel"), house.annotator)
    seen = {user: _page(user, frame.pk) for user in (house.annotator, house.viewer)}
    assert seen[house.annotator].count("<figure") == 3
    assert "yours, not accepted yet" in seen[house.annotator]
    assert "yours, not accepted yet" not in seen[house.viewer]
    assert seen[house.viewer].count("a model&#x27;s draft") == 2
    assert _page(house.viewer, house.frames[1].pk).count("<figure") == 0
    client = Client()
    client.force_login(house.stranger)
    assert client.get(reverse("frame", args=[frame.pk])).status_code == 404


def _page(user: User, frame: int) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("frame", args=[frame])).content.decode()
