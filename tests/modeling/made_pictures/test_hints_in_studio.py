"""Hints of people through the Studio's command, with a real small model; a restored picture as the site takes it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from modeling.cli import main
from modeling.images import encode_png, probe, read_rgb
from modeling.runs import RunFolder
from tests.modeling.made_pictures.conftest import INK, SIDE, TrainPictures, box


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """Two drawings twice as large as the model works at, and a painted one."""
    folder = tmp_path / "in"
    folder.mkdir()
    for index in (0, 1):
        lines = np.where(box(index)[2][..., None] == 1, np.uint8(0), np.uint8(255)).repeat(3, 2)
        (folder / f"{index}.png").write_bytes(encode_png(lines.repeat(2, 0).repeat(2, 1)))
    rgb, cel, _ = box(2)
    painted = np.where(cel[..., None] == 1, rgb, np.uint8(255)).astype(np.uint8)
    (folder / "model.png").write_bytes(encode_png(painted.repeat(2, 0).repeat(2, 1)))
    return folder


def studio(drawings: Path, out: Path, run: RunFolder, *settings: str) -> int:
    asked = ["studio", str(drawings), "--steps", "colours", "--run", f"colorization={run.path}"]
    asked += ["--out", str(out), "--device", "cpu", "--threads", "1"]
    return main([*asked, *(word for one in settings for word in ("--set", f"colours.{one}"))])


def test_dots_of_a_file_and_a_reference_reach_the_model(
    drawings: Path, tmp_path: Path, train_pictures: TrainPictures
) -> None:
    run = train_pictures("colorization", "task.hints=both", steps=1)
    dots = tmp_path / "dots.csv"
    dots.write_text("key,x,y,color\n1,0.25,0.5,#0A8C3C\n")
    plain, hinted = tmp_path / "plain", tmp_path / "hinted"
    assert studio(drawings, plain, run) == 0
    assert studio(drawings, hinted, run, f"dots=@{dots}", "reference=model") == 0
    found = read_rgb(hinted / "colours/1.png")
    assert found.shape == (2 * SIDE, 2 * SIDE, 3)
    assert found[SIDE, SIDE // 2].tolist() == [10, 140, 60]
    assert found[2 * 9, SIDE].tolist() == list(INK), "lines stay over the colours"
    assert not (read_rgb(hinted / "colours/0.png") == read_rgb(plain / "colours/0.png")).all()
    assert (read_rgb(hinted / "colours/model.png") == read_rgb(drawings / "model.png")).all()


def test_a_model_without_hints_says_so_of_each_picture(
    drawings: Path, tmp_path: Path, color_run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert studio(drawings, tmp_path / "out", color_run, "dots=0.5,0.5,#ff0000") == 1
    assert "0.png: The model of colorization was trained without the hint dots" in capsys.readouterr().err


def test_a_draft_of_a_deblurring_model_is_a_picture_at_frame_size(
    tmp_path: Path, sharp_run: RunFolder
) -> None:
    (tmp_path / "frame.png").write_bytes(encode_png(box(5)[0]))
    files = tmp_path / "files.jsonl"
    files.write_text(json.dumps({"id": 7, "file": str(tmp_path / "frame.png")}) + "\n")
    assert main(["draft", str(sharp_run.path), str(files), str(tmp_path / "out"), "--device", "cpu"]) == 0
    info = probe((tmp_path / "out/7.png").read_bytes())
    assert (info.width, info.height) == (SIDE, SIDE)
    assert read_rgb(tmp_path / "out/7.png").shape == (SIDE, SIDE, 3)
