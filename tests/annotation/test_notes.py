"""Comments on a place, effort by tool, and every version of a label."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from annotation.models import Assignment, Comment, Effort, KeptCopy, KeptReason, WorkingCopy
from annotation.selectors.effort import effort_of
from annotation.services.comments import comment_create
from annotation.services.history import EVERY, MOST, keep_earlier
from annotation.services.reviews import review_accept
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import WorkingCopyConflict, working_copy_save
from core.cleanup import leftovers
from core.models import AuditEntry, User
from tests.annotation.house import HEIGHT, WIDTH, House, cel_png


@pytest.fixture
def row(house: House) -> Assignment:
    return house.queue()[0]


@pytest.fixture
def api(house: House) -> APIClient:
    client = APIClient()
    client.force_login(house.annotator)
    return client


def save(row: Assignment, user: User, version: int, columns: int) -> WorkingCopy:
    row = Assignment.objects.get(pk=row.pk)
    return working_copy_save(
        assignment=row, user=user, expected_version=version, label_png=cel_png(columns), active_seconds=9
    )


# --- comments ---


def say(api: APIClient, row: Assignment, x: int = 3, y: int = 4, text: str = "The sleeve leaks"):
    url = reverse("assignment-comments", args=[row.pk])
    return api.post(url, {"x": x, "y": y, "text": text}, format="json")


def test_a_comment_is_pinned_read_and_resolved(api, house, row):
    made = say(api, row)
    assert made.status_code == 201
    listed = api.get(reverse("assignment-comments", args=[row.pk])).json()
    assert listed == [made.json()]
    assert (listed[0]["x"], listed[0]["y"], listed[0]["author"]) == (3, 4, "annotator")
    assert listed[0]["resolved_at"] is None
    url = reverse("comment-detail", args=[listed[0]["id"]])
    api.force_login(house.reviewer)
    for _ in range(2):
        assert api.patch(url, {"resolved": True}, format="json").json()["resolved_by"] == "reviewer"
    assert api.patch(url, {"resolved": False}, format="json").json()["resolved_at"] is None
    told = AuditEntry.objects.filter(subject_type="annotation.comment").order_by("id")
    assert list(told.values_list("action", flat=True)) == [
        "comment.create",
        "comment.resolve",
        "comment.reopen",
    ]


def test_who_draws_the_frame_for_another_pool_sees_them_too(api, house, row):
    say(api, row)
    Assignment.objects.filter(pk=row.pk).update(state="withdrawn")
    again = house.queue(house.frames[0])[0]
    assert again.pk != row.pk
    assert len(api.get(reverse("assignment-comments", args=[again.pk])).json()) == 1
    other = house.queue(house.frames[1])[0]
    assert api.get(reverse("assignment-comments", args=[other.pk])).json() == []


@pytest.mark.parametrize(
    ("x", "y", "text", "code"),
    [
        (WIDTH, 0, "outside", "comment_place"),
        (0, HEIGHT, "outside", "comment_place"),
        (0, 0, "  ", "invalid"),
        (0, 0, "x" * 2001, "invalid"),
        (-1, 0, "outside", "invalid"),
    ],
)
def test_a_comment_has_a_place_and_words(api, row, x, y, text, code):
    answer = say(api, row, x, y, text)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert not Comment.objects.exists()


@pytest.mark.parametrize(("who", "reads", "says"), [("viewer", 200, 403), ("stranger", 404, 404)])
def test_comments_are_for_those_who_draw_here(api, house, row, who, reads, says):
    made = say(api, row).json()
    api.force_login(getattr(house, who))
    assert api.get(reverse("assignment-comments", args=[row.pk])).status_code == reads
    assert say(api, row).status_code == says
    url = reverse("comment-detail", args=[made["id"]])
    assert api.patch(url, {"resolved": True}, format="json").status_code == says
    assert Comment.objects.get().resolved_at is None


def test_a_service_checks_the_role_itself(house, row):
    with pytest.raises(PermissionDenied):
        comment_create(assignment=row, user=house.viewer, x=0, y=0, text="hello")


# --- effort ---


def report(api: APIClient, row: Assignment, session: str = "visit-0001", seconds: float = 60, **tools: dict):
    body = {"session": session, "active_seconds": seconds, "tools": tools}
    return api.post(reverse("assignment-effort", args=[row.pk]), body, format="json")


def test_totals_count_once_and_late_reports_lower_nothing(api, house, row):
    brush = {"strokes": 3, "clicks": 1, "seconds": 12.5}
    assert report(api, row, brush=brush).status_code == 204
    report(api, row, brush=brush)
    report(api, row, seconds=90, brush={"strokes": 5, "clicks": 2, "seconds": 20})
    report(api, row, seconds=60, brush=brush)
    report(api, row, session="visit-0002", seconds=10, bucket={"clicks": 4, "seconds": 30})
    summed = effort_of(row, house.lead)
    assert (summed.seconds, summed.strokes, summed.clicks) == (100, 5, 6)
    assert [(tool.tool, tool.strokes, tool.clicks, tool.seconds) for tool in summed.tools] == [
        ("bucket", 0, 4, 30),
        ("brush", 5, 2, 20),
    ]


def test_effort_is_shown_to_leads_only(api, house, row):
    report(api, row, brush={"strokes": 1})
    assert effort_of(row, house.reviewer) is None
    assert effort_of(row, house.lead) is not None


def test_effort_is_still_taken_after_the_submit(api, house, row):
    save(row, house.annotator, 0, 2)
    annotation_submit(assignment=Assignment.objects.get(pk=row.pk), user=house.annotator, expected_version=1)
    assert report(api, row, brush={"strokes": 1}).status_code == 204


@pytest.mark.parametrize(
    ("session", "seconds", "brush"),
    [
        ("short", 1, {}),
        ("visit-0001", -1, {}),
        ("visit-0001", 1e9, {}),
        ("visit-0001", 1, {"strokes": -1}),
        ("visit-0001", 1, {"seconds": 1e9}),
        ("visit-0001", 1, {"clicks": "many"}),
    ],
)
def test_figures_that_cannot_be_are_refused(api, row, session, seconds, brush):
    assert report(api, row, session, seconds, brush=brush).status_code == 400
    assert not Effort.objects.exists()


def test_a_report_names_a_sane_number_of_tools(api, row):
    assert report(api, row, **{f"tool-{n}": {} for n in range(100)}).status_code == 400
    assert report(api, row, **{"x" * 41: {}}).status_code == 400


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("stranger", 404)])
def test_only_who_draws_may_report(api, house, row, who, status):
    api.force_login(getattr(house, who))
    assert report(api, row, brush={}).status_code == status


# --- versions ---


def versions(api: APIClient, row: Assignment) -> list[dict]:
    answer = api.get(reverse("assignment-revisions", args=[row.pk]))
    assert answer.status_code == 200
    return answer.json()


def test_versions_are_revisions_and_kept_copies_newest_first(api, house, row):
    save(row, house.annotator, 0, 2)
    with pytest.raises(WorkingCopyConflict):
        save(row, house.annotator, 0, 5)
    revision = annotation_submit(
        assignment=Assignment.objects.get(pk=row.pk), user=house.annotator, expected_version=1
    )
    review_accept(revision=revision, user=house.lead)
    listed = versions(api, row)
    assert [(v["action"], v["number"], v["accepted"]) for v in listed] == [
        ("submit", 1, True),
        ("conflict", None, False),
    ]
    assert listed[0]["active_seconds"] == 9
    for version in listed:
        assert api.get(version["thumb_url"])["Content-Type"] == "image/webp"
        assert len(api.get(version["label_url"], {"raw": 1}).content) == HEIGHT * WIDTH


def keep_age(row: Assignment, age: timedelta) -> None:
    Assignment.objects.filter(pk=row.pk).update(created_at=timezone.now() - age)
    KeptCopy.objects.update(saved_at=timezone.now() - age)


def test_an_earlier_state_is_kept_every_few_minutes(api, house, row):
    for version in range(4):
        save(row, house.annotator, version, version + 1)
    assert versions(api, row) == []
    keep_age(row, EVERY)
    save(row, house.annotator, 4, 5)
    save(row, house.annotator, 5, 6)
    kept = KeptCopy.objects.get()
    assert (kept.reason, kept.base_version) == (KeptReason.EARLIER, 4)
    keep_age(row, EVERY)
    save(row, house.annotator, 6, 7)
    assert [v["action"] for v in versions(api, row)] == ["earlier", "earlier"]
    detail = api.get(reverse("assignment-detail", args=[row.pk])).json()
    assert detail["kept_copies"] == []


def test_a_state_can_be_kept_before_something_large(api, house, row):
    save(row, house.annotator, 0, 3)
    url = reverse("assignment-revisions", args=[row.pk])
    assert [api.post(url).status_code for _ in range(2)] == [204, 204]
    assert [v["action"] for v in versions(api, row)] == ["earlier"]
    api.force_login(house.viewer)
    assert api.post(url).status_code == 403


def test_earlier_states_are_bounded_and_stay_spread(house, row):
    copy = save(row, house.annotator, 0, 1)
    start = timezone.now() - timedelta(days=1)
    for number in range(3 * MOST):
        copy.label = f"{number:064d}"
        kept = keep_earlier(copy, always=True)
        KeptCopy.objects.filter(pk=kept.pk).update(saved_at=start + number * EVERY)
    times = list(KeptCopy.objects.order_by("id").values_list("saved_at", flat=True))
    assert len(times) == MOST
    assert times[0] == start
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) <= 8 * EVERY
    assert gaps[-7:] == [EVERY] * 7


def test_cleanup_leaves_earlier_states(house, row, monkeypatch):
    save(row, house.annotator, 0, 1)
    keep_age(row, EVERY)
    save(row, house.annotator, 1, 2)
    save(row, house.annotator, 2, 3)
    label = KeptCopy.objects.get().label
    monkeypatch.setattr("core.blob_cleanup.is_old", lambda path, **_: True)
    names = {leftover.path.name for leftover in leftovers()}
    assert label not in names
    assert WorkingCopy.objects.get().label not in names
    assert names


@pytest.mark.parametrize("who", ["stranger"])
def test_versions_are_only_for_those_who_may_see_the_frame(api, house, row, who):
    save(row, house.annotator, 0, 2)
    keep_earlier(WorkingCopy.objects.get(), always=True)
    thumb = versions(api, row)[0]["thumb_url"]
    api.force_login(getattr(house, who))
    assert api.get(reverse("assignment-revisions", args=[row.pk])).status_code == 404
    assert api.get(thumb).status_code == 404
