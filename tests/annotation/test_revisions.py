"""Handing in: what a version remembers of its making."""

from __future__ import annotations

import numpy as np
import pytest

from annotation.labels import label_get
from annotation.models import AcceptedLabel, Assignment, Revision
from annotation.services.assignments import assignment_claim
from annotation.services.reviews import review_accept, review_return
from annotation.services.revisions import annotation_submit, revision_restore
from annotation.services.working_copies import working_copy_save
from core.errors import ConflictError
from modeling.errors import UserError
from tests.annotation.house import CEL, WIDTH, House, cel_map, cel_png


def draw_and_submit(house: House, row: Assignment, columns: int, user=None) -> Revision:
    """Save a drawing over whatever stands, and hand it in."""
    user = user or house.annotator
    row = Assignment.objects.get(pk=row.pk)
    assignment_claim(assignment=row, user=user)
    version = row.working_copy.version
    copy = working_copy_save(
        assignment=row, user=user, expected_version=version, label_png=cel_png(columns), active_seconds=30
    )
    return annotation_submit(assignment=row, user=user, expected_version=copy.version, comment=" done ")


def test_a_version_remembers_draft_model_share_and_time(house: House) -> None:
    row = house.queue()[0]
    draft = house.draft(house.frames[0], columns=8)
    revision = draw_and_submit(house, row, 12)
    assert (revision.draft, revision.model_version) == (draft, "pool/cel/1")
    assert revision.changed_share == pytest.approx(4 / WIDTH)
    assert (revision.active_seconds, revision.comment) == (30, "done")
    assert (revision.number, revision.origin, revision.action) == (1, "person", "submit")
    assert np.array_equal(label_get(revision.label, CEL), cel_map(12))
    row.refresh_from_db()
    assert (row.state, row.holder, row.lease_expires_at) == ("submitted", None, None)


def test_a_draft_handed_in_untouched_says_so(house: House) -> None:
    row = house.queue()[0]
    draft = house.draft(house.frames[0])
    assignment_claim(assignment=row, user=house.annotator)
    revision = annotation_submit(assignment=row, user=house.annotator, expected_version=0)
    assert (revision.origin, revision.changed_share, revision.label) == ("draft unchanged", 0.0, draft.label)


def test_a_draft_drawn_back_to_itself_is_unchanged_too(house: House) -> None:
    row = house.queue()[0]
    house.draft(house.frames[0], columns=8)
    revision = draw_and_submit(house, row, 8)
    assert (revision.origin, revision.changed_share) == ("draft unchanged", 0.0)


def test_without_a_draft_there_is_no_share(house: House) -> None:
    revision = draw_and_submit(house, house.queue()[0], 3)
    assert (revision.draft, revision.model_version, revision.changed_share) == (None, "", None)


def test_neither_drawing_nor_draft_cannot_be_handed_in(house: House) -> None:
    row = assignment_claim(assignment=house.queue()[0], user=house.annotator)
    with pytest.raises(UserError, match="neither a saved drawing nor a draft"):
        annotation_submit(assignment=row, user=house.annotator, expected_version=0)


def test_only_the_version_meant_is_handed_in(house: House) -> None:
    row = house.queue()[0]
    working_copy_save(assignment=row, user=house.annotator, expected_version=0, label_png=cel_png(1))
    with pytest.raises(ConflictError, match="is version 1, not the one you meant"):
        annotation_submit(assignment=row, user=house.annotator, expected_version=0)
    assert not Revision.objects.exists()


def test_nobody_hands_in_twice_or_what_another_holds(house: House) -> None:
    row = house.queue()[0]
    working_copy_save(assignment=row, user=house.annotator, expected_version=0, label_png=cel_png(1))
    with pytest.raises(ConflictError):
        annotation_submit(assignment=row, user=house.other, expected_version=1)
    annotation_submit(assignment=row, user=house.annotator, expected_version=1)
    with pytest.raises(ConflictError, match="submitted"):
        annotation_submit(assignment=row, user=house.annotator, expected_version=1)


def test_versions_are_added_never_changed(house: House) -> None:
    row = house.queue()[0]
    first = draw_and_submit(house, row, 3)
    review_return(revision=first, user=house.reviewer, comment="mend")
    second = draw_and_submit(house, row, 4)
    history = list(Revision.objects.order_by("number").values_list("number", "action", "label"))
    assert history == [(1, "submit", first.label), (2, "return", first.label), (3, "submit", second.label)]
    assert second.parent.number == 2


def test_an_older_version_can_be_accepted_again(house: House) -> None:
    row = house.queue(house.frames[0])[0]
    first = draw_and_submit(house, row, 3)
    review_accept(revision=first, user=house.reviewer)
    row = house.queue(house.frames[0])[0]
    review_accept(revision=draw_and_submit(house, row, 4), user=house.reviewer)
    restored = revision_restore(revision=first, user=house.reviewer)
    assert AcceptedLabel.objects.get().revision == restored
    assert (restored.number, restored.action, restored.label) == (3, "restore", first.label)
    with pytest.raises(ConflictError):
        revision_restore(revision=first, user=house.reviewer)
