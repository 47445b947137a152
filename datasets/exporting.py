"""The form of an export: what is asked in it, and fields for the parameters of its formats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from django.http import QueryDict

from datasets.formats import ExportFormat, Terms


@dataclass(frozen=True, slots=True)
class ParamField:
    """A parameter's field: its name in the form, ``number``, ``text`` or ``choice``, and what is in it."""

    name: str
    label: str
    help: str
    kind: str
    value: Any
    choices: tuple[str, ...] = ()


def param_fields(entry: ExportFormat) -> list[ParamField]:
    """Fields of a format's parameters, named ``format.parameter``."""
    return list(_fields(entry))


def _fields(entry: ExportFormat) -> Iterator[ParamField]:
    for name, info in entry.params.model_fields.items():
        choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
        kind = "choice" if choices else "number" if info.annotation is int else "text"
        label = name.replace("_", " ")
        yield ParamField(f"{entry.name}.{name}", label, info.description or "", kind, info.default, choices)


def asked_of(data: QueryDict) -> dict[str, Any]:
    """``format``, ``kind``, ``terms`` and ``params``, raw, of a form; a box that is not ticked is not sent."""
    name = data.get("format", "")
    ticked = {field: field in data for field, info in Terms.model_fields.items() if info.annotation is bool}
    prefix = f"{name}."
    params = {
        key.removeprefix(prefix): data[key] for key in data if key.startswith(prefix) and data[key] != ""
    }
    terms = {"licences": data.getlist("licences"), **ticked}
    return {"format": name, "kind": data.get("kind", ""), "terms": terms, "params": params}
