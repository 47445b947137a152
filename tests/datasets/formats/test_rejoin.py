"""Labels alone, and the script that puts the user's own frames back."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datasets.formats import FORMATS, Terms
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import export, tree


def rejoin(out: Path, *folders: Path) -> subprocess.CompletedProcess[str]:
    """Run the script as the card says."""
    command = [sys.executable, "rejoin.py", *map(str, folders)]
    return subprocess.run(command, cwd=out, capture_output=True, text=True)


def own_frames(snapshot: Snapshot, folder: Path) -> Path:
    """The user's frames under names of their own, among other files."""
    (folder / "deep").mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    for number, row in enumerate(snapshot.frames()):
        shutil.copyfile(snapshot.path(row.file), folder / "deep" / f"IMG {number}.dat")
    return folder


@pytest.fixture
def labels(snapshot: Snapshot, out: Path) -> Path:
    """An export of labels alone."""
    export(snapshot, "snapshot", out, terms=Terms(labels_only=True))
    return out


def test_rejoined_it_is_the_snapshot(snapshot: Snapshot, labels: Path, tmp_path: Path) -> None:
    mine = own_frames(snapshot, tmp_path / "mine")
    before = tree(mine)
    run = rejoin(labels, mine)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "6 frames joined, 0 there already, 0 missing, 0 differ.\n"
    opened = Snapshot.open(labels)
    opened.verify()
    assert opened.id == snapshot.id
    assert tree(mine) == before
    again = rejoin(labels, mine)
    assert again.stdout == "0 frames joined, 6 there already, 0 missing, 0 differ.\n"
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=labels, capture_output=True)
    assert checked.returncode == 0


def test_what_is_missing_is_listed_and_joined_later(snapshot: Snapshot, labels: Path, tmp_path: Path) -> None:
    mine = own_frames(snapshot, tmp_path / "mine")
    (mine / "deep" / "IMG 1.dat").rename(tmp_path / "elsewhere.png")
    run = rejoin(labels, mine)
    file = snapshot.frames()[1].file
    assert run.returncode == 1
    assert run.stdout == f"missing: {file}\n5 frames joined, 0 there already, 1 missing, 0 differ.\n"
    assert rejoin(labels, mine, tmp_path).returncode == 0


def test_nothing_is_overwritten(snapshot: Snapshot, labels: Path, tmp_path: Path) -> None:
    file = snapshot.frames()[0].file
    (labels / file).parent.mkdir(parents=True)
    (labels / file).write_bytes(b"mine")
    run = rejoin(labels, own_frames(snapshot, tmp_path / "mine"))
    assert run.returncode == 1
    assert f"differs, left alone: {file}\n" in run.stdout
    assert (labels / file).read_bytes() == b"mine"


def test_a_list_that_leads_outside_is_refused(labels: Path, tmp_path: Path) -> None:
    text = (labels / "frames.jsonl").read_text()
    (labels / "frames.jsonl").write_text(text.replace('"file":"frames/', '"file":"../../frames/'))
    run = rejoin(labels, tmp_path)
    assert run.returncode == 1
    assert "is outside this folder" in run.stderr


def test_it_says_how_it_is_used(labels: Path) -> None:
    assert "python3 rejoin.py FOLDER" in rejoin(labels).stderr
    assert "is not a folder" in rejoin(labels, labels / "none").stderr


@pytest.mark.parametrize("name", FORMATS.names())
def test_every_format_names_a_place_for_each_frame(
    name: str, snapshot: Snapshot, out: Path, tmp_path: Path
) -> None:
    """Frames land where the list says; whole exports carry no script."""
    kind = (FORMATS.get(name).kinds or ("cel",))[0]
    export(snapshot, name, out, kind=kind, terms=Terms(labels_only=True))
    assert rejoin(out, own_frames(snapshot, tmp_path / "mine")).returncode == 0
    if name != "snapshot":
        places = next(file for file in (out / "rejoin.csv", out / "frames.csv") if file.exists())
        rows = list(csv.DictReader(places.open(encoding="utf-8", newline="")))
        hashes = tree(out)
        assert rows
        assert all(hashes[row["frame"]] == row["sha256"] for row in rows)
    export(snapshot, name, tmp_path / "whole", kind=kind)
    assert not (tmp_path / "whole" / "rejoin.py").exists()


def test_rejoining_holds_puts_a_drawing_once(snapshot: Snapshot, out: Path, tmp_path: Path) -> None:
    export(snapshot, "snapshot", out, terms=Terms(labels_only=True, expand_holds=True))
    run = rejoin(out, own_frames(snapshot, tmp_path / "mine"))
    assert run.stdout.startswith("6 frames joined")
    Snapshot.open(out).verify()
