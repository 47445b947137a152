"""What every export format keeps."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datasets.formats import FORMATS, Terms
from modeling.errors import UserError
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import FREE, export, shown, tree

every_format = pytest.mark.parametrize("name", FORMATS.names())


class Killed(Exception):
    """The writer is gone."""


@every_format
def test_the_same_content_gives_the_same_bytes(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    later = shown(tmp_path / "again", created=datetime(2027, 7, 7, tzinfo=UTC))
    assert later.id == snapshot.id
    reports = [export(one, name, tmp_path / place) for one, place in ((snapshot, "one"), (later, "two"))]
    assert reports[0] == reports[1]
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


@every_format
def test_sums_hold_for_every_file(name: str, snapshot: Snapshot, out: Path) -> None:
    export(snapshot, name, out)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=out, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    summed = {line.split("  ", 1)[1] for line in (out / "SHA256SUMS").read_text().splitlines()}
    assert summed == set(tree(out)) - {"SHA256SUMS"}


@every_format
@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_killed_writer_goes_on(name: str, after: int, snapshot: Snapshot, tmp_path: Path) -> None:
    """Whole or not there at all; what was written before is not written again; nothing of it is left behind."""
    export(snapshot, name, tmp_path / "whole")
    calls: list[int] = []

    def killed(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == after:
            raise Killed

    folder = tmp_path / "goes-on"
    folder.mkdir()
    out = folder / "out"
    try:
        export(snapshot, name, out, tick=killed)
    except Killed:
        assert not out.exists()
        export(snapshot, name, out, tick=lambda done, total: calls.append(done))
    assert calls == sorted(calls)
    assert len(set(calls)) == len(calls)
    assert tree(out) == tree(tmp_path / "whole")
    assert [path.name for path in folder.iterdir()] == ["out"]


@every_format
def test_a_torn_line_of_the_journal_is_written_again(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    export(snapshot, name, tmp_path / "whole")

    def killed(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        export(snapshot, name, tmp_path / "out", tick=killed)
    journal = tmp_path / ".out.part" / ".journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-5])
    export(snapshot, name, tmp_path / "out")
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


@every_format
def test_another_request_begins_anew(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    def killed(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        export(snapshot, name, tmp_path / "out", tick=killed)
    free = Terms(licences=(FREE,))
    export(snapshot, name, tmp_path / "out", terms=free)
    export(snapshot, name, tmp_path / "whole", terms=free)
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


@every_format
def test_labels_only_holds_no_frame(name: str, snapshot: Snapshot, out: Path) -> None:
    export(snapshot, name, out, terms=Terms(labels_only=True))
    frames = {row.sha256 for row in snapshot.frames()}
    assert not frames & set(tree(out).values())


@every_format
def test_a_folder_that_holds_something_is_left_alone(name: str, snapshot: Snapshot, out: Path) -> None:
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="is not empty") as refused:
        export(snapshot, name, out)
    assert refused.value.code == "export_exists"
    assert list(tree(out)) == ["mine.txt"]


@every_format
def test_frames_without_a_licence_need_a_word(name: str, snapshot: Snapshot, out: Path) -> None:
    with pytest.raises(UserError, match="Nobody named a licence for 2 of the frames") as refused:
        export(snapshot, name, out, terms=Terms())
    assert refused.value.code == "export_licence"
    assert not out.exists()


@every_format
def test_linked_files_are_the_same_bytes(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    export(snapshot, name, tmp_path / "copied")
    export(snapshot, name, tmp_path / "linked", link=True)
    assert tree(tmp_path / "linked") == tree(tmp_path / "copied")
    shutil.rmtree(tmp_path / "linked")
    snapshot.verify()
