"""Importance weights in training, worked out by hand."""

from __future__ import annotations

import json

import pytest
import torch
from torch import Tensor

from modeling.errors import UserError
from modeling.losses import LOSSES
from modeling.runs import RunFolder
from modeling.snapshots import FrameRow, LabelRow, SelectionRow
from modeling.training.run import train
from modeling.training.weighing import require_weighable, selection_weights, weighed
from tests.modeling.toys import tiny_config


def row(key: str, weight: float | None) -> FrameRow:
    selection = SelectionRow(strategy="entropy", weight=weight)
    label = LabelRow(file=f"{key}.png", sha256="0" * 64, origin="person", selection=selection)
    return FrameRow(key=key, file=key, sha256="0" * 64, width=4, height=2, labels={"cel": label})


ROWS = [row("a", 4.0), row("b", 0.25), row("c", None), row("d", 0.75)]


def test_weights_have_mean_one_and_unknown_ones_count_as_even() -> None:
    # 4, 1/4, 1 and 3/4 have the mean 1.5
    assert selection_weights(ROWS, "cel", 1.0) == pytest.approx([8 / 3, 1 / 6, 2 / 3, 1 / 2])
    # the roots of the first two are 2 and 1/2, of mean 1.25
    assert selection_weights(ROWS[:2], "cel", 0.5) == pytest.approx([1.6, 0.4])


def test_alike_is_no_weight_at_all() -> None:
    assert selection_weights(ROWS, "cel", 0.0) is None
    assert selection_weights([row("a", None), row("b", 1.0)], "cel", 1.0) is None


def mean_logit(logits: Tensor, classes: Tensor) -> Tensor:
    """A loss that can be seen through."""
    return logits[classes[:, None] != 255].mean()


def test_each_examples_own_loss_is_weighed() -> None:
    logits = torch.tensor([1.0, 3.0, 5.0, 7.0]).view(2, 1, 1, 2)
    classes = torch.tensor([[[0, 0]], [[0, 255]]], dtype=torch.uint8)
    # means 2 and 5; 0.5 x 2 + 1.5 x 5, halved
    assert float(weighed(mean_logit, logits, classes, torch.tensor([0.5, 1.5]))) == 4.25
    # without weights it is the batch's: 1, 3 and 5
    assert float(weighed(mean_logit, logits, classes, None)) == 3.0


def test_a_frame_that_weighs_nothing_teaches_nothing() -> None:
    logits = torch.zeros(2, 1, 1, 2, requires_grad=True)
    classes = torch.ones(2, 1, 2, dtype=torch.uint8)
    entry = LOSSES.get("bce_dice")
    weighed(entry.build(entry.parse(None)), logits, classes, torch.tensor([2.0, 0.0])).backward()
    assert logits.grad[0].abs().min() > 0
    assert logits.grad[1].abs().max() == 0


def test_training_takes_the_weights_of_the_snapshot(snapshot, train_tiny, tmp_path) -> None:
    even = train_tiny(steps=2)
    asked = train_tiny(steps=2, settings=["recipe.weigh_by_selection=1"])  # nothing in it was selected
    assert [r["loss"] for r in asked.metrics()] == [r["loss"] for r in even.metrics()]
    chosen = Weighted(snapshot, {"f000": 5.0, "f001": 0.2})
    config = tiny_config(snapshot, 2, ["recipe.weigh_by_selection=1"])
    run = RunFolder(tmp_path / "run")
    train(config, chosen, run, device=torch.device("cpu"), threads=1)
    assert all(a["loss"] != b["loss"] for a, b in zip(run.metrics(), even.metrics(), strict=True))


class Weighted:
    """A snapshot of which some frames were selected with these weights."""

    def __init__(self, snapshot, weights: dict[str, float]) -> None:
        self._snapshot, self._weights = snapshot, weights

    def __getattr__(self, name: str):
        return getattr(self._snapshot, name)

    def frames(self, split: str, kind: str) -> list[FrameRow]:
        rows = self._snapshot.frames(split, kind)
        return [r.model_copy(update={"labels": {kind: self._label(r, kind)}}) for r in rows]

    def _label(self, r: FrameRow, kind: str) -> LabelRow:
        selection = SelectionRow(strategy="entropy", weight=self._weights.get(r.key))
        return r.labels[kind].model_copy(update={"selection": selection})


def test_a_loss_that_learns_of_batches_is_refused(snapshot) -> None:
    class Learning:
        def __call__(self, logits: Tensor, classes: Tensor) -> Tensor: ...
        def to(self, device): ...
        def contend(self, frames, logits, classes): ...
        def state(self): ...
        def restore(self, state): ...

    config = tiny_config(snapshot, 1, ["recipe.weigh_by_selection=0.5"])
    with pytest.raises(UserError, match="learns of whole batches"):
        require_weighable(Learning(), config)
    require_weighable(Learning(), tiny_config(snapshot, 1))
    require_weighable(mean_logit, config)


def test_without_a_weight_a_snapshots_lines_are_what_they_were() -> None:
    old = {"strategy": "entropy", "round": None, "inclusion_probability": None, "control_arm": False}
    assert json.loads(row("a", None).model_dump_json())["labels"]["cel"]["selection"] == old
    assert json.loads(row("a", 2.0).model_dump_json())["labels"]["cel"]["selection"] == {**old, "weight": 2.0}
    with pytest.raises(ValueError):
        SelectionRow(strategy="entropy", weight=0.0)
