"""What of a snapshot is handed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets.formats import Terms, content_of
from modeling.errors import UserError
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import ALL, FREE, SHARED, export


@pytest.mark.parametrize(
    ("terms", "count"),
    [
        (ALL, 6),
        (Terms(licences=(FREE,)), 3),
        (Terms(licences=(FREE, SHARED)), 4),
        (Terms(licences=(SHARED,), unknown_licences=True), 3),
        (Terms(labels_only=True), 6),
        (Terms(licences=(FREE,), labels_only=True), 3),
    ],
)
def test_rows_by_licence(snapshot: Snapshot, terms: Terms, count: int) -> None:
    content = content_of(snapshot, "cel", terms)
    assert len(content.rows) == count
    assert content.left_out == ({"licence": 6 - count} if count < 6 else {})


def test_a_licence_that_no_frame_has(snapshot: Snapshot) -> None:
    with pytest.raises(UserError, match="No frame has such a licence") as refused:
        content_of(snapshot, "cel", Terms(licences=("GPL",)))
    assert refused.value.remedy == f"Licences: {SHARED}, {FREE}."


def test_a_kind_that_was_not_frozen(snapshot: Snapshot) -> None:
    with pytest.raises(UserError, match="has no depth labels") as refused:
        content_of(snapshot, "depth", ALL)
    assert refused.value.code == "export_no_labels"


def test_holds_are_a_row_a_picture(snapshot: Snapshot) -> None:
    """Two drawings on threes at 24 pictures a second."""
    content = content_of(snapshot, "cel", Terms(unknown_licences=True, expand_holds=True))
    clip = [(row.key, row.time_s, row.file) for row in content.rows if row.cut == "clip"]
    drawings = ["frames/clip/000000.png"] * 3 + ["frames/clip/000003.png"] * 3
    assert clip == [(f"clip/{n:06d}", round(n / 24, 6), drawings[n]) for n in range(6)]
    assert len(content.rows) == 6 + 4


def test_the_folder_opens_whatever_is_handed_out(snapshot: Snapshot, tmp_path: Path) -> None:
    export(snapshot, "snapshot", tmp_path / "whole")
    whole = Snapshot.open(tmp_path / "whole")
    whole.verify()
    assert (whole.id, whole.header.created) == (snapshot.id, None)
    terms = Terms(licences=(FREE,), expand_holds=True)
    report = export(snapshot, "snapshot", tmp_path / "part", terms=terms)
    part = Snapshot.open(tmp_path / "part")
    part.verify()
    assert part.id == report["snapshot"] != snapshot.id
    assert part.header.parent == snapshot.id
    assert (part.counts.frames.train, part.counts.frames.test) == (6, 1)
    assert part.notes[0] == "made for tests"
    assert len(part.notes) == 3
