"""Questions of other apps: what is labelled, what waits, and at what cost."""

from __future__ import annotations

from annotation.selectors import (
    accepted_labels,
    label_states,
    labelled_frame_ids,
    live_assignment_frame_ids,
    queue_counts,
    skipped_frame_ids,
)
from annotation.selectors.queue import held_now, my_assignments
from annotation.services.assignments import assignment_claim, assignment_skip
from annotation.services.reviews import review_accept, review_return
from datasets.models import Pool, PoolFrame
from tests.annotation.house import House
from tests.annotation.test_revisions import draw_and_submit


def busy(house: House) -> None:
    """One frame in each state: accepted, returned, submitted, skipped, held, waiting."""
    rows = house.queue()
    review_accept(revision=draw_and_submit(house, rows[0], 3), user=house.reviewer)
    review_return(revision=draw_and_submit(house, rows[1], 3), user=house.reviewer, comment="mend")
    draw_and_submit(house, rows[2], 3)
    assignment_skip(assignment=rows[3], user=house.annotator, reason="blur")
    assignment_claim(assignment=rows[4], user=house.other)


def test_each_frame_is_in_the_state_it_is_in(house: House) -> None:
    busy(house)
    ids = [frame.pk for frame in house.frames]
    assert labelled_frame_ids(house.pool, "cel") == {ids[0]}
    assert live_assignment_frame_ids(house.pool, "cel") == {ids[1], ids[2], ids[4], ids[5]}
    assert skipped_frame_ids(house.pool, "cel") == {ids[3]}
    states = ["labelled", "returned", "submitted", "skipped", "open", "open"]
    assert label_states("cel", ids) == dict(zip(ids, states, strict=True))
    assert labelled_frame_ids(house.pool, "douga") == set()


def test_counts_are_by_pool_and_kind_and_for_whom_it_concerns(house: House) -> None:
    busy(house)
    (count,) = queue_counts(house.viewer)
    assert (count.waiting, count.held, count.returned) == (1, 1, 1)
    assert (count.submitted, count.accepted, count.skipped) == (1, 1, 1)
    assert (count.unfinished, count.total) == (4, 6)
    assert queue_counts(house.stranger) == []


def test_a_label_counts_in_every_pool_that_has_the_frame(house: House) -> None:
    row = house.queue()[0]
    revision = draw_and_submit(house, row, 3)
    review_accept(revision=revision, user=house.reviewer)
    second = Pool.objects.create(name="second")
    PoolFrame.objects.create(pool=second, frame=house.frames[0], key="elsewhere")
    (label,) = accepted_labels(second, "cel")
    assert label == (house.frames[0].pk, revision.label, "person", revision.active_seconds)


def test_mine_are_returned_first_with_what_to_mend(house: House) -> None:
    rows = house.queue()
    assignment_claim(assignment=rows[3], user=house.annotator)
    revision = draw_and_submit(house, rows[0], 3)
    review_return(revision=revision, user=house.reviewer, comment="mend the sleeve")
    mine = list(my_assignments(house.annotator))
    assert [row.pk for row in mine] == [rows[0].pk, rows[3].pk]
    assert (mine[0].return_comment, mine[0].return_reviewer) == ("mend the sleeve", "reviewer")


def test_held_by_others_leaves_out_my_own(house: House) -> None:
    rows = house.queue()
    assignment_claim(assignment=rows[0], user=house.annotator)
    assignment_claim(assignment=rows[1], user=house.other)
    assert [row.pk for row in held_now(house.annotator)] == [rows[1].pk]
