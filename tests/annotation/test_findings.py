"""What the editor's checks found comes in with a submission, and is there for the reviewer and the next attempt."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from annotation.models import Revision
from annotation.services.assignments import assignment_claim
from annotation.services.reviews import review_return
from annotation.services.revisions import annotation_submit
from tests.annotation.house import House

LEFT_OPEN = {"check": "holes", "box": [3, 4, 6, 5], "size": 3, "reason": ""}
DISMISSED = {"check": "specks", "box": [10, 2, 12, 4], "size": 4, "reason": "an eye's glint"}


def api_of(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def submit(house: House, findings: object) -> Any:
    """Hand the first frame's draft in with findings."""
    house.draft(house.frames[0])
    row = house.queue()[0]
    assignment_claim(assignment=row, user=house.annotator)
    body = {"expected_version": 0, "findings": findings}
    return api_of(house.annotator).post(reverse("assignment-submit", args=[row.pk]), body, format="json")


def test_a_version_keeps_what_was_dismissed_and_what_was_left_open(house: House) -> None:
    answer = submit(house, [LEFT_OPEN, DISMISSED])
    assert answer.status_code == 200
    assert answer.json()["revision"]["findings"] == [LEFT_OPEN, DISMISSED]
    assert Revision.objects.get().findings == [LEFT_OPEN, DISMISSED]


def test_the_reviewer_reads_them(house: House) -> None:
    submit(house, [LEFT_OPEN, DISMISSED])
    client = Client()
    client.force_login(house.reviewer)
    page = client.get(reverse("review-revision", args=[Revision.objects.get().pk])).content.decode()
    assert "dismissed: an eye&#x27;s glint" in page
    assert "Small hole" in page
    assert 'data-box="3 4 6 5"' in page
    assert page.count("left open") == 1


def test_a_submission_without_findings_has_none_and_no_heading(house: House) -> None:
    house.draft(house.frames[0])
    row = house.queue()[0]
    assignment_claim(assignment=row, user=house.annotator)
    revision = annotation_submit(assignment=row, user=house.annotator, expected_version=0)
    assert revision.findings == []
    client = Client()
    client.force_login(house.reviewer)
    assert 'id="findings"' not in client.get(reverse("review-revision", args=[revision.pk])).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"check": "no such check"},
        {"box": [1, 2, 3]},
        {"box": [-1, 2, 3, 4]},
        {"size": "many"},
        {"reason": "x" * 201},
    ],
)
def test_findings_that_make_no_sense_are_refused(house: House, wrong: dict[str, object]) -> None:
    assert submit(house, [LEFT_OPEN | wrong]).status_code == 400
    assert not Revision.objects.exists()


def test_more_findings_than_the_editor_lists_are_refused(house: House) -> None:
    assert submit(house, [LEFT_OPEN] * 201).status_code == 400


def test_a_returned_frame_remembers_what_was_dismissed(house: House) -> None:
    submit(house, [LEFT_OPEN, DISMISSED])
    revision = Revision.objects.get()
    review_return(revision=revision, user=house.reviewer, comment="Once more, please.")
    detail = reverse("assignment-detail", args=[revision.assignment_id])
    assert api_of(house.annotator).get(detail).json()["dismissed"] == [DISMISSED]
