"""What forms and commands read: registries without torch, validated parameters, the task's defaults."""

from __future__ import annotations

import subprocess
import sys

import pytest

from modeling.errors import UserError
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.tasks import TASKS
from modeling.training.config import make_config, parse_settings

TORCH_FREE = "tasks networks losses recipes runs metrics training.config"


def test_registries_import_no_torch() -> None:
    imports = "; ".join(f"import modeling.{name}" for name in TORCH_FREE.split())
    code = f"import sys; {imports}; sys.exit(bool({{'torch', 'timm', 'django'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("registry", [TASKS, NETWORKS, LOSSES, RECIPES], ids=lambda r: r.noun)
def test_every_entry_can_fill_a_form(registry) -> None:
    for entry in registry:
        assert entry.text
        assert entry.parse({}) == entry.params.model_validate({})
        for name, field in entry.params.model_fields.items():
            assert field.description, f"{entry.name}.{name} has no words for the form"


def test_cel_works_at_960_and_defaults_to_lite() -> None:
    task = TASKS.get("cel")
    assert (task.kind, task.long_side, task.network, task.recipe) == ("cel", 960, "lite", "fast")


def test_the_thesis_recipe_is_the_thesis() -> None:
    values = RECIPES.get("thesis").parse({})
    assert (values.optimizer, values.batch, values.patience, values.epochs) == ("adam", 4, 100, 4000)
    assert (values.learning_rate, values.final_learning_rate, values.schedule) == (1e-4, 1e-5, "linear")


def test_settings_reach_nested_parameters() -> None:
    settings = parse_settings(["recipe.augment.hue_sd=0", "network.dropout=0.3"])
    config = make_config(task="cel", snapshot="s", settings=settings, steps=1)
    assert config.recipe_values.augment.hue_sd == 0
    assert config.network_params["dropout"] == 0.3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"network": "lita"}, "unknown_network"),
        ({"settings": {"network": {"dropout": 2}}}, "bad_parameter"),
        ({"steps": 3, "seconds": 3}, "bad_budget"),
        ({"seconds": 0}, "bad_budget"),
        ({"task": "cell"}, "unknown_task"),
    ],
)
def test_bad_requests_are_refused_with_a_word(changes, code) -> None:
    with pytest.raises(UserError) as caught:
        make_config(**{"task": "cel", "snapshot": "s", **changes})
    assert caught.value.code == code


@pytest.mark.parametrize("pair", ["network.dropout", "dropout=1", "colour.x=1", "network=lite"])
def test_settings_that_are_none_are_refused(pair) -> None:
    with pytest.raises(UserError, match="no setting"):
        parse_settings([pair])
