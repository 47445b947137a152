"""The form of an order: every step of the registry with its parameters, none known by name."""

from __future__ import annotations

from typing import Any

from django import forms

from active_learning.forms import fields_of
from modeling.studio.steps import STEPS


class StepsForm(forms.Form):
    """A checkbox a step, and its parameters as ``<step>.<name>``; the page's script sends what is filled in."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[dict[str, Any]] = []
        for step in STEPS:
            shown = []
            for name, field in fields_of(step.params, optional=True):
                self.fields[f"{step.name}.{name}"] = field
                shown.append(self[f"{step.name}.{name}"])
            self.steps.append({"name": step.name, "text": step.text, "fields": shown})
