"""The form of a search for label errors."""

from __future__ import annotations

from typing import Any

from django import forms

from active_learning.services.label_errors import DEFAULT_STEPS
from modeling.crossfit.folds import FEWEST, MOST
from modeling.networks import NETWORKS
from modeling.tasks import Task


class SearchForm(forms.Form):
    """How many models look, and how long each learns."""

    folds = forms.IntegerField(min_value=FEWEST, max_value=MOST, initial=5)
    steps = forms.IntegerField(min_value=1, initial=DEFAULT_STEPS)
    network = forms.ChoiceField()
    seed = forms.IntegerField(initial=0)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entries = [NETWORKS.get(name) for name in task.networks]
        self.fields["network"].choices = [(entry.name, f"{entry.name}: {entry.text}") for entry in entries]  # type: ignore[attr-defined]
        self.initial.setdefault("network", task.network)

    @property
    def config(self) -> dict[str, Any]:
        """Raw settings of the search."""
        return dict(self.cleaned_data)
