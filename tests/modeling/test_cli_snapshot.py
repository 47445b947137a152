"""``python -m modeling snapshot`` from plain folders."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from modeling.cli import main
from modeling.images import encode_png
from modeling.labelio import read_label
from modeling.labels import get_kind
from modeling.snapshots import Snapshot
from tests.modeling.pictures import encode

CEL = get_kind("cel")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "with spaces"
    folder.mkdir()
    return folder


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def put_frames(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        put(folder / f"{name}.png", encode_png(np.full((8, 10, 3), number, np.uint8)))


def put_masks(folder: Path, *names: str) -> None:
    for name in names:
        put(folder / f"{name}.png", encode(np.eye(8, 10, dtype=np.uint8) * np.uint8(255), "PNG"))


def names(count: int) -> list[str]:
    return [f"cut{i // 4}/{i:03d}" for i in range(count)]


def test_folders_become_a_snapshot(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_frames(work / "frames", *names(10))
    put_masks(work / "masks", *names(10))
    out = work / "out"
    code = main(["snapshot", str(work / "frames"), "--labels", f"cel={work / 'masks'}", str(out)])
    printed = capsys.readouterr()
    snapshot = Snapshot.open(out)
    assert code == 0
    assert printed.out.splitlines()[-1] == f"{snapshot.id}  {out}"
    assert "8 labels to train, 2 held out" in printed.out
    assert "left out" not in printed.err
    assert "10/10" in printed.err
    row = snapshot.frames()[0]
    assert (row.key, row.width, row.height) == ("cut0/000", 10, 8)
    assert row.labels["cel"].origin == "import"
    np.testing.assert_array_equal(read_label(snapshot.path(row.labels["cel"].file), CEL), np.eye(8, 10))
    snapshot.verify()
    assert sorted(path.name for path in work.iterdir()) == ["frames", "masks", "out"]


def test_doing_it_again_changes_nothing(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_frames(work / "frames", *names(5))
    put_masks(work / "masks", *names(5))
    command = ["snapshot", str(work / "frames"), "--labels", f"cel={work / 'masks'}", str(work / "out")]
    assert main(command) == main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == lines[len(lines) // 2 - 1]


def test_two_kinds_and_masks_below_the_frames(work: Path) -> None:
    put_frames(work, *names(5))
    put_masks(work / "cel", *names(5))
    for name in names(3):
        put(work / "douga" / f"{name}.png", encode(np.zeros((8, 10, 3), np.uint8), "PNG"))
    labels = f"cel={work / 'cel'},douga={work / 'douga'}"
    assert main(["snapshot", str(work), "--labels", labels, str(work / "out")]) == 0
    snapshot = Snapshot.open(work / "out")
    assert len(snapshot.frames()) == 5
    assert len(snapshot.frames(kind="douga")) == 3


def test_what_cannot_be_used_is_listed_and_the_rest_goes_on(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frames, masks = work / "frames", work / "masks"
    put_frames(frames, *names(8), "unlabelled", "x/same", "y/same", "twice")
    put(frames / "text.png", b"not a picture")
    put(frames / "twice.bmp", encode(np.zeros((8, 10), np.uint8), "BMP"))
    put_masks(masks, *names(8)[2:], "text", "stranger", "same", "twice")
    put(masks / f"{names(8)[0]}.png", encode(np.zeros((4, 4), np.uint8), "PNG"))
    put(masks / f"{names(8)[1]}.png", encode(np.full((8, 10), 99, np.uint8), "PNG"))
    assert main(["snapshot", str(frames), "--labels", f"cel={masks}", str(work / "out")]) == 0
    err = capsys.readouterr().err
    for words in (
        "text.png is not an image",
        "000.png is 4x4, its frame 10x8",
        "001.png has 80 pixels in colours that cel does not have: 636363",
        "same.png fits 2 frames: x/same, y/same",
        "stranger.png fits no frame",
        "would all be the frame twice",
        "3 frames without a label: unlabelled, x/same, y/same",
    ):
        assert words in err
    assert [row.key for row in Snapshot.open(work / "out").frames()] == names(8)[2:]


def test_nearest_takes_foreign_colours(work: Path) -> None:
    put_frames(work / "frames", "a", "b")
    for name in "ab":
        put(work / "masks" / f"{name}.png", encode(np.full((8, 10), 99, np.uint8), "PNG"))
    command = ["snapshot", str(work / "frames"), "--labels", f"cel={work / 'masks'}", str(work / "out")]
    assert main(command) == 2
    assert main([*command, "--nearest"]) == 0


def write_manifest(work: Path, lines: list[str]) -> Path:
    path = work / "manifest.csv"
    path.write_text("frame,mask,cut,production,time_s,split,group,licence\n" + "\n".join(lines) + "\n")
    return path


def test_the_manifest_decides(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_frames(work / "frames", *"abcdefg")
    put_masks(work / "masks", *"abcdef")
    manifest = write_manifest(work, [
        "frames/a.png,masks/a.png,c1,show,0.5,test,,CC0",
        "frames/b.png,masks/b.png,c2,show,1,,g,",
        "frames/c.png,masks/c.png,c3,show,2,train,g,",
        "d.png,masks/d.png,c4,show,3,,,",
        "frames/e.png,,c1,show,4,,,",
        "frames/f.png,masks/none.png,c5,show,5,,,",
        "frames/none.png,masks/a.png,c6,show,6,,,",
    ])  # fmt: skip
    assert main(["snapshot", str(work / "frames"), "--manifest", str(manifest), str(work / "out")]) == 0
    rows = {row.key: row for row in Snapshot.open(work / "out").frames()}
    assert {key: row.split for key, row in rows.items()} == {
        "a": "test",
        "b": "train",
        "c": "train",
        "d": "train",
    }
    assert (rows["a"].production, rows["a"].cut, rows["a"].time_s, rows["a"].licence) == (
        "show",
        "c1",
        0.5,
        "CC0",
    )
    err = capsys.readouterr().err
    assert "line 7: masks/none.png is not there" in err
    assert "line 8: frames/none.png is not there" in err
    assert "2 frames without a label: e, f" in err


def test_one_cut_says_that_it_is_optimistic(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_frames(work / "frames", *names(20))
    put_masks(work / "masks", *names(20))
    manifest = write_manifest(
        work, [f"frames/{n}.png,masks/{n}.png,c,s,{i},,," for i, n in enumerate(names(20))]
    )
    assert main(["snapshot", str(work / "frames"), "--manifest", str(manifest), str(work / "out")]) == 0
    snapshot = Snapshot.open(work / "out")
    # The block begins at 16 s; only 15 s lies less than 2 s before it.
    assert len(snapshot.frames("train")) == 15
    assert len(snapshot.frames("test")) == 4
    assert "optimistic" in capsys.readouterr().out
    assert "optimistic" in snapshot.notes[0]


def test_json_speaks_in_events(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_frames(work / "frames", *names(5))
    put_masks(work / "masks", *names(4))
    command = [
        "snapshot",
        str(work / "frames"),
        "--labels",
        f"cel={work / 'masks'}",
        str(work / "out"),
        "--json",
    ]
    assert main(command) == 0
    printed = capsys.readouterr()
    events = [json.loads(line) for line in printed.out.splitlines()]
    assert [e["event"] for e in events] == ["phase", "phase", "unlabelled", "done"]
    assert events[-1]["id"] == Snapshot.open(work / "out").id
    assert events[-1]["left_out"] == 1
    assert printed.err == ""


@pytest.mark.parametrize(("arguments", "words"), [
    (["none", "out"], "none is not a folder"),
    (["frames", "out"], "No frame has a label"),
    (["frames", "--labels", "masks", "out"], "is not KIND=DIR"),
    (["frames", "--labels", "cell=masks", "out"], "Did you mean 'cel'"),
    (["frames", "--labels", "cel=none", "out"], "none is not a folder"),
    (["frames", "--labels", "cel=masks", "frames"], "already exists"),
    (["frames", "--manifest", "none.csv", "out"], "cannot be opened"),
    (["empty", "--labels", "cel=masks", "out"], "There is no frame in empty"),
])  # fmt: skip
def test_mistakes_are_one_line_and_code_two(
    arguments: list[str],
    words: str,
    work: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_frames(work / "frames", "a", "b")
    put_masks(work / "masks", "a", "b")
    (work / "empty").mkdir()
    monkeypatch.chdir(work)
    assert main(["snapshot", *arguments]) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
    assert not (work / "out").exists()


def test_help_and_unknown_commands(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, code in ((["--help"], 0), (["snapshot", "--help"], 0), (["snapshots"], 2), ([], 2)):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == code
    assert "FRAMES" in capsys.readouterr().out


@pytest.mark.sample
def test_the_sample(sample: Path, work: Path) -> None:
    frames, manifest, masks = sample / "frames", sample / "manifest.csv", sample / "masks"
    assert main(["snapshot", str(frames), "--manifest", str(manifest), str(work / "one")]) == 0
    assert main(["snapshot", str(frames), "--labels", f"cel={masks}", str(work / "two")]) == 0
    one, two = Snapshot.open(work / "one"), Snapshot.open(work / "two")
    assert one.counts == two.counts
    assert one.counts.labels["cel"].model_dump() == {"train": 49, "test": 12}
    assert one.frames()[0].licence
    assert [row.split for row in one.frames()] == [row.split for row in two.frames()]


def test_a_full_disk_is_noticed_before_writing(
    work: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_frames(work / "frames", "a", "b")
    put_masks(work / "masks", "a", "b")
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10))
    out = work / "deep" / "out"
    assert main(["snapshot", str(work / "frames"), "--labels", f"cel={work / 'masks'}", str(out)]) == 2
    assert "The snapshot needs" in capsys.readouterr().err
    assert not out.parent.exists()
