"""Verdicts and what follows from them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from annotation.models import AcceptedLabel, Review
from annotation.selectors import review_counts, review_queue
from annotation.selectors.reviews import neighbours
from annotation.services.reviews import review_accept, review_return
from core.errors import ConflictError
from core.models import AuditEntry
from modeling.errors import UserError
from tests.annotation.house import House
from tests.annotation.test_revisions import draw_and_submit


def test_an_accepted_version_is_the_frames_label(house: House) -> None:
    row = house.queue()[0]
    revision = draw_and_submit(house, row, 3)
    review_accept(revision=revision, user=house.reviewer)
    row.refresh_from_db()
    assert row.state == "accepted"
    assert AcceptedLabel.objects.get().revision == revision
    assert AuditEntry.objects.filter(action="revision.accept", subject_id=revision.pk).exists()


def test_a_returned_version_goes_back_with_the_comment(house: House) -> None:
    row = house.queue()[0]
    revision = draw_and_submit(house, row, 3)
    review_return(revision=revision, user=house.reviewer, comment=" mend the sleeve ")
    row.refresh_from_db()
    assert (row.state, row.person) == ("returned", house.annotator)
    assert Review.objects.get().comment == "mend the sleeve"
    assert not AcceptedLabel.objects.exists()


def test_returning_needs_words(house: House) -> None:
    revision = draw_and_submit(house, house.queue()[0], 3)
    with pytest.raises(UserError, match="Say what to mend"):
        review_return(revision=revision, user=house.reviewer, comment="  ")


def test_only_one_verdict_wins(house: House) -> None:
    revision = draw_and_submit(house, house.queue()[0], 3)
    review_accept(revision=revision, user=house.reviewer)
    with pytest.raises(ConflictError, match="not wait for review any more"):
        review_return(revision=revision, user=house.lead, comment="mend")
    assert Review.objects.count() == 1


def test_an_older_version_gets_no_verdict(house: House) -> None:
    row = house.queue()[0]
    first = draw_and_submit(house, row, 3)
    review_return(revision=first, user=house.reviewer, comment="mend")
    draw_and_submit(house, row, 4)
    with pytest.raises(ConflictError):
        review_accept(revision=first, user=house.reviewer)


def test_annotators_do_not_review(house: House) -> None:
    revision = draw_and_submit(house, house.queue()[0], 3)
    with pytest.raises(PermissionDenied):
        review_accept(revision=revision, user=house.other)
    assert not review_queue(house.other).exists()


def test_nobody_reviews_their_own_but_leads_do(house: House) -> None:
    first, second = house.queue()[:2]
    own = draw_and_submit(house, first, 3, user=house.reviewer)
    with pytest.raises(UserError, match="You drew this yourself"):
        review_accept(revision=own, user=house.reviewer)
    review_accept(revision=draw_and_submit(house, second, 3, user=house.lead), user=house.lead)


def test_the_queue_shows_what_waits_and_counts_what_nobody_changed(house: House) -> None:
    rows = house.queue()
    house.draft(house.frames[1], columns=8)
    revisions = [draw_and_submit(house, row, 8) for row in rows[:3]]
    review_accept(revision=revisions[0], user=house.reviewer)
    assert list(review_queue(house.reviewer)) == revisions[1:]
    (count,) = review_counts(house.reviewer)
    assert (count.waiting, count.unchanged) == (2, 1)
    assert not review_queue(house.stranger).exists()


def test_neighbours_are_the_versions_that_wait_beside_one(house: House) -> None:
    rows = house.queue()
    first, second, third = (draw_and_submit(house, row, 8) for row in rows[:3])
    assert neighbours(second, house.reviewer) == (first.pk, third.pk)
    review_accept(revision=third, user=house.reviewer)
    assert neighbours(second, house.reviewer) == (first.pk, None)
