"""The form of an order: every step of the registry with its parameters, none known by name; that of sending it."""

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


class SendForm(forms.Form):
    """Whose frames the files of an order become, and under which terms: as an ingest is asked."""

    production = forms.CharField(max_length=200)
    pool = forms.CharField(max_length=200, required=False)
    year = forms.IntegerField(min_value=1880, max_value=2200, required=False)
    licence = forms.CharField(max_length=300, required=False)
    rights = forms.CharField(max_length=300, required=False)
