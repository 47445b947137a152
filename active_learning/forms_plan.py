"""The form of a pool's plan: the share of control picks, and each stopping rule with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from pydantic import BaseModel

from active_learning.control.drawing import MOST
from active_learning.forms import fields_of
from active_learning.services.plans import Planned
from active_learning.stopping import RULES


class ControlField(forms.FloatField):
    """A share of picks, written in percent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100 * MOST, **kwargs)
        self.widget.attrs["step"] = "any"


class PlanForm(forms.Form):
    """Filled from what holds now; a rule is on where its box is ticked."""

    control_percent = ControlField()

    def __init__(self, *args: Any, plan: Planned, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("control_percent", f"{100 * plan.control_share:g}")
        self.rules: list[dict[str, Any]] = []
        for name, rule in RULES.items():
            self.fields[f"{name}.on"] = forms.BooleanField(required=False, initial=name in plan.stopping)
            for path, field in fields_of(rule.params, preset=_values(plan.stopping.get(name))):
                self.fields[f"{name}.{path}"] = field
            prefix = f"{name}."
            own = [self[full] for full in self.fields if full.startswith(prefix) and full != f"{name}.on"]
            self.rules.append({"rule": rule, "on": self[f"{name}.on"], "fields": own})

    @property
    def control_share(self) -> float:
        """0 to 0.5."""
        return float(self.cleaned_data["control_percent"]) / 100

    @property
    def stopping(self) -> dict[str, dict[str, Any]]:
        """Parameters of each rule that is on; left out where left empty."""
        data = self.cleaned_data
        return {
            name: {
                full.removeprefix(f"{name}."): value
                for full, value in data.items()
                if full.startswith(f"{name}.") and full != f"{name}.on" and value is not None
            }
            for name in RULES
            if data[f"{name}.on"]
        }


def _values(params: BaseModel | None) -> Mapping[str, Any]:
    return params.model_dump() if params else {}
