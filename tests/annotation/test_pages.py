"""Queue, editor and review pages: what is on them, for whom, and with how many queries."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Revision
from annotation.services.assignments import assignment_claim
from annotation.services.reviews import review_accept, review_return
from tests.annotation.house import House
from tests.annotation.test_revisions import draw_and_submit


def page(client: Client, user, name: str, *args: int, **query: str):
    client.force_login(user)
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_queue_says_what_waits_for_me_and_who_holds_what(client: Client, house: House) -> None:
    rows = house.queue()
    review_return(
        revision=draw_and_submit(house, rows[0], 3), user=house.reviewer, comment="mend the <sleeve>"
    )
    assignment_claim(assignment=rows[1], user=house.other)
    html = page(client, house.annotator, "queue")
    assert "Next frame" in html
    assert "mend the &lt;sleeve&gt;" in html
    assert "<td>other</td>" in html


@pytest.mark.parametrize(
    ("who", "words"), [("annotator", "Nothing is waiting"), ("viewer", "ask a lead of your production")]
)
def test_an_empty_queue_says_what_to_do(client: Client, house: House, who: str, words: str) -> None:
    html = page(client, getattr(house, who), "queue")
    assert words in html
    assert "No frame has been queued yet" in html


def test_the_next_frame_opens_in_the_editor(client: Client, house: House) -> None:
    rows = house.queue()
    client.force_login(house.annotator)
    answer = client.get(reverse("annotate-next"))
    assert answer["Location"] == reverse("annotate", args=[rows[0].pk])
    html = client.get(answer["Location"]).content.decode()
    assert 'id="editor-assignment"' in html
    assert 'id="editor-kinds"' in html


def test_nothing_left_goes_back_to_the_queue(client: Client, house: House) -> None:
    client.force_login(house.annotator)
    assert client.get(reverse("annotate-next"))["Location"] == reverse("queue")


def test_a_frame_that_another_holds_is_not_opened(client: Client, house: House) -> None:
    row = assignment_claim(assignment=house.queue()[0], user=house.other)
    client.force_login(house.annotator)
    answer = client.get(reverse("annotate", args=[row.pk]), follow=True)
    assert "other holds it until" in answer.content.decode()


def test_strangers_find_nothing(client: Client, house: House) -> None:
    row = house.queue()[0]
    revision = draw_and_submit(house, row, 3)
    client.force_login(house.stranger)
    for name, pk in (("annotate", row.pk), ("review-revision", revision.pk), ("revision-thumb", revision.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 404


def test_review_shows_unchanged_drafts_first(client: Client, house: House) -> None:
    rows = house.queue()
    house.draft(house.frames[1], columns=8)
    drawn, unchanged = (draw_and_submit(house, row, 8) for row in rows[:2])
    html = page(client, house.reviewer, "review")
    first, second = (
        html.index(reverse("review-revision", args=[r.pk]) + '" title') for r in (unchanged, drawn)
    )
    assert first < second
    assert "Nobody changed a pixel" in html


def test_review_goes_on_page_by_page(client: Client, house: House, monkeypatch) -> None:
    monkeypatch.setattr("annotation.views.review.PAGE", 2)
    revisions = [draw_and_submit(house, row, 3) for row in house.queue()[:3]]
    assert f"after={revisions[1].pk}" in page(client, house.reviewer, "review")
    html = page(client, house.reviewer, "review", after=str(revisions[1].pk))
    assert reverse("review-revision", args=[revisions[2].pk]) in html
    assert reverse("review-revision", args=[revisions[0].pk]) not in html


def test_review_can_be_of_one_kind_and_stays_with_it(client: Client, house: House) -> None:
    drawn = [draw_and_submit(house, row, 3) for row in house.queue()[:3]]
    first, other, last = (reverse("review-revision", args=[revision.pk]) for revision in drawn)
    assert "All kinds" not in page(client, house.reviewer, "review")
    Revision.objects.filter(pk=drawn[1].pk).update(kind="douga")
    html = page(client, house.reviewer, "review")
    assert 'href="?kind=douga">douga <span class="quiet">1</span>' in html
    assert 'href="?kind=cel">cel <span class="quiet">2</span>' in html
    html = page(client, house.reviewer, "review", kind="cel", pool=str(house.pool.pk))
    assert (f"{first}?kind=cel" in html, other in html) == (True, False)
    assert f'href="?pool={house.pool.pk}&amp;kind=douga"' in html
    html = page(client, house.reviewer, "review-revision", drawn[0].pk, kind="cel")
    assert f'href="{last}?kind=cel"' in html
    accept = reverse("revision-accept", args=[drawn[0].pk])
    assert f'data-accept="{accept}?kind=cel"' in html
    answer = client.post(f"{accept}?kind=cel", {"comment": ""}, content_type="application/json").json()
    assert answer["next_url"] == f"{last}?kind=cel"
    assert "All that waits" in page(client, house.reviewer, "review", kind="cel", pool="99999")


def test_one_version_is_shown_with_its_figures(client: Client, house: House) -> None:
    rows = house.queue()
    house.draft(house.frames[0], columns=8)
    revision = draw_and_submit(house, rows[0], 12)
    html = page(client, house.reviewer, "review-revision", revision.pk)
    assert "12 %" in html
    assert "pool/cel/1" in html
    assert 'data-verdict="accept"' in html
    review_accept(revision=revision, user=house.reviewer)
    html = page(client, house.reviewer, "review-revision", revision.pk)
    assert 'data-verdict="accept"' not in html
    assert "Accepted" in html


def test_an_empty_review_page_says_so(client: Client, house: House) -> None:
    assert "Nothing waits for review" in page(client, house.reviewer, "review")
    assert "ask a lead" in page(client, house.annotator, "review")


@pytest.mark.parametrize("name", ["queue", "review"])
def test_more_rows_cost_no_more_queries(
    client: Client, house: House, name: str, django_assert_max_num_queries
) -> None:
    for row in house.queue():
        draw_and_submit(house, row, 3)
    client.force_login(house.reviewer)
    with django_assert_max_num_queries(14):
        client.get(reverse(name))


def test_a_thumbnail_is_a_small_picture(client: Client, house: House) -> None:
    revision = draw_and_submit(house, house.queue()[0], 3)
    client.force_login(house.viewer)
    answer = client.get(reverse("revision-thumb", args=[revision.pk]))
    assert answer["Content-Type"] == "image/webp"
    assert answer.content[8:12] == b"WEBP"
