"""What a round is asked to train: validated without torch, stored with the round, spelt as a command line."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from modeling.launching import MOST_PROCESSES, require_shareable
from modeling.registry import validated
from modeling.scorers import DEFAULT, SCORERS, parse_scorers
from modeling.tasks import TASKS
from modeling.training.config import make_config, parse_settings

CALIBRATION_SHARE = 0.1
"""Share of the training cuts that a round keeps, once it has twenty, so that its probabilities may be believed and its
classes judged: heat maps and ``hard_classes`` stand on them. ``recipe.calibration=0`` trains on everything."""


def ranked_by(task: str) -> str:
    """The scorer that pages sort a task's frames by: every round has it."""
    return TASKS.get(task).scorers[0]


class RoundConfig(BaseModel):
    """A round's settings. None means the task's or the recipe's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    network: str | None = None
    loss: str | None = None
    recipe: str | None = None
    settings: tuple[str, ...] = Field((), description="NAME=VALUE, such as network.dropout=0.2")
    seconds: float | None = None
    steps: int | None = None
    seed: int = 0
    device: str = "auto"
    processes: int | None = Field(
        None,
        ge=1,
        le=MOST_PROCESSES,
        description="Train in so many processes, on GPUs one each; SAKKAN_TRAINING_PROCESSES by default",
    )
    from_version: int | None = Field(None, description="Number of the model version to start from")
    hard_by: int | None = Field(
        None, description="Number of the model version whose errors tell the frames that recipe.hard keeps"
    )
    stands_on: int | None = Field(
        None, description="Number of the model version whose predictions it sees; resolved at the start"
    )
    score_seconds: float | None = Field(None, gt=0, description="Budget of scoring; 300 on a CPU by default")
    scorers: tuple[str, ...] = Field(
        DEFAULT,
        description="By what the pool is scored beside what pages sort by; all without a further pass by default",
    )

    @property
    def together(self) -> int:
        """How many processes train: as it says, else as the site does."""
        return int(self.processes or settings.SAKKAN_TRAINING_PROCESSES)

    def train_options(self) -> list[str]:
        """Options of ``python -m modeling train``, without the runs of model versions that it names."""
        options: list[str] = []
        for name in ("network", "loss", "recipe", "seconds", "steps", "seed"):
            value = getattr(self, name)
            if value is not None:
                options += [f"--{name}", str(value)]
        for setting in self.all_settings:
            options += ["--set", setting]
        if self.together > 1:
            options += ["--processes", str(self.together)]
        return [*options, "--device", self.device]

    @property
    def all_settings(self) -> list[str]:
        """The settings, and what keeps frames for calibration unless they say otherwise."""
        names = {setting.partition("=")[0] for setting in self.settings}
        kept = [] if "recipe.calibration" in names else [f"recipe.calibration={CALIBRATION_SHARE}"]
        return [*self.settings, *kept]


def task_params(config: RoundConfig) -> dict[str, Any]:
    """Raw parameters of the task among the settings."""
    return parse_settings(list(config.settings)).get("task", {})


def round_config(task: str, values: dict[str, Any]) -> RoundConfig:
    """Validate raw settings of a round for a task, and fill in the names of its defaults.

    Raises:
        UserError: ``bad_parameter``, ``batch_not_shared`` or what `modeling.training.config.make_config` and
            `modeling.scorers.parse_scorers` raise.
    """
    config = validated(RoundConfig, values)
    checked = make_config(
        task=task,
        snapshot="",
        network=config.network,
        loss=config.loss,
        recipe=config.recipe,
        settings=parse_settings(list(config.settings)),
        steps=config.steps,
        seconds=config.seconds,
        seed=config.seed,
        hard_by=None if config.hard_by is None else str(config.hard_by),
    )
    require_shareable(checked.recipe_values.batch, config.together)
    fitting = [name for name in config.scorers if not SCORERS.get(name).refusal(TASKS.get(task))]
    scorers = tuple(scorer.name for scorer, _ in parse_scorers([*TASKS.get(task).scorers, *fitting]))
    names = {"network": checked.network, "loss": checked.loss, "recipe": checked.recipe, "scorers": scorers}
    return config.model_copy(update={**names, "seconds": checked.seconds})
