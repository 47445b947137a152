"""Hard examples: which frames a run errs on most, kept and remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from modeling.errors import UserError
from modeling.recipes import RECIPES
from modeling.runs import RunFolder
from modeling.snapshots import FrameRow
from modeling.training.config import differences, make_config
from modeling.training.hard import hardest
from modeling.training.run import train
from modeling.training.standing import weights_hash
from tests.modeling.toys import tiny_config

CPU = torch.device("cpu")


def row(key: str) -> FrameRow:
    return FrameRow(key=key, file=f"frames/{key}.png", sha256="", width=1, height=1)


ROWS = [row(key) for key in "edcba"]
WRONG = dict(zip((one.file for one in ROWS), (0.1, 0.3, 0.2, 0.3, 0.0), strict=True))
"""b and d are alike, then c, e and a."""


@pytest.mark.parametrize(
    ("share", "kept"), [(0.01, "b"), (0.2, "b"), (0.4, "db"), (0.6, "dcb"), (0.8, "edcb"), (1, "edcba")]
)
def test_the_worst_are_kept_in_their_order(share: float, kept: str) -> None:
    assert "".join(one.key for one in hardest(ROWS, WRONG, share)) == kept


def trained(snapshot, by: RunFolder, folder: Path, share: float = 0.5, known: bool = True) -> RunFolder:
    run, named = RunFolder(folder), weights_hash(by)
    config = tiny_config(snapshot, 1, [f"recipe.hard={share}"], hard_by=named)
    train(config, snapshot, run, device=CPU, threads=1, hard_by=by if known else None)
    return run


def test_a_run_trains_on_what_an_earlier_one_got_wrong(snapshot, tiny_run, tmp_path) -> None:
    run = trained(snapshot, tiny_run, tmp_path / "run")
    ranking = run.ranking()
    wrong = [frame["wrong"] for frame in ranking["frames"]]
    assert wrong == sorted(wrong, reverse=True)
    assert [frame["kept"] for frame in ranking["frames"]] == [True] * 3 + [False] * 3
    assert run.config()["hard_by"] == ranking["by"] == weights_hash(tiny_run)
    assert (run.report()["train_frames"], run.report()["held_out_frames"]) == (3, 3)
    again = trained(snapshot, tiny_run, tmp_path / "again")
    assert again.ranking() == ranking
    assert [row["loss"] for row in again.metrics()] == [row["loss"] for row in run.metrics()]


def test_what_was_ranked_is_not_ranked_again(snapshot, tiny_run, tmp_path) -> None:
    first = trained(snapshot, tiny_run, tmp_path / "run")
    later = RunFolder(tmp_path / "later")
    later.publish("hard.json", (first.path / "hard.json").read_bytes())
    assert trained(snapshot, tiny_run, later.path, known=False).ranking() == first.ranking()


def test_another_run_s_ranking_counts_for_nothing(snapshot, tiny_run, tmp_path) -> None:
    later = RunFolder(tmp_path / "later")
    later.publish_json("hard.json", {"by": "another", "frames": []})
    with pytest.raises(UserError, match="told by an earlier run"):
        trained(snapshot, tiny_run, later.path, known=False)


def test_hard_needs_a_run_and_a_run_needs_hard() -> None:
    with pytest.raises(UserError, match="none is named") as missing:
        make_config(task="cel", snapshot="0", settings={"recipe": {"hard": 0.5}})
    assert missing.value.code == "hard_by_missing"
    with pytest.raises(UserError, match="all are kept") as unused:
        make_config(task="cel", snapshot="0", hard_by="0")
    assert unused.value.code == "hard_by_unused"
    assert all(entry.params().hard == 0 for entry in RECIPES)


def test_a_run_older_than_hard_examples_goes_on(snapshot, tiny_run) -> None:
    stored = tiny_run.config() or {}
    del stored["recipe_params"]["hard"], stored["recipe_params"]["augment"]["texture"], stored["hard_by"]
    ours = tiny_config(snapshot, 60, ["recipe.learning_rate=0.02", "recipe.average=0"])
    assert differences(ours, stored) == []
    stored["recipe_params"]["batch"] = 3
    assert differences(ours, stored) == ["recipe_params"]
    stored["recipe_params"]["gone"] = 3
    assert differences(ours, stored) == ["recipe_params"]


def test_a_run_of_another_kind_is_refused(snapshot, tiny_run, tmp_path) -> None:
    other = RunFolder(tmp_path / "other")
    stored = {**(tiny_run.config() or {}), "task": "douga"}
    other.publish_json("config.json", stored)
    other.publish("checkpoints/final.safetensors", tiny_run.weights.read_bytes())
    with pytest.raises(UserError, match="predicts douga labels, not cel labels"):
        trained(snapshot, other, tmp_path / "run")
