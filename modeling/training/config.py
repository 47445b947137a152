"""What a training is asked to do: validated, torch-free, and compared when a run is resumed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from modeling.errors import UserError
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES, RecipeParams
from modeling.registry import Entry, Registry
from modeling.tasks import TASKS, Task
from modeling.tasks.params import TaskParams
from modeling.tasks.ways import Way

if TYPE_CHECKING:
    from modeling.pictures.subjects import Subject

REGISTRIES: Mapping[str, Registry[Any]] = {
    "task": TASKS,
    "network": NETWORKS,
    "loss": LOSSES,
    "recipe": RECIPES,
}
"""What ``--set GROUP.NAME=VALUE`` may name, and where the parameters of each group come from."""
BEFORE: Mapping[tuple[str, str], Mapping[str, Any]] = MappingProxyType(
    {
        ("network", "swish_unet"): {"norm": "batch", "copies": False},
        ("task", "colorization"): {"registered": False},
    }
)
"""By registry and name: what runs did that were stored before these parameters came. Their weights fit nothing else."""
MIN_FOR_VALIDATION = 40
"""Training labels below which none is spared for validation (design.md, section 4)."""


MIN_CUTS_FOR_CALIBRATION = 20
"""Training cuts below which none is spared for calibration alone: one of them would be too much to give away."""


def spared_share(recipe: RecipeParams, labels: int, cuts: int) -> float:
    """Share of the training cuts that does not train: for early stopping, else for calibration."""
    if labels < MIN_FOR_VALIDATION:
        return 0.0
    return recipe.validation or (recipe.calibration if cuts >= MIN_CUTS_FOR_CALIBRATION else 0.0)


class TrainConfig(BaseModel):
    """Everything that decides what is learned: two trainings of one config give the same metrics."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = 1
    task: str
    task_params: dict[str, Any] = {}
    network: str
    network_params: dict[str, Any]
    loss: str
    loss_params: dict[str, Any]
    recipe: str
    recipe_params: dict[str, Any]
    seed: int
    steps: int | None
    seconds: float | None
    snapshot: str
    from_run: str | None = None
    """SHA-256 of the weights it starts from, None for the pretrained encoder."""
    stands_on: str | None = None
    """SHA-256 of the weights of the run whose predictions it sees, None where it sees none."""
    hard_by: str | None = None
    """SHA-256 of the weights of the run that tells hard examples, None where all are kept."""

    @property
    def recipe_values(self) -> RecipeParams:
        """The recipe's parameters, validated."""
        return RECIPES.get(self.recipe).parse(self.recipe_params)

    @property
    def task_values(self) -> TaskParams:
        """The task's parameters, validated."""
        values: TaskParams = TASKS.get(self.task).parse(self.task_params)
        return values

    @property
    def way(self) -> Way:
        """What the network sees of a frame."""
        return self.task_values.way

    @property
    def subject(self) -> Subject | None:
        """How pictures are made of frames, where that is learned."""
        return self.task_values.subject

    @property
    def working_side(self) -> int:
        """Long side in pixels at which the network sees a frame in inference, 0 for native pixels."""
        return self.recipe_values.working_side or TASKS.get(self.task).long_side


def make_config(
    *,
    task: str,
    snapshot: str,
    network: str | None = None,
    loss: str | None = None,
    recipe: str | None = None,
    settings: dict[str, dict[str, Any]] | None = None,
    steps: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    from_run: str | None = None,
    stands_on: str | None = None,
    hard_by: str | None = None,
) -> TrainConfig:
    """Fill in the task's defaults and validate every parameter.

    Args:
        task: Name of the model task.
        snapshot: Snapshot id.
        network: Name; the task's first by default. Likewise ``loss`` and ``recipe``.
        loss: See ``network``.
        recipe: See ``network``.
        settings: Raw parameters under ``task``, ``network``, ``loss`` and ``recipe``.
        steps: Budget in optimizer steps.
        seconds: Budget in seconds of training; at most one of the two, the recipe's own without either.
        seed: Of weights, order and augmentation.
        from_run: SHA-256 of the weights to start from.
        stands_on: SHA-256 of the weights of the run whose predictions it sees.
        hard_by: SHA-256 of the weights of the run that tells hard examples.

    Raises:
        UserError: ``unknown_...``, ``bad_parameter``, ``bad_budget``, ``not_for_task``, ``hard_by_missing`` or
            ``hard_by_unused``.
    """
    spec, given = TASKS.get(task), settings or {}
    chosen = _chosen(spec, {"network": network, "loss": loss, "recipe": recipe})
    _check_budget(steps, seconds)
    values = {
        noun: entry.parse(_merged(spec.presets.get(entry.name), given.get(noun))).model_dump(mode="json")
        for noun, entry in chosen.items()
    }
    _check_hard(values["recipe"]["hard"], hard_by)
    if steps is None and seconds is None:
        seconds = values["recipe"]["seconds"] or None
    entries: dict[str, Any] = {noun: entry.name for noun, entry in chosen.items()}
    entries |= {f"{noun}_params": values[noun] for noun in chosen}
    return TrainConfig(
        task=task,
        task_params=spec.parse(given.get("task")).model_dump(mode="json"),
        **entries,
        seed=seed,
        steps=steps,
        seconds=seconds,
        snapshot=snapshot,
        from_run=from_run,
        stands_on=stands_on,
        hard_by=hard_by,
    )


def _chosen(spec: Task, names: Mapping[str, str | None]) -> dict[str, Entry[Any]]:
    """The entries of those names, the task's first where there is none; all must fit it."""
    fitting = {"network": spec.networks, "loss": spec.losses, "recipe": spec.recipes}
    chosen = {noun: REGISTRIES[noun].get(name or fitting[noun][0]) for noun, name in names.items()}
    for noun, entry in chosen.items():
        if entry.name not in fitting[noun]:
            raise UserError(
                f"The {noun} {entry.name!r} does not fit the task {spec.name!r}.",
                code="not_for_task",
                remedy=f"Use one of {', '.join(fitting[noun])}.",
            )
    return chosen


def _merged(preset: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is given over what the task presets, group by group."""
    merged = dict(preset or {})
    for name, value in (given or {}).items():
        inner = merged.get(name)
        nested = isinstance(inner, Mapping) and isinstance(value, Mapping)
        merged[name] = _merged(inner, value) if nested else value
    return merged


def _check_hard(share: float, by: str | None) -> None:
    if share and by is None:
        message = "recipe.hard keeps the frames that are hardest for an earlier run, and none is named."
        raise UserError(message, code="hard_by_missing", remedy="Name it (--hard-by).")
    if by is not None and not share:
        message = "A run is named to tell hard examples, but all are kept."
        raise UserError(message, code="hard_by_unused", remedy="Say how many: recipe.hard=0.3.")


def _check_budget(steps: int | None, seconds: float | None) -> None:
    if steps is not None and seconds is not None:
        raise UserError("A budget is in steps or in seconds, not both.", code="bad_budget")
    if (steps is not None and steps < 1) or (seconds is not None and not seconds > 0):
        raise UserError("A budget must be above zero.", code="bad_budget")


def parse_settings(pairs: list[str]) -> dict[str, dict[str, Any]]:
    """Read ``network.dropout=0.2`` or ``recipe.augment.hue_sd=0`` into nested raw values.

    Raises:
        UserError: ``bad_setting``.
    """
    settings: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        group, *path = name.split(".")
        if not equals or not path or group not in REGISTRIES:
            raise UserError(
                f"{pair!r} is no setting.",
                code="bad_setting",
                remedy="Write network.NAME=VALUE, or so with task, loss or recipe.",
            )
        inner = settings.setdefault(group, {})
        for part in path[:-1]:
            inner = inner.setdefault(part, {})
        inner[path[-1]] = value
    return settings


def differences(ours: TrainConfig, theirs: dict[str, Any]) -> list[str]:
    """Names of the fields in which a stored config differs; what came after it has its default there."""
    mine = ours.model_dump(mode="json")
    return [name for name in mine if mine[name] != _then(name, theirs)]


def as_before(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored config with what was done before parameters came of which the default is another (`BEFORE`)."""
    filled = {
        f"{noun}_params": {**params, **stored.get(f"{noun}_params", {})}
        for (noun, name), params in BEFORE.items()
        if stored.get(noun) == name
    }
    return {**stored, **filled}


def _then(name: str, theirs: dict[str, Any]) -> Any:
    """What a stored config, which may be older than a field or a parameter, stands for."""
    since = TrainConfig.model_fields[name].get_default(call_default_factory=True)
    value, noun = as_before(theirs).get(name, since), name.removesuffix("_params")
    if name == noun:
        return value
    try:
        entry = REGISTRIES[noun].get(theirs.get(noun, ""))
        return entry.parse(value).model_dump(mode="json")
    except UserError:  # a name or parameter that is no more
        return value
