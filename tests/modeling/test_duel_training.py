"""Adversarial training end to end on toys: both sides in the log, and resumed as if never stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import IGNORE, KINDS
from modeling.runs import RunFolder
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from modeling.training.checkpoints import read_weights
from modeling.training.config import make_config, parse_settings
from modeling.training.run import train
from modeling.training.signals import StopFlag, Stopped

SMALL = [
    "network.width=4",
    "recipe.batch=2",
    "recipe.crop_width=48",
    "recipe.crop_height=48",
    "loss.condition=true",
]
COLORS = np.full((10, 3), 240, np.uint8)
COLORS[[1, 6]] = (20, 20, 20), (150, 120, 110)


class SmallDiscriminator(nn.Module):
    """Instead of one with eleven million weights, each three times in a checkpoint."""

    def __init__(self, channels: int, *, condition: bool, body: str) -> None:
        super().__init__()
        self.condition = condition
        self.features = nn.Sequential(nn.Conv2d(channels + 3, 8, 5, stride=2), nn.BatchNorm2d(8), nn.ReLU())
        self.head = nn.Linear(8, 1)

    def forward(self, encoded: Tensor, frame: Tensor) -> Tensor:
        return self.head(self.features(torch.cat([encoded, frame], 1)).mean((2, 3)))[:, 0]


@pytest.fixture(autouse=True)
def small_discriminator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modeling.losses.adversarial.Discriminator", SmallDiscriminator)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Three outlined squares of 48 x 48 to train on, one held out; the top rows are ignored."""
    root = tmp_path_factory.mktemp("squares")
    sources = []
    for index in range(4):
        classes = np.zeros((48, 48), np.uint8)
        classes[10:30, 5 + index : 40] = 1
        classes[12:28, 7 + index : 38] = 6
        classes[:4] = IGNORE
        rgb = COLORS[classes % IGNORE]
        image, label = root / f"{index}.png", root / f"{index}.label.png"
        image.write_bytes(encode_png(rgb))
        write_label(label, classes, KINDS["douga"])
        labels = {"douga": LabelSource(label, "import")}
        split = "train" if index < 3 else "test"
        sources.append(
            SnapshotSource(key=f"f{index}", image=image, split=split, cut=f"c{index}", labels=labels)
        )
    return write_snapshot(root / "snapshots", sources)


def trained(snapshot: Snapshot, folder: Path, **more: Any) -> RunFolder:
    config = make_config(
        task="douga",
        snapshot=snapshot.id,
        network="tiny",
        loss="adversarial",
        settings=parse_settings(SMALL),
        steps=5,
    )
    train(config, snapshot, RunFolder(folder), device=torch.device("cpu"), threads=1, **more)
    return RunFolder(folder)


def untimed(run: RunFolder) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in run.metrics()]


def test_stopped_and_resumed_both_sides_go_on_as_if_never_stopped(snapshot, tmp_path) -> None:
    whole = trained(snapshot, tmp_path / "whole")
    rows = untimed(whole)
    assert [list(row) for row in rows] == [
        ["step", "loss", "generator", "pixels", "discriminator", "rate"]
    ] * 5
    for row in rows:
        assert row["loss"] == pytest.approx(row["generator"] + 100 * row["pixels"], abs=1e-4)
    stop = StopFlag()

    def stop_at_two(name: str, **fields: object) -> None:
        if fields.get("step") == 2:
            stop.set("enough")

    with pytest.raises(Stopped):
        trained(snapshot, tmp_path / "stopped", stop=stop, on_event=stop_at_two)
    run = RunFolder(tmp_path / "stopped")
    run.append_metrics({"step": 3, "loss": 99.0})  # what a killed trainer logged after its checkpoint
    trained(snapshot, run.path)
    assert untimed(run) == rows
    ours, theirs = read_weights(run.weights), read_weights(whole.weights)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
