"""What an experiment file says: variants of a training, validated before anything runs (torch-free)."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field

from modeling.errors import UserError
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.registry import propose
from modeling.tasks import TASKS
from modeling.training.config import TrainConfig, make_config, parse_settings

NAME = r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$"
"""Names of variants are names of folders."""

UNKNOWN = "0" * 64
"""Stands for the weights of a run that is not there yet."""

Name = Annotated[str, Field(pattern=NAME)]
REGISTRIES: Mapping[str, Any] = {"task": TASKS, "network": NETWORKS, "loss": LOSSES, "recipe": RECIPES}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Metric(_Table):
    """A number of the report, by its path: keys joined by dots, a row of a list by its ``name``."""

    path: str
    text: str = ""
    lower_is_better: bool = False

    @property
    def title(self) -> str:
        """Head of its column."""
        return self.text or self.path


class Settings(_Table):
    """What is trained and how; what is None or absent comes from the layer below, in the end from the task.

    ``settings`` holds values by name: ``"network.dropout" = 0.2``, or tables within tables.
    """

    task: str | None = None
    snapshot: str | None = None
    network: str | None = None
    loss: str | None = None
    recipe: str | None = None
    settings: dict[str, Any] = {}
    steps: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, gt=0)
    from_: str | None = Field(default=None, alias="from")
    """Variant or named run whose finished weights of the same seed this one starts from."""
    stands_on: str | None = None
    """Variant or named run whose predictions this one sees (thesis 5.6)."""
    hard_by: str | None = None
    """Variant or named run that tells which training frames are hard (thesis 4.2)."""
    baseline: str | None = None
    """Variant that this one is compared with, seed by seed; an empty name for none."""
    status: Literal["run", "not run"] | None = None
    reason: str | None = None
    """Why it is not run."""

    @property
    def others(self) -> dict[str, str]:
        """The runs it builds on, by what `modeling.training.config.make_config` calls them."""
        named = {"from_run": self.from_, "stands_on": self.stands_on, "hard_by": self.hard_by}
        return {field: name for field, name in named.items() if name}


class Variant(Settings):
    """One row of the table."""

    name: Name
    text: str = ""
    like: str | None = None
    """Variant whose settings lie below this one's, instead of the common ones alone."""
    published: dict[str, float | str] = {}
    """What the source says of it: of other data, so for reading only."""

    @property
    def not_run(self) -> bool:
        """Whether it runs only when asked for."""
        return self.status == "not run"


class Experiment(_Table):
    """An experiment file."""

    title: str
    source: str = ""
    notes: list[str] = []
    task: str
    snapshot: str = ""
    snapshots: dict[str, str] = {}
    """Folders by name, relative to the file."""
    runs: dict[str, str] = {}
    """Run folders (or folders of runs by seed) by name, relative to the file."""
    seeds: list[int] = [0]
    baseline: str = ""
    metrics: list[Metric | str] = []
    common: Settings = Settings()
    variants: list[Variant] = Field(min_length=1)

    def variant(self, name: str) -> Variant:
        """The variant of that name, with what it takes from others and from the file filled in.

        Raises:
            UserError: ``unknown_variant`` or ``bad_experiment`` for variants that are like each other in a ring.
        """
        chain = self._chain(name)
        layers = [Settings(task=self.task, snapshot=self.snapshot, baseline=self.baseline), self.common]
        values: dict[str, Any] = {}
        for layer in [*layers, *reversed(chain)]:
            values = _over(values, layer)
        own = chain[0]
        return Variant.model_validate(
            {**values, "name": own.name, "text": own.text, "published": own.published}
        )

    def _chain(self, name: str) -> list[Variant]:
        """The variant and those it is like, nearest first."""
        chain: list[Variant] = []
        known = {variant.name: variant for variant in self.variants}
        upper: str | None = name
        while upper is not None:
            if upper not in known:
                message = f"There is no variant {upper!r}."
                raise UserError(message, code="unknown_variant", remedy=propose(upper, known))
            if known[upper] in chain:
                raise UserError(f"variants.{name}.like leads back to {upper!r}.", code="bad_experiment")
            chain.append(known[upper])
            upper = known[upper].like
        return chain

    def names(self) -> list[str]:
        """Names of the variants in order."""
        return [variant.name for variant in self.variants]

    def needs(self, variant: Variant) -> list[str]:
        """Names of the variants that must be finished before this one starts."""
        names = self.names()
        return [name for name in variant.others.values() if name in names]

    def all_variants(self) -> list[Variant]:
        """Every variant, filled in."""
        return [self.variant(name) for name in self.names()]


def _over(below: dict[str, Any], layer: Settings) -> dict[str, Any]:
    """The values of ``below`` where the layer says nothing, else the layer's.

    A network, loss, recipe or task of another name leaves behind the settings of the one it replaces, and a
    budget in seconds replaces one in steps.
    """
    given = {
        key: value
        for key, value in layer.model_dump(by_alias=True, include=set(Settings.model_fields)).items()
        if value not in (None, {})
    }
    settings = flat(below.get("settings", {}))
    replaced = [noun for noun in REGISTRIES if noun in given and below.get(noun) not in (None, given[noun])]
    kept = {name: value for name, value in settings.items() if name.partition(".")[0] not in replaced}
    budgets = {"steps", "seconds"}
    old = {k: v for k, v in below.items() if not (k in budgets and budgets & given.keys())}
    return {**old, **given, "settings": {**kept, **flat(given.get("settings", {}))}}


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Tables within tables as one, names joined by dots."""
    values: dict[str, Any] = {}
    for name, value in settings.items():
        values |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {prefix + name: value}
    return values


def setting_pairs(variant: Variant) -> list[str]:
    """Its settings as ``--set`` takes them, ``NAME=VALUE``."""
    return [f"{name}={_spelled(value)}" for name, value in flat(variant.settings).items()]


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def train_config(
    variant: Variant, snapshot_id: str, seed: int, weights: Mapping[str, str] | None = None
) -> TrainConfig:
    """The config of one of its trainings.

    Args:
        variant: Filled in, of `Experiment.variant`.
        snapshot_id: Of its snapshot.
        seed: Of weights, order and augmentation.
        weights: SHA-256 of the weights of the runs it builds on, by the names in ``others``; without, zeros stand for
            them, which is enough to check the rest.

    Raises:
        UserError: as `make_config`, proposing the nearest name for a misspelt setting.
    """
    _check_setting_names(variant)
    others = dict.fromkeys(variant.others, UNKNOWN) if weights is None else weights
    return make_config(
        task=str(variant.task),
        snapshot=snapshot_id,
        network=variant.network,
        loss=variant.loss,
        recipe=variant.recipe,
        settings=parse_settings(setting_pairs(variant)),
        steps=variant.steps,
        seconds=variant.seconds,
        seed=seed,
        **others,
    )


def _check_setting_names(variant: Variant) -> None:
    """Propose the nearest name for each that no parameter has."""
    task = TASKS.get(str(variant.task))
    for name in flat(variant.settings):
        noun, *path = name.split(".")
        if noun not in REGISTRIES:
            raise UserError(f"settings.{name}:", code="bad_setting", remedy=propose(noun, REGISTRIES))
        chosen = getattr(variant, noun) or getattr(task, noun)
        model: type[BaseModel] | None = REGISTRIES[noun].get(chosen).params
        for part in path:
            if model is None:
                break
            if part not in model.model_fields:
                message = f"settings.{name}: {chosen} has no {part!r}."
                raise UserError(message, code="bad_setting", remedy=propose(part, model.model_fields))
            model = _model_in(model.model_fields[part].annotation)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model a field holds, None for a plain value or a dictionary."""
    options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    models = [one for one in options if isinstance(one, type) and issubclass(one, BaseModel)]
    return models[0] if models else None
