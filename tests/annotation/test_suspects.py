"""Suspected label errors: an accepted label goes back to review, stays in use, and is remembered once found right."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied

from annotation.models import (
    AcceptedLabel,
    Assignment,
    AssignmentState,
    LabelSearch,
    Origin,
    Revision,
    Suspect,
    WorkingCopy,
)
from annotation.selectors.reviews import review_queue
from annotation.selectors.suspects import standing_counts, suspects_of
from annotation.services.assignments import assignment_claim
from annotation.services.reviews import review_accept, review_return
from annotation.services.revisions import annotation_submit
from annotation.services.suspects import suspect_confirm, suspect_send, suspects_send, suspects_store
from annotation.services.working_copies import working_copy_save
from core.errors import ConflictError
from core.models import AuditEntry
from datasets.models import Frame
from modeling.errors import UserError
from tests.annotation.house import House, cel_png, make_house


class Context:
    """What storing asks of a job."""

    fenced = staticmethod(contextmanager(lambda: iter([None])))

    def tick(self) -> None:
        """Nobody waits."""


@pytest.fixture
def house(db: None) -> House:
    return make_house()


def accepted(house: House, frame: Frame, columns: int = 4) -> AcceptedLabel:
    """Drawn by the annotator, accepted by the reviewer."""
    (assignment,) = house.queue(frame)
    assignment_claim(assignment=assignment, user=house.annotator)
    version = WorkingCopy.objects.get(assignment=assignment).version
    copy = working_copy_save(
        assignment=assignment, user=house.annotator, expected_version=version, label_png=cel_png(columns)
    )
    revision = annotation_submit(assignment=assignment, user=house.annotator, expected_version=copy.version)
    review_accept(revision=revision, user=house.reviewer)
    return AcceptedLabel.objects.get(frame=frame, kind="cel")


def search(house: House, *frames: Frame) -> LabelSearch:
    """A search that found these frames' labels in this order."""
    found = LabelSearch.objects.create(pool=house.pool, task="cel", kind="cel", user=house.lead)
    labels = [AcceptedLabel.objects.get(frame=frame, kind="cel") for frame in frames]
    rows = [
        {
            "key": label.frame.key,
            "label": label.revision.label,
            "suspicion": 9.0 - n,
            "reasons": ["nothing is drawn"] if n == 0 else [],
            "measures": {"wrong": 0.5},
        }
        for n, label in enumerate(labels)
    ]
    suspects_store(search=found, rows=rows, context=Context())  # type: ignore[arg-type]
    return found


def standings(found: LabelSearch) -> list[str]:
    return [row.standing for row in suspects_of(found)]  # type: ignore[attr-defined]


def send(house: House, found: LabelSearch) -> Revision:
    return suspect_send(suspect=found.suspects.get(rank=1), user=house.reviewer)


def test_a_sent_label_waits_for_review_and_stays_in_use(house: House) -> None:
    label = accepted(house, house.frames[0])
    revision = send(house, search(house, house.frames[0]))
    assert list(review_queue(house.lead)) == [revision]
    assert (revision.label, revision.author, revision.number) == (label.revision.label, house.annotator, 2)
    assert revision.comment == "Suspected label error: nothing is drawn."
    assert AcceptedLabel.objects.get(frame=house.frames[0]).revision == label.revision
    assert AuditEntry.objects.get(action="revision.reopen").actor == house.reviewer


def test_found_right_it_is_accepted_as_it_was_and_no_later_search_lists_it(house: House) -> None:
    label = accepted(house, house.frames[0])
    accepted(house, house.frames[1])
    found = search(house, house.frames[0])
    review_accept(revision=send(house, found), user=house.reviewer)
    assert standings(found) == ["right"]
    now = AcceptedLabel.objects.get(frame=house.frames[0]).revision
    assert (now.label, now.origin) == (label.revision.label, Origin.PERSON)
    later = search(house, house.frames[0], house.frames[1])
    assert [row.key for row in later.suspects.all()] == [house.frames[1].key]
    assert (later.looked_at, later.known_right) == (2, 1)


def test_a_returned_one_goes_back_to_who_drew_it_with_the_drawing(house: House) -> None:
    label = accepted(house, house.frames[0])
    found = search(house, house.frames[0])
    review_return(revision=send(house, found), user=house.reviewer, comment="The arm is missing.")
    assert standings(found) == ["returned"]
    assignment = Assignment.objects.live().get(frame=house.frames[0])
    assert (assignment.state, assignment.person) == (AssignmentState.RETURNED, house.annotator)
    assignment_claim(assignment=assignment, user=house.annotator)
    assert WorkingCopy.objects.get(assignment=assignment).label == label.revision.label
    assert AcceptedLabel.objects.get(frame=house.frames[0]).revision == label.revision


def test_what_nobody_here_drew_goes_back_into_the_queue(house: House) -> None:
    label = accepted(house, house.frames[0])
    Revision.objects.filter(pk=label.revision_id).update(origin=Origin.IMPORT)
    revision = send(house, search(house, house.frames[0]))
    review_return(revision=revision, user=house.lead, comment="Draw it.")
    assignment = Assignment.objects.live().get(frame=house.frames[0])
    assert assignment.state == AssignmentState.OPEN
    assignment_claim(assignment=assignment, user=house.other)


def test_twice_is_refused_and_so_is_a_label_that_has_changed(house: House) -> None:
    accepted(house, house.frames[0])
    accepted(house, house.frames[1])
    found = search(house, house.frames[0], house.frames[1])
    send(house, found)
    with pytest.raises(ConflictError) as caught:
        send(house, found)
    assert caught.value.code == "sent_already"
    accepted(house, house.frames[1], columns=9)
    assert standings(found) == ["sent", "changed"]
    with pytest.raises(ConflictError) as caught:
        suspect_send(suspect=found.suspects.get(rank=2), user=house.reviewer)
    assert caught.value.code == "label_changed"


def test_the_first_of_the_list_are_sent_and_what_is_being_drawn_is_left(house: House) -> None:
    for frame in house.frames[:4]:
        accepted(house, frame)
    house.queue(house.frames[1])
    found = search(house, *house.frames[:4])
    suspect_confirm(suspect=found.suspects.get(rank=1), user=house.reviewer)
    sent = suspects_send(search=found, count=2, user=house.reviewer)
    assert [revision.frame for revision in sent.revisions] == [house.frames[2]]
    assert len(sent.left) == 1
    assert house.frames[1].key in sent.left[0]
    assert standings(found) == ["right", "undecided", "sent", "undecided"]
    counts = standing_counts(found, house.reviewer)
    assert counts == {"undecided": 2, "sent": 1, "right": 1, "returned": 0, "changed": 0}
    with pytest.raises(UserError):
        suspects_send(search=found, count=0, user=house.reviewer)


def test_found_right_on_the_page_is_remembered_until_it_is_taken_back_or_changes(house: House) -> None:
    accepted(house, house.frames[0])
    suspect = search(house, house.frames[0]).suspects.get()
    suspect_confirm(suspect=suspect, user=house.reviewer)
    assert not search(house, house.frames[0]).suspects.exists()
    suspect_confirm(suspect=suspect, user=house.reviewer, right=False)
    assert search(house, house.frames[0]).suspects.exists()
    suspect_confirm(suspect=suspect, user=house.reviewer)
    accepted(house, house.frames[0], columns=9)
    assert search(house, house.frames[0]).suspects.exists(), "it is another label now"
    assert {"suspect.confirm", "suspect.doubt"} <= set(AuditEntry.objects.values_list("action", flat=True))


def test_only_reviewers_decide(house: House) -> None:
    accepted(house, house.frames[0])
    suspect = search(house, house.frames[0]).suspects.get()
    for change in (suspect_send, suspect_confirm):
        with pytest.raises(PermissionDenied):
            change(suspect=suspect, user=house.annotator)
    assert not Suspect.objects.visible_to(house.stranger).exists()
    assert not LabelSearch.objects.visible_to(house.annotator).exists()
