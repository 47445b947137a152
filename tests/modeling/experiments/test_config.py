"""Experiment files: layers of settings, order, and mistakes named with their field."""

from __future__ import annotations

from pathlib import Path

import pytest

from modeling.errors import UserError
from modeling.experiments.config import setting_pairs, train_config
from modeling.experiments.places import chosen
from modeling.experiments.reading import read_experiment

FILE = """
title = "Toys"
task = "cel"
snapshot = "toys"
seeds = [0, 1]
baseline = "plain"

[common]
network = "gcn"
steps = 5
settings = { network = { encoder = "resnet34" }, "recipe.batch" = 2 }

[[variants]]
name = "tuned"
from = "plain"

[[variants]]
name = "plain"
"""


def read(folder: Path, more: str = "", text: str = FILE):
    """Read the file with some lines after it."""
    path = folder / "toys.toml"
    path.write_text(text + more)
    return read_experiment(path)


def mistake(folder: Path, more: str = "", text: str = FILE) -> str:
    """What reading it says."""
    with pytest.raises(UserError) as caught:
        read(folder, more, text)
    return str(caught.value)


def test_a_variant_lies_over_another_over_the_common_settings(tmp_path: Path) -> None:
    experiment = read(
        tmp_path, '[[variants]]\nname = "slow"\nlike = "tuned"\nseconds = 9.0\nsettings."recipe.batch" = 4'
    )
    slow = experiment.variant("slow")
    assert (slow.network, slow.from_, slow.steps, slow.seconds) == ("gcn", "plain", None, 9.0)
    assert setting_pairs(slow) == ["network.encoder=resnet34", "recipe.batch=4"]
    config = train_config(slow, "id", seed=3)
    assert (config.seed, config.seconds, config.recipe_params["batch"]) == (3, 9.0, 4)


def test_settings_of_a_network_go_with_it(tmp_path: Path) -> None:
    experiment = read(tmp_path, '[[variants]]\nname = "lite"\nnetwork = "lite"')
    assert setting_pairs(experiment.variant("lite")) == ["recipe.batch=2"]


def test_seed_by_seed_each_after_what_it_needs(tmp_path: Path) -> None:
    names = [trial.name for trial in chosen(read(tmp_path), [0, 1])]
    assert names == ["plain/0", "tuned/0", "plain/1", "tuned/1"]


def test_what_is_not_run_runs_when_it_is_named(tmp_path: Path) -> None:
    experiment = read(
        tmp_path, '[[variants]]\nname = "full"\nlike = "tuned"\nstatus = "not run"\nreason = "needs a GPU"'
    )
    assert {trial.variant.name for trial in chosen(experiment, [0])} == {"plain", "tuned"}
    assert [trial.name for trial in chosen(experiment, [0], only=["fu*"])] == ["plain/0", "full/0"]
    assert len(chosen(experiment, [0], everything=True)) == 3


def test_what_is_not_run_may_use_settings_to_come(tmp_path: Path) -> None:
    more = '[[variants]]\nname = "later"\nstatus = "not run"\nreason = "to come"\nsettings."recipe.magic" = 1'
    experiment = read(tmp_path, more)
    with pytest.raises(UserError, match="magic"):
        chosen(experiment, [0], only=["later"])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            '[[variants]]\nname = "x"\nnetwrk = "gcn"',
            "variants.x.netwrk: there is no such field. Did you mean 'network'?",
        ),
        (
            '[[variants]]\nname = "x"\nnetwork = "gcm"',
            "variants.x: There is no network 'gcm'. Did you mean 'gcn'?",
        ),
        ('[[variants]]\nname = "x"\nsettings."recipe.bach" = 1', "fast has no 'bach'. Did you mean 'batch'?"),
        (
            '[[variants]]\nname = "x"\nsettings."recipe.augment.eras" = 1',
            "fast has no 'eras'. Did you mean 'erase'?",
        ),
        ('[[variants]]\nname = "x"\nsettings."recipe.batch" = 0', "batch: Input should be"),
        ('[[variants]]\nname = "x"\nsettings."lose.gamma" = 0', "settings.lose.gamma: Did you mean 'loss'?"),
        (
            '[[variants]]\nname = "x"\nfrom = "plane"',
            "from: there is no 'plane' in this file. Did you mean 'plain'?",
        ),
        ('[[variants]]\nname = "x"\nlike = "plane"', "There is no variant 'plane'. Did you mean 'plain'?"),
        ('[[variants]]\nname = "x"\nlike = "x"', "like leads back to 'x'"),
        ('[[variants]]\nname = "x"\nfrom = "x"', "wait for itself"),
        ('[[variants]]\nname = "plain"', "variants.plain: this name is there twice"),
        ('[[variants]]\nname = "../x"', "variants.../x.name: String should match"),
        ('[[variants]]\nname = "x"\nstatus = "not run"', "reason: say why"),
        ("[[variants]", "this is no TOML"),
    ],
)
def test_mistakes_name_file_and_field(tmp_path: Path, more: str, said: str) -> None:
    message = mistake(tmp_path, more)
    assert message.startswith("toys.toml: ")
    assert said in message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no experiment file"):
        read_experiment(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "path",
    sorted((Path(__file__).parents[3] / "benchmarks" / "experiments").glob("*.toml")),
    ids=lambda p: p.stem,
)
def test_the_files_we_ship_can_be_read(path: Path) -> None:
    experiment = read_experiment(path)
    assert 0 < len([one for one in experiment.all_variants() if not one.not_run]) <= 12
