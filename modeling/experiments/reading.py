"""Reading an experiment file: every mistake named with its file, its field and the nearest spelling (torch-free)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from modeling.errors import UserError
from modeling.experiments.config import Experiment, Metric, Settings, Variant, train_config
from modeling.registry import propose


def read_experiment(path: Path) -> Experiment:
    """Read an experiment file and check every variant that is to be run.

    What is marked "not run" may use settings that are not there yet; it is checked when it is asked for.

    Raises:
        UserError: ``experiment_missing`` or ``bad_experiment``, naming the file, the field and the nearest spelling.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError:
        raise UserError(f"There is no experiment file {path}.", code="experiment_missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(path, f"this is no TOML. {error}.") from None
    try:
        experiment = Experiment.model_validate(values)
    except ValidationError as error:
        raise _bad(path, _first_error(error, values)) from None
    _check(experiment, path)
    return experiment


def _bad(path: Path, what: object) -> UserError:
    return UserError(f"{path.name}: {what}", code="bad_experiment")


def _first_error(error: ValidationError, values: Any) -> str:
    """The first mistake: which field, what is wrong, and for an unknown field the nearest one."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in _named(first["loc"], values))
    if first["type"] != "extra_forbidden":
        return f"{where}: {first['msg']}."
    models: dict[Any, type[BaseModel]] = {"variants": Variant, "common": Settings, "metrics": Metric}
    model = models.get(first["loc"][0], Experiment) if len(first["loc"]) > 1 else Experiment
    known = [info.alias or name for name, info in model.model_fields.items()]
    return f"{where}: there is no such field. {propose(str(first['loc'][-1]), known)}"


def _named(loc: tuple[int | str, ...], values: Any) -> Iterator[int | str]:
    """The parts of a place in the file, a variant by its name instead of its number."""
    for part in loc:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            values = None
        name = values.get("name") if isinstance(values, dict) else None
        yield str(name) if isinstance(part, int) and name else part


def _check(experiment: Experiment, path: Path) -> None:
    names = experiment.names()
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise _bad(path, f"variants.{min(twice)}: this name is there twice.")
    if len(set(experiment.seeds)) < max(1, len(experiment.seeds)):
        raise _bad(path, "seeds: each once, and at least one.")
    for name in names:
        try:
            _check_variant(experiment, experiment.variant(name))
        except UserError as error:
            raise _bad(path, f"variants.{name}: {error}") from None


def _check_variant(experiment: Experiment, variant: Variant) -> None:
    named = {*experiment.names(), *experiment.runs}
    for field, name, known in (
        ("from", variant.from_, named),
        ("stands_on", variant.stands_on, named),
        ("hard_by", variant.hard_by, named),
        ("baseline", variant.baseline, set(experiment.names())),
    ):
        if name and name not in known:
            message = f"{field}: there is no {name!r} in this file."
            raise UserError(message, code="bad_experiment", remedy=propose(name, sorted(known)))
    _check_no_ring(experiment, variant)
    if not variant.snapshot:
        raise UserError("snapshot: none is named here or for the whole file.", code="bad_experiment")
    if variant.not_run and not variant.reason:
        raise UserError("reason: say why it is not run.", code="bad_experiment")
    if not variant.not_run:
        train_config(variant, "", 0)


def _check_no_ring(experiment: Experiment, variant: Variant) -> None:
    waiting, seen = experiment.needs(variant), set[str]()
    while waiting:
        name = waiting.pop()
        if name == variant.name:
            raise UserError(
                "from, stands_on, hard_by: it would have to wait for itself.", code="bad_experiment"
            )
        if name not in seen:
            seen.add(name)
            waiting += experiment.needs(experiment.variant(name))
