"""What a frozen row says of rights and of people's time."""

from __future__ import annotations

from pathlib import Path

from active_learning.services.freezing import labels_freeze
from annotation.models import Assignment
from annotation.services.effort import ToolEffort, effort_record
from annotation.services.leases import assignment_claim
from annotation.services.reviews import review_accept
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core.models import User
from core.paths import data_path
from datasets.formats import Terms
from datasets.models import Frame, LabelTally, Snapshot
from datasets.services.exports import export_write
from modeling.snapshots import FrameRow
from modeling.snapshots import Snapshot as Folder
from tests.active_learning.world import fill_in, oracle_of
from tests.annotation.house import House, cel_png


def rows_of(snapshot: Snapshot) -> dict[str, FrameRow]:
    """Frozen rows by key."""
    return {row.key: row for row in Folder.open(data_path("snapshots", snapshot.pk)).frames()}


def visit(assignment: Assignment, user: User, session: str, seconds: float) -> None:
    """Report a visit; half of it was spent with the pen."""
    tools = {"pen": ToolEffort(3, 5, seconds / 2)}
    effort_record(assignment=assignment, user=user, session=session, tools=tools, active_seconds=seconds)


def accept_drawn(house: House, assignment: Assignment, told: float = 0.0) -> None:
    """The annotator draws for ``told`` seconds as the editor counts them, and the reviewer accepts."""
    assignment_claim(assignment=assignment, user=house.annotator)
    copy = working_copy_save(
        assignment=assignment,
        user=house.annotator,
        expected_version=0,
        label_png=cel_png(5),
        active_seconds=told,
    )
    revision = annotation_submit(assignment=assignment, user=house.annotator, expected_version=copy.version)
    review_accept(revision=revision, user=house.reviewer)


def test_seconds_are_those_of_all_visits_to_the_label(house: House) -> None:
    """Two visits of 30 and 12.5 s; no log, but 20 s told by the editor; nothing known."""
    logged, told, silent = house.queue(*house.frames[:3])
    visit(logged, house.annotator, "one", 30.0)
    visit(logged, house.reviewer, "two", 12.5)
    accept_drawn(house, logged, told=99.0)
    accept_drawn(house, told, told=20.0)
    accept_drawn(house, silent)
    rows = rows_of(labels_freeze(pool=house.pool, kind="cel", user=None))
    seconds = [rows[frame.key].labels["cel"].seconds for frame in house.frames[:3]]
    assert seconds == [42.5, 20.0, 0.0]


def test_the_oracle_works_no_second(house: House, tmp_path: Path) -> None:
    (assignment,) = house.queue(house.frames[0])
    visit(assignment, oracle_of(house), "one", 30.0)
    fill_in(house, tmp_path / "truth")
    label = rows_of(labels_freeze(pool=house.pool, kind="cel", user=None))[house.frames[0].key].labels["cel"]
    assert (label.origin, label.seconds) == ("oracle", 0)


def test_the_rights_holder_is_frozen_with_the_frame(house: House, tmp_path: Path) -> None:
    first, second = house.frames[:2]
    Frame.objects.filter(pk=first.pk).update(rights="Studio Example", licence="CC-BY-4.0")
    house.queue(first, second)
    fill_in(house, tmp_path / "truth")
    rows = rows_of(labels_freeze(pool=house.pool, kind="cel", user=None))
    assert (rows[first.key].rights, rows[first.key].licence) == ("Studio Example", "CC-BY-4.0")
    assert rows[second.key].rights == ""


def test_a_card_takes_the_counts_that_are_kept(house: House, tmp_path: Path) -> None:
    """The oracle draws 8 of 32 columns; other counts show that the files were not read for it."""
    house.queue(house.frames[0])
    fill_in(house, tmp_path / "truth")
    snapshot = labels_freeze(pool=house.pool, kind="cel", user=None)

    def card(name: str) -> str:
        terms = Terms(unknown_licences=True)
        export_write(snapshot=snapshot, format="snapshot", kind="cel", out_dir=tmp_path / name, terms=terms)
        return (tmp_path / name / "README.md").read_text()

    first = card("first")
    assert "| 1 cel | 25.000 % |" in first
    assert "None of the 1 labels was drawn by a person." in first
    assert LabelTally.objects.update(counts=[1, 3]) == 1
    assert "| 1 cel | 75.000 % |" in card("told")
    LabelTally.objects.all().delete()
    assert card("read") == first
