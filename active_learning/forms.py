"""Forms filled by the registries: parameters become fields without the form knowing any by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from django import forms
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from active_learning.control.drawing import MOST
from active_learning.selectors import Beneath
from active_learning.services.config import ranked_by
from active_learning.services.fitting import fits, params_for, preset_of
from active_learning.services.offers import Offer, scorers_for
from active_learning.services.selections import MAX_BUDGET
from active_learning.strategies import STRATEGIES, Needs, Strategy
from modeling.launching import MOST_PROCESSES
from modeling.losses import LOSSES
from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.scorers import DEFAULT as DEFAULT_SCORERS
from modeling.scorers import SCORERS, Scorer
from modeling.tasks import Task

DEFAULT = "default"
GROUP_TITLES = {
    "chance": "By chance",
    "diversity": "Unlike each other",
    "uncertainty": "Unsure",
    "mixed": "Mixed",
}
"""What the form calls the groups of strategies."""


class SelectForm(forms.Form):
    """Which frames to pick. ``default`` is resolved by the service and recorded by its real name."""

    strategy = forms.ChoiceField(widget=forms.RadioSelect, initial=DEFAULT)
    budget = forms.IntegerField(min_value=1, max_value=MAX_BUDGET, initial=16)
    cap_per_cut = forms.IntegerField(min_value=1, required=False)
    control_percent = forms.FloatField(min_value=0, max_value=100 * MOST, required=False)
    seed = forms.IntegerField(initial=0)

    def __init__(
        self, *args: Any, default: str, offer: Offer, control_share: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("control_percent", f"{100 * control_share:g}")
        fitting = [strategy for strategy in STRATEGIES.values() if fits(strategy, offer.task, offer.own)]
        entries = [_entry(strategy, offer, default) for strategy in fitting]
        self.fields["strategy"].choices = [(entry["name"], entry["name"]) for entry in entries]  # type: ignore[attr-defined]
        self.initial.setdefault("strategy", default)
        names = {"features": offer.features, "scores": offer.scores}
        for entry in entries:
            strategy = STRATEGIES[entry["name"]]
            for name, field in fields_of(strategy.params, "", preset_of(strategy, offer.task), names):
                self.fields[f"{entry['name']}.{name}"] = field
                entry["fields"].append(self[f"{entry['name']}.{name}"])
        groups = (_group(title, name, entries, offer) for name, title in GROUP_TITLES.items())
        self.groups = [group for group in groups if group["entries"]]

    @property
    def control_share(self) -> float | None:
        """Share of the picks by plain chance; None, left empty, for what the pool's plan says."""
        percent = self.cleaned_data["control_percent"]
        return None if percent is None else percent / 100

    @property
    def params(self) -> dict[str, Any]:
        """The chosen strategy's own parameters; left out where left empty."""
        prefix = self.cleaned_data["strategy"] + "."
        given = {
            name.removeprefix(prefix): v for name, v in self.cleaned_data.items() if name.startswith(prefix)
        }
        return {name: value for name, value in given.items() if value not in (None, "")}


def _entry(strategy: Strategy, offer: Offer, default: str) -> dict[str, Any]:
    """What the form shows of a strategy; ``missing`` says why it cannot pick here, empty where it can."""
    needs = _needs(strategy.name, offer)
    refused = offer.refusal("It", needs)
    return {
        "name": strategy.name,
        "group": strategy.group,
        "text": strategy.text,
        "needs": ", ".join(name for name in _words(needs) if name != strategy.name),
        "is_default": strategy.name == default,
        "missing": str(refused) if refused else "",
        "fields": [],
    }


def _needs(name: str, offer: Offer) -> Needs:
    """What the strategy of that name needs where nobody says more."""
    return STRATEGIES[name].needs(params_for(STRATEGIES[name], offer.task))


def _words(needs: Needs) -> dict[str, None]:
    """Names of what is needed, each once."""
    quality = ["IoU a class"] if "class_quality" in needs.classes else []
    return dict.fromkeys([*needs.features, *scorers_for(needs), *quality])


def _group(title: str, name: str, entries: list[dict[str, Any]], offer: Offer) -> dict[str, Any]:
    """The strategies of a group; ``missing`` is said once for all where none of them can pick for want of a model."""
    own = [entry for entry in entries if entry["group"] == name]
    without_model = offer.scored is None and own and all(entry["missing"] for entry in own)
    refused = offer.refusal("Each of them", _needs(own[0]["name"], offer)) if without_model else None
    return {"title": title, "entries": own, "missing": str(refused) if refused else ""}


class StartForm(forms.Form):
    """How to train a round. ``stands_on`` is there where the task may see another's predictions."""

    network = forms.ChoiceField(widget=forms.RadioSelect)
    budget_in = forms.ChoiceField(
        choices=[("seconds", "Seconds"), ("steps", "Steps"), ("", "As the recipe says")],
        required=False,
        initial="seconds",
    )
    budget = forms.FloatField(min_value=1, required=False, initial=60)
    loss = forms.ChoiceField()
    recipe = forms.ChoiceField()
    from_version = forms.ChoiceField(required=False)
    hard_by = forms.ChoiceField(required=False)
    seed = forms.IntegerField(initial=0)
    processes = forms.IntegerField(min_value=1, max_value=MOST_PROCESSES, required=False)
    scorers = forms.MultipleChoiceField(
        choices=[(scorer.name, scorer.name) for scorer in SCORERS],
        required=False,
        initial=list(DEFAULT_SCORERS),
    )

    def __init__(
        self, *args: Any, task: Task, versions: Iterable[int], beneath: Beneath | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        self.groups: list[dict[str, Any]] = []
        self.entries: dict[str, list[Any]] = {}
        self._defaults: dict[str, Any] = {}
        self.own = self._add_group("task", task.name, task.text, task.params)
        for noun, registry, names in (
            ("network", NETWORKS, task.networks),
            ("loss", LOSSES, task.losses),
            ("recipe", RECIPES, task.recipes),
        ):
            entries = [registry.get(name) for name in names]
            self.entries[noun] = entries
            self.fields[noun].choices = [(entry.name, f"{entry.name}: {entry.text}") for entry in entries]  # type: ignore[attr-defined]
            self.initial.setdefault(noun, names[0])
            for entry in entries:
                group = self._add_group(noun, entry.name, entry.text, entry.params)
                self.groups += [group] if group["fields"] else []
        known = [(str(number), f"Model version {number}") for number in versions]
        self.fields["from_version"].choices = [("", "From scratch (the pretrained encoder)"), *known]  # type: ignore[attr-defined]
        self.fields["hard_by"].choices = [("", "All frames train"), *known]  # type: ignore[attr-defined]
        if beneath is not None:
            self.fields["stands_on"] = _stands_on(beneath)
        self.scoring = [
            _scorer(scorer, self["scorers"].value() or (), bool(known), task) for scorer in SCORERS
        ]

    def _add_group(self, noun: str, name: str, text: str, params: type[BaseModel]) -> dict[str, Any]:
        group: dict[str, Any] = {"noun": noun, "name": name, "text": text, "fields": []}
        for path, field in fields_of(params, preset=self.task.presets.get(name, {})):
            full = f"{noun}.{name}.{path}"
            self.fields[full] = field
            self._defaults[full] = field.initial
            group["fields"].append(self[full])
        return group

    def clean(self) -> dict[str, Any]:
        """Ask for a number where a unit is chosen."""
        cleaned = super().clean() or {}
        if cleaned.get("budget_in") and not cleaned.get("budget") and "budget" not in self.errors:
            self.add_error("budget", "Say how many.")
        return cleaned

    @property
    def config(self) -> dict[str, Any]:
        """Raw settings of the round: only those parameters that differ from their defaults."""
        data = self.cleaned_data
        config = {name: data[name] for name in ("network", "loss", "recipe", "seed")}
        if unit := data["budget_in"]:
            config[unit] = int(data["budget"]) if unit == "steps" else data["budget"]
        numbers = {name: data.get(name) for name in ("from_version", "hard_by", "stands_on")}
        config |= {name: int(number) for name, number in numbers.items() if number}
        config |= {"processes": data["processes"]} if data["processes"] else {}
        return {**config, "settings": tuple(self._changed()), "scorers": tuple(data["scorers"])}

    def _changed(self) -> Iterator[str]:
        chosen = {noun: self.cleaned_data[noun] for noun in ("network", "loss", "recipe")}
        for noun, entry in {"task": self.task.name, **chosen}.items():
            prefix = f"{noun}.{entry}."
            for full, default in self._defaults.items():
                value = self.cleaned_data.get(full)
                if full.startswith(prefix) and value is not None and value != default:
                    yield f"{noun}.{full.removeprefix(prefix)}={value}"


def _scorer(scorer: Scorer, chosen: Iterable[str], has_versions: bool, task: Task) -> dict[str, Any]:
    """A scorer as the form shows it: what it costs, whether it is chosen, and why it cannot be."""
    always, missing = scorer.name == ranked_by(task.name), scorer.refusal(task)
    if scorer.needs_runs and not has_versions:
        missing = "Needs an earlier model version."
    cost = f"{scorer.passes} pass{'es' * (scorer.passes > 1)}" if scorer.passes else ""
    return {
        "name": scorer.name,
        "text": scorer.text,
        "cost": "a pass for each earlier version" if scorer.needs_runs else cost,
        "always": always,
        "missing": missing,
        "chosen": always or (scorer.name in chosen and not missing),
    }


def _stands_on(beneath: Beneath) -> forms.ChoiceField:
    first = "none yet" if beneath.in_use is None else f"version {beneath.in_use}, in use"
    named = [(str(number), f"version {number}") for number in beneath.numbers]
    return forms.ChoiceField(choices=[("", first), *named], required=False)


def fields_of(
    params: type[BaseModel],
    prefix: str = "",
    preset: Mapping[str, Any] = MappingProxyType({}),
    choices: Mapping[str, Sequence[str]] = MappingProxyType({}),
    optional: bool = False,
) -> Iterator[tuple[str, forms.Field]]:
    """A form field for each scalar parameter, named by its dotted path; ``preset`` goes before its default.

    One whose schema says ``text`` is written as text, and that is its default; where it says ``file``, too, it is what
    a file of these suffixes holds.
    A parameter whose schema says ``choices`` is a name among those of ``choices``, and its default.
    With ``optional`` one that may be None has a field, too, which may be left empty.
    """
    for name, info in params.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields_of(kind, f"{prefix}{name}.", preset.get(name, {}), choices, optional)
        elif (field := _named(info, choices) or _field(info, optional)) is not None:
            field.label = name.replace("_", " ")
            field.help_text = info.description or ""
            field.initial = preset.get(name, _extra(info, "text") or info.default)
            field.widget.attrs["aria-label"] = f"{field.label}: {field.help_text}"
            yield f"{prefix}{name}", field


def _named(info: FieldInfo, choices: Mapping[str, Sequence[str]]) -> forms.Field | None:
    """A choice of names for a parameter whose schema says of which kind they are."""
    kind = _extra(info, "choices")
    if kind is None:
        return None
    names = dict.fromkeys([info.default, *choices.get(kind, ())])
    return forms.ChoiceField(choices=[(name, name) for name in names], required=False)


def _extra(info: FieldInfo, name: str) -> str | None:
    """What a parameter's schema says beyond its type."""
    extra = info.json_schema_extra
    value = extra.get(name) if isinstance(extra, dict) else None
    return value if isinstance(value, str) else None


def _field(info: FieldInfo, optional: bool = False) -> forms.Field | None:
    kind = info.annotation
    if optional and isinstance(kind, UnionType):
        kind = next((part for part in get_args(kind) if part is not NoneType), kind)
    if (suffixes := _extra(info, "file")) is not None:
        return forms.CharField(required=False, widget=forms.FileInput(attrs={"accept": suffixes}))
    if _extra(info, "text") is not None:
        return forms.CharField(required=False, empty_value=None)
    if kind is bool:
        # Not a checkbox: one that is left out could not be told from one that is switched off.
        yes_no = [(True, "yes"), (False, "no")]
        return forms.TypedChoiceField(
            choices=yes_no, coerce=lambda v: v == "True", required=False, empty_value=None
        )
    if get_origin(kind) is Literal:
        names = [(v, v) for v in get_args(kind)]
        return forms.TypedChoiceField(choices=names, required=False, empty_value=None)
    low = next((v for m in info.metadata for v in [getattr(m, "ge", None)] if v is not None), None)
    high = next((v for m in info.metadata for v in [getattr(m, "le", None)] if v is not None), None)
    if kind is int:
        return forms.IntegerField(min_value=low, max_value=high, required=False)
    if kind is float:
        return forms.FloatField(min_value=low, max_value=high, required=False)
    return None
