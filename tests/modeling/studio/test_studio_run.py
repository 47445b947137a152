"""The Studio's run through its command: whole, broken off, and with broken files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modeling.cli import main
from modeling.images import encode_png
from modeling.labelio import read_label
from modeling.labels import CEL
from modeling.runs import RunFolder
from modeling.studio.run import MANIFEST, made_so_far
from tests.modeling.toys import disc


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two pictures in folders, and a file that is none."""
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    (folder / "one.png").write_bytes(encode_png(disc(0)[0]))
    (folder / "b/two.png").write_bytes(encode_png(disc(1)[0][:40]))
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def studio(pictures: Path, out: Path, run: RunFolder, *more: str) -> int:
    """Run the command on the CPU."""
    asked = ["studio", str(pictures), "--out", str(out), "--run", f"cel={run.path}", "--device", "cpu"]
    return main([*asked, "--threads", "1", *(more or ("--steps", "cel,cutout"))])


def test_every_picture_but_the_broken_one(
    pictures: Path, tmp_path: Path, tiny_run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert studio(pictures, out, tiny_run) == 1
    mask = read_label(out / "cel/one.png", CEL)
    truth = disc(0)[1]
    assert (mask == truth).mean() > 0.9
    cut = np.asarray(Image.open(out / "cutout/b/two.png"))
    assert cut.shape == (40, 80, 4)
    made = made_so_far(out)
    assert made["one"].results == {"cel": "cel/one.png", "cutout": "cutout/one.png"}
    assert (made["b/two"].width, made["b/two"].height, len(made["b/two"].sha256)) == (80, 40, 64)
    assert made["broken"].error
    assert not made["broken"].results
    assert "broken.png: " in capsys.readouterr().err


def test_broken_off_it_goes_on(pictures: Path, tmp_path: Path, tiny_run: RunFolder) -> None:
    out = tmp_path / "out"
    studio(pictures, out, tiny_run)
    whole = (out / MANIFEST).read_bytes()
    lines = whole.splitlines(keepends=True)
    (out / MANIFEST).write_bytes(lines[0] + lines[1][:20])  # killed while writing
    first = json.loads(lines[0])["key"]
    kept = next((out / "cel").rglob(f"{first}.png"), None)
    before = kept.stat().st_mtime_ns if kept else 0
    assert studio(pictures, out, tiny_run) == 1
    assert (out / MANIFEST).read_bytes() == whole
    assert kept is None or kept.stat().st_mtime_ns == before


def test_another_request_needs_another_folder(
    pictures: Path, tmp_path: Path, tiny_run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    studio(pictures, tmp_path / "out", tiny_run)
    assert studio(pictures, tmp_path / "out", tiny_run, "--steps", "cel") == 2
    assert "Name another folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("steps", "words"),
    [("douga", "No model for douga"), ("cel,cuttout", "Did you mean 'cutout'?")],
)
def test_what_is_missing_is_told_before_any_work(
    steps: str,
    words: str,
    pictures: Path,
    tmp_path: Path,
    tiny_run: RunFolder,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert studio(pictures, tmp_path / "out", tiny_run, "--steps", steps) == 2
    assert words in capsys.readouterr().err


def test_a_model_of_another_task_is_refused(
    pictures: Path, tmp_path: Path, tiny_run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["--run", f"depth={tiny_run.path}", "--steps", "depth"]
    assert studio(pictures, tmp_path / "out", tiny_run, *run) == 2
    assert "is a model of cel, not of depth" in capsys.readouterr().err


def test_one_picture_alone_beside_the_others(pictures: Path, tmp_path: Path, tiny_run: RunFolder) -> None:
    out = tmp_path / "out"
    more = ("--steps", "lines", "--set", "lines.source=canny", "--only", "b/two")
    assert studio(pictures, out, tiny_run, *more) == 0
    assert [path.name for path in out.rglob("*.png")] == ["two.png"]
    assert list(made_so_far(out)) == ["b/two"]
