"""What a finished run says: labels and entropy at frame size, scores, drafts, files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from modeling.cli import main
from modeling.errors import UserError
from modeling.images import encode_png
from modeling.inference.decisions import bernoulli_entropy
from modeling.inference.predictor import Predictor
from modeling.inference.reading import Read, batched
from modeling.labelio import read_label
from modeling.labels import KINDS
from modeling.runs import RunFolder
from modeling.tasks import TASKS
from tests.modeling.toys import disc


@pytest.fixture(scope="module")
def predictor(tiny_run: RunFolder) -> Predictor:
    return Predictor.open(tiny_run, torch.device("cpu"))


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "some frames"
    (folder / "a cut").mkdir(parents=True)
    for index in range(3):
        (folder / "a cut" / f"{index}.png").write_bytes(encode_png(disc(100 + index)[0]))
    (folder / "a cut" / "9.png").write_text("no picture")
    return folder


@pytest.fixture
def listed(frames: Path, tmp_path: Path) -> Path:
    path = tmp_path / "files.jsonl"
    rows = [{"id": index, "file": str(file)} for index, file in enumerate(sorted(frames.rglob("*.png")))]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def events(capsys: pytest.CaptureFixture[str], name: str) -> list[dict]:
    return [
        row for line in capsys.readouterr().out.splitlines() if (row := json.loads(line))["event"] == name
    ]


def test_entropy_in_nats_by_hand() -> None:
    quarter = math.log(1 / 3)  # sigmoid gives 1/4
    expected = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))
    values = bernoulli_entropy(torch.tensor([0.0, quarter, -quarter, 500.0, -500.0]))
    assert values.tolist() == pytest.approx([math.log(2), expected, expected, 0, 0], abs=1e-6)


def test_a_label_is_right_and_of_the_frames_size(predictor) -> None:
    rgb, mask = disc(50)
    label = predictor.label(rgb)
    assert (label == mask).mean() > 0.95
    KINDS["cel"].validate(label, rgb.shape[:2])


def test_logits_are_upsampled_before_the_threshold() -> None:
    class Slope(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.linspace(-1, 1, x.shape[-1]).expand(len(x), 1, *x.shape[-2:])

    predictor = Predictor(Slope(), TASKS.get("cel"), side=10, device=torch.device("cpu"))
    rgb = np.zeros((20, 40, 3), np.uint8)
    assert predictor.logits(rgb).shape == (1, 20, 40)
    assert predictor.label(rgb).sum() == 20 * 20
    assert len(np.unique(predictor.logits(rgb))) > 10
    assert predictor.entropy(rgb).max() <= math.log(2) + 1e-6


class BySize(torch.nn.Module):
    """Logits that are the picture's width, less 7 where it is dark: what a size says can be told apart."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.shape[-1] - 7 * (x.mean(1, keepdim=True) < 0.5)


def test_a_label_averages_the_logits_of_several_sizes() -> None:
    # widths 8, 6 and 4: the dark half is 1, -1, -3 and so -1 on average
    rgb = np.full((8, 8, 3), 255, np.uint8)
    rgb[:, :4] = 0
    device, task = torch.device("cpu"), TASKS.get("cel")
    assert Predictor(BySize(), task, 8, device).label(rgb).all()
    averaged = Predictor(BySize(), task, 8, device, pyramid=3)
    assert averaged.label(rgb)[:, 5:].all()
    assert not averaged.label(rgb)[:, :3].any()
    assert averaged.label_and_entropy(rgb)[1] == pytest.approx(
        Predictor(BySize(), task, 8, device).entropy(rgb)
    )


def test_a_labels_edges_are_the_frames() -> None:
    class Coarse(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            logits = (torch.arange(x.shape[-1]) - 34.0) / 8
            return logits.clamp(-1, 1).expand(len(x), 1, *x.shape[-2:])

    rgb = np.full((40, 64, 3), (200, 180, 90), np.uint8)
    rgb[:, 30:] = (40, 60, 160)
    device, task = torch.device("cpu"), TASKS.get("cel")
    assert Predictor(Coarse(), task, 64, device).label(rgb)[0].tolist() == [0] * 35 + [1] * 29
    refined = Predictor(Coarse(), task, 64, device, edge_radius=0.25)
    assert refined.label(rgb)[0].tolist() == [0] * 30 + [1] * 34


def test_a_run_without_weights_is_refused(tmp_path, tiny_run) -> None:
    with pytest.raises(UserError, match="not a run folder"):
        Predictor.open(tmp_path, torch.device("cpu"))
    begun = RunFolder(tmp_path)
    begun.publish_json("config.json", tiny_run.config())
    with pytest.raises(UserError, match="Train it first"):
        Predictor.open(begun, torch.device("cpu"))


def test_batches_are_neighbours_of_one_size() -> None:
    small, large = np.zeros((2, 2, 3), np.uint8), np.zeros((3, 2, 3), np.uint8)
    pictures = [small, small, small, large, None, small]
    groups = [
        [item.key for item in group] for group in batched((Read(i, p) for i, p in enumerate(pictures)), 2)
    ]
    assert groups == [[0, 1], [2], [3], [4], [5]]


def test_scores_are_the_mean_entropy_and_resume(
    tiny_run, predictor, listed, frames, tmp_path, capsys
) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["score", str(tiny_run.path), str(listed), str(out), "--json", "--threads", "1"]) == 0
    assert [(e["done"], e["total"]) for e in events(capsys, "progress")] == [(1, 4), (2, 4), (3, 4)]
    scores = {row["id"]: row["entropy"] for row in map(json.loads, out.read_text().splitlines())}
    wanted = [predictor.entropy(disc(100 + index)[0]).mean() for index in range(3)]
    assert [scores[index] for index in range(3)] == pytest.approx(wanted, abs=1e-4)
    whole = out.read_text()
    out.write_text("".join(line + "\n" for line in whole.splitlines()[:2]) + '{"id": 2, "ent')
    assert main(["score", str(tiny_run.path), str(listed), str(out), "--json", "--threads", "1"]) == 0
    assert out.read_text() == whole
    assert events(capsys, "done") == [{"event": "done", "done": 3, "total": 4, "errors": 1}]


def test_scoring_stops_when_the_time_is_up(tiny_run, listed, tmp_path) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["score", str(tiny_run.path), str(listed), str(out), "--json", "--seconds", "1e-9"]) == 0
    assert len(out.read_text().splitlines()) == 1


def test_drafts_come_with_their_entropy(tiny_run, predictor, listed, tmp_path, capsys) -> None:
    out = tmp_path / "drafts"
    assert main(["draft", str(tiny_run.path), str(listed), str(out), "--json", "--threads", "1"]) == 0
    captured = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["event"] for line in captured] == ["item", "item", "item", "item_error", "done"]
    rgb = disc(100)[0]
    assert np.array_equal(read_label(out / "0.png", KINDS["cel"]), predictor.label(rgb))
    with Image.open(out / "0.entropy.png") as picture:
        assert picture.mode == "L"
        assert np.abs(np.asarray(picture) / 255 * math.log(2) - predictor.entropy(rgb)).max() < 0.002


def test_predicted_files_are_named_as_the_frames(tiny_run, frames, tmp_path, capsys) -> None:
    out = tmp_path / "labels"
    assert main(["predict", str(tiny_run.path), str(frames), "--out", str(out), "--threads", "1"]) == 1
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.png")) == [
        f"a cut/{i}.png" for i in range(3)
    ]
    with Image.open(out / "a cut" / "0.png") as picture:
        assert picture.mode == "P"
    assert "9.png left out" in capsys.readouterr().err


@pytest.mark.parametrize("sources", [["nowhere"], ["."]])
def test_nothing_to_predict_is_one_clear_line(tiny_run, sources, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["predict", str(tiny_run.path), *sources, "--out", "labels"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_bad_list_is_refused_by_line(tiny_run, tmp_path, capsys) -> None:
    path = tmp_path / "files.jsonl"
    path.write_text('{"id": 1, "file": "a.png"}\n{"id": 2}\n')
    assert main(["score", str(tiny_run.path), str(path), str(tmp_path / "out.jsonl")]) == 2
    assert "line 2" in capsys.readouterr().err
