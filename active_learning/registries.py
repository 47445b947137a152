"""The torch-free registries as plain data, to fill forms and the API. Nothing here knows an entry by name."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from active_learning.services.standing import task_beneath
from active_learning.strategies import STRATEGIES
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.registry import Registry
from modeling.studio.steps import STEPS
from modeling.tasks import TASKS, Task


def strategies() -> list[dict[str, Any]]:
    """Every strategy with its group, what it requires by default and the JSON schema of its parameters."""
    return [
        {
            "name": strategy.name,
            "text": strategy.text,
            "group": strategy.group,
            "features": list(strategy.needs().features),
            "scores": list(strategy.needs().scores),
            "classes": list(strategy.needs().classes),
            "params": strategy.params.model_json_schema()["properties"]
            if strategy.params.model_fields
            else {},
            "is_default": strategy.name == settings.SAKKAN_DEFAULT_STRATEGY,
            "is_first_default": strategy.name == settings.SAKKAN_DEFAULT_FIRST_STRATEGY,
        }
        for strategy in STRATEGIES.values()
    ]


def tasks() -> list[dict[str, Any]]:
    """Every model task with the networks, losses and recipes that fit it."""
    return [_task(task) for task in TASKS]


def _task(task: Task) -> dict[str, Any]:
    beneath = task_beneath(task)
    return {
        "name": task.name,
        "text": task.text,
        "kind": task.kind,
        "headline": task.headline,
        "params": task.params.model_json_schema(),
        "stands_on": beneath.name if beneath else None,
        "networks": _entries(NETWORKS, task.networks),
        "losses": _entries(LOSSES, task.losses),
        "recipes": _entries(RECIPES, task.recipes),
    }


def _entries(registry: Registry[Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Name, text and parameters' JSON schema of the entries that fit, the default first."""
    entries = [registry.get(name) for name in names]
    return [{"name": e.name, "text": e.text, "params": e.params.model_json_schema()} for e in entries]


def studio_steps() -> list[dict[str, Any]]:
    """Every step of the Studio with what it asks by default and the JSON schema of its parameters."""
    return [
        {
            "name": step.name,
            "text": step.text,
            "tasks": list(step.tasks(step.parse())),
            "drafts": step.drafts,
            "parameters": step.params.model_json_schema(),
        }
        for step in STEPS
    ]
