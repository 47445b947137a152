"""Vectors of frames: the histogram by hand, networks by their weights, a list with a broken file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import save_file

from modeling.cli import main
from modeling.embeddings import BUNDLED, EMBEDDINGS
from modeling.embeddings.colors import color_histogram
from modeling.errors import UserError
from modeling.images import encode_png
from modeling.inference.score_files import read_scores

MODEL = "mobilenetv3_small_050"


def flat(*color: int) -> np.ndarray:
    return np.full((12, 16, 3), color, np.uint8)


def test_the_histogram_counts_shares_of_cells() -> None:
    frame = flat(0, 0, 0)
    frame[:, :4] = 255, 43, 0  # a quarter: cells 5, 1 and 0 of red, green and blue, each 42.7 wide
    found = color_histogram(frame)
    wanted = np.zeros(216)
    wanted[0], wanted[5 * 36 + 1 * 6] = np.sqrt(0.75), 0.5
    assert found.dtype == np.float16
    assert np.allclose(found, wanted, atol=1e-3)
    assert color_histogram(np.repeat(frame, 96, 1)).tolist() == found.tolist()


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of one network at two seeds, the second as a training script leaves it, and a classifier with both."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    save_file(timm.create_model(MODEL).state_dict(), folder / "one.safetensors")
    torch.manual_seed(1)
    other = {f"module.{key}": value for key, value in timm.create_model(MODEL).state_dict().items()}
    torch.save({"epoch": 3, "state_dict": other}, folder / "other.pth")
    (folder / "no.pth").write_bytes(b"no weights")
    return {path.stem: path for path in folder.iterdir()}


def backbone(model: str, path: Path | str):
    entry = EMBEDDINGS.get("timm")
    return entry.build(entry.parse({"model": model, "weights": str(path)}), "cpu", 1)


def test_other_weights_are_another_name_and_version(weights: dict[str, Path]) -> None:
    entry = EMBEDDINGS.get("timm")
    one, other = (
        entry.identity(entry.parse({"model": MODEL, "weights": str(weights[name])}))
        for name in ("one", "other")
    )
    assert one.name == f"timm-{MODEL}-{one.version:08x}"
    assert one.version != other.version
    assert entry.identity(entry.params()).name.startswith(f"timm-{BUNDLED}-")


def test_a_network_gives_the_same_vectors_alone_and_in_a_batch(weights: dict[str, Path]) -> None:
    network = backbone(MODEL, weights["one"])
    prepared = np.stack([network.prepare(flat(200, 30, 30)), network.prepare(flat(0, 90, 250))])
    both = network.vectors(prepared)
    assert both.shape == (2, timm.create_model(MODEL, num_classes=0).head_hidden_size)
    assert np.allclose(network.vectors(prepared[:1]), both[:1], atol=1e-5)
    assert not np.allclose(backbone(MODEL, weights["other"]).vectors(prepared), both, atol=1e-2)


def test_weights_that_cannot_be_used_are_told(weights: dict[str, Path], tmp_path: Path) -> None:
    for model, path, words in (
        ("resnet18", "", "no weights of resnet18 on this machine"),
        ("resnet18", tmp_path / "none.pth", "no file"),
        (MODEL, weights["no"], "no.pth holds no weights"),
        ("resnet18", weights["one"], "one.safetensors does not fit"),
        ("resnet81", weights["one"], "timm has no model 'resnet81'"),
    ):
        with pytest.raises(UserError, match=words):
            backbone(model, path)


def test_the_command_goes_on_where_it_was_and_tells_broken_files(tmp_path: Path, capsys) -> None:
    lines = []
    for number, color in enumerate([(0, 0, 0), (255, 0, 0), (0, 255, 0)]):
        path = tmp_path / f"{number}.png"
        path.write_bytes(b"broken" if number == 1 else encode_png(flat(*color)))
        lines.append(json.dumps({"id": number, "file": str(path)}))
    (tmp_path / "first.jsonl").write_text("\n".join(lines[:1]))
    (tmp_path / "all.jsonl").write_text("\n".join(lines))
    out = tmp_path / "out.jsonl"
    for files in ("first", "all"):
        assert main(["embed", "colors", str(tmp_path / f"{files}.jsonl"), str(out), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["id"] for event in events if event["event"] == "item_error"] == [1]
    assert events[-1] == {
        **{"event": "done", "done": 2, "total": 3, "errors": 1},
        **{"name": "colors", "version": 1},
    }
    (rows,) = read_scores(out)
    assert rows.ids == [0, 2]
    assert rows.vectors["colors"].argmax(1).tolist() == [0, 30]


def test_a_setting_without_a_value_is_told(tmp_path: Path, capsys) -> None:
    (tmp_path / "all.jsonl").write_text("")
    assert main(["embed", "timm", str(tmp_path / "all.jsonl"), "out.jsonl", "--set", "model"]) == 2
    assert "PARAM=VALUE" in capsys.readouterr().err
