"""Saves: compare-and-set, and nothing that anyone drew is ever lost."""

from __future__ import annotations

import numpy as np
import pytest

from annotation.labels import label_get
from annotation.models import Assignment, KeptCopy, KeptReason
from annotation.services.assignments import assignment_claim
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import WorkingCopyConflict, working_copy_save
from tests.annotation.house import CEL, House, cel_map, cel_png
from tests.annotation.test_leases import run_out


@pytest.fixture
def row(house: House) -> Assignment:
    return house.queue()[0]


def save(row: Assignment, user, version: int, columns: int, seconds: float = 0.0):
    return working_copy_save(
        assignment=Assignment.objects.get(pk=row.pk),
        user=user,
        expected_version=version,
        label_png=cel_png(columns),
        active_seconds=seconds,
    )


def drawn(row) -> np.ndarray:
    return label_get(row.label, CEL)


def test_each_save_is_a_version_and_claims_the_frame(house: House, row: Assignment) -> None:
    save(row, house.annotator, 0, 1, 5)
    copy = save(row, house.annotator, 1, 2, 9)
    assert (copy.version, copy.active_seconds, copy.saved_by) == (2, 9, house.annotator)
    assert np.array_equal(drawn(copy), cel_map(2))
    assert Assignment.objects.get(pk=row.pk).holder == house.annotator


def test_sending_the_same_again_is_no_conflict(house: House, row: Assignment) -> None:
    save(row, house.annotator, 0, 1)
    assert save(row, house.annotator, 0, 1).version == 1
    assert not KeptCopy.objects.exists()


def test_two_tabs_cannot_overwrite_each_other_and_both_are_kept(house: House, row: Assignment) -> None:
    save(row, house.annotator, 0, 1)
    with pytest.raises(WorkingCopyConflict) as caught:
        save(row, house.annotator, 0, 2, 7)
    assert caught.value.current.version == 1
    assert np.array_equal(drawn(caught.value.current), cel_map(1))
    assert np.array_equal(drawn(caught.value.kept), cel_map(2))
    assert caught.value.kept.active_seconds == 7


def test_a_refused_drawing_is_kept_once_however_often_it_is_sent(house: House, row: Assignment) -> None:
    save(row, house.annotator, 0, 1)
    for _ in range(3):
        with pytest.raises(WorkingCopyConflict):
            save(row, house.annotator, 0, 2)
    assert KeptCopy.objects.count() == 1


def test_a_late_save_is_kept_when_another_holds_the_frame(house: House, row: Assignment) -> None:
    save(row, house.annotator, 0, 1)
    run_out(row)
    assignment_claim(assignment=row, user=house.other)
    with pytest.raises(WorkingCopyConflict, match="other holds this frame until"):
        save(row, house.annotator, 1, 2)
    assert np.array_equal(drawn(KeptCopy.objects.get()), cel_map(2))


def test_a_late_save_counts_when_nobody_came_meanwhile(house: House, row: Assignment) -> None:
    save(row, house.annotator, 0, 1)
    run_out(row)
    assert save(row, house.annotator, 1, 2).version == 2


def test_who_goes_on_from_anothers_drawing_does_not_overwrite_it(house: House, row: Assignment) -> None:
    save(row, house.annotator, 0, 1)
    run_out(row)
    save(row, house.other, 1, 5)
    kept = KeptCopy.objects.get()
    assert (kept.reason, kept.saved_by, kept.base_version) == (KeptReason.TAKEN_OVER, house.annotator, 1)
    assert np.array_equal(drawn(kept), cel_map(1))


def test_a_save_after_the_submit_is_kept_beside_it(house: House, row: Assignment) -> None:
    save(row, house.annotator, 0, 1)
    annotation_submit(assignment=row, user=house.annotator, expected_version=1)
    with pytest.raises(WorkingCopyConflict, match="submitted already"):
        save(row, house.annotator, 1, 2)
    assert np.array_equal(drawn(KeptCopy.objects.get()), cel_map(2))
