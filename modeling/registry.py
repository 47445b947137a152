"""Torch-free registry entries: a frozen spec that also fills forms, and a build that imports torch inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from modeling.errors import UserError


class Params(BaseModel):
    """Base of an entry's parameters: unknown names are refused; ``Field(description=...)`` labels the form."""

    model_config = ConfigDict(extra="forbid", frozen=True)


P = TypeVar("P", bound=Params)
M = TypeVar("M", bound=BaseModel)
E = TypeVar("E", bound="Entry[Any]")


def validated(model: type[M], values: dict[str, Any], whose: str = "") -> M:
    """Raw values as a model.

    Args:
        model: What they are checked by.
        values: By field.
        whose: Named before the field in the error.

    Raises:
        UserError: ``bad_parameter``, naming the first field that does not fit.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        of = f"{whose}: " if whose else ""
        raise UserError(f"{of}{where}: {first['msg']}.", code="bad_parameter") from None


@dataclass(frozen=True, slots=True)
class Entry(Generic[P]):
    """A frozen spec: ``name``, one line of ``text``, a ``params`` model and ``build(params, ...)``."""

    name: str
    text: str
    params: type[P]
    build: Callable[..., Any]

    def parse(self, values: dict[str, Any] | None = None) -> P:
        """Validate raw values.

        Raises:
            UserError: ``bad_parameter``, naming the field.
        """
        return validated(self.params, values or {}, self.name)


class Registry(Generic[E]):
    """Entries by name, in the order they were added."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._entries: dict[str, E] = {}

    def add(self, entry: E) -> E:
        """Register an entry; a name taken twice is our own bug."""
        if entry.name in self._entries:
            raise ValueError(f"{self.noun} {entry.name!r} is registered twice")
        self._entries[entry.name] = entry
        return entry

    def get(self, name: str) -> E:
        """Return the entry of that name.

        Raises:
            UserError: ``unknown_<noun>``, proposing the nearest spelling.
        """
        try:
            return self._entries[name]
        except KeyError:
            message = f"There is no {self.noun} {name!r}."
            raise UserError(
                message, code=f"unknown_{self.noun}", remedy=propose(name, self._entries)
            ) from None

    def chosen(
        self, names: Iterable[str], settings: Mapping[str, Mapping[str, Any]] | None = None
    ) -> list[tuple[E, Any]]:
        """The entries of these names with their validated parameters, in this order, each once.

        Args:
            names: At least one.
            settings: Raw parameters by name.

        Raises:
            UserError: ``unknown_<noun>``, ``bad_parameter``, ``no_<noun>s`` or ``unused_setting``.
        """
        names, settings = list(dict.fromkeys(names)), settings or {}
        if not names:
            message = f"No {self.noun} is named."
            raise UserError(message, code=f"no_{self.noun}s", remedy=f"Known: {', '.join(self.names())}.")
        if unused := [name for name in settings if name not in names]:
            message = f"{unused[0]!r} has settings but is not among the {self.noun}s."
            raise UserError(message, code="unused_setting")
        return [((entry := self.get(name)), entry.parse(dict(settings.get(name, {})))) for name in names]

    def __iter__(self) -> Iterator[E]:
        return iter(self._entries.values())

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def names(self) -> list[str]:
        """Names in the order they were added."""
        return list(self._entries)


def propose(name: str, known: Iterable[str]) -> str:
    """One sentence with the nearest spelling, or all that is known."""
    known = list(known)
    close = get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known)}."
