"""Colour models: named entries, each with a colour in every model ("day", "night"), in one small JSON file.

An entry is a character, a part and a tone; all models of a file have the same entries, so that another model repaints a
cut. The file::

    {"format": "sakkan colour models", "version": 1, "models": ["day", "night"], "entries": [
      {"character": "inu", "part": "fur", "tone": "base", "colors": {"day": "DD985B", "night": "5A4A66"}}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from modeling.errors import UserError
from modeling.registry import propose, validated
from modeling.runs import publish

FORMAT: Final = "sakkan colour models"
VERSION: Final = 1
MOST = 65000
"""Entries in a file at most; paintings store 16 bits."""

Tone = Literal["base", "shade 1", "shade 2", "highlight", "line"]
TONES: tuple[str, ...] = get_args(Tone)
"""``line`` is the ink of visible lines."""


def _word(text: str) -> str:
    if "/" in text or text != text.strip() or not text.isprintable():
        raise ValueError("has a slash, a control character or blanks at an end")
    return text


def _color(text: str) -> str:
    digits = text.removeprefix("#").upper()
    if len(digits) != 6 or set(digits) - set("0123456789ABCDEF"):
        raise ValueError(f"{text!r} is no colour such as DD985B")
    return digits


Word = Annotated[str, StringConstraints(max_length=80), AfterValidator(_word)]
ModelName = Annotated[Word, StringConstraints(min_length=1)]
Color = Annotated[str, AfterValidator(_color)]
"""``RRGGBB``, upper case; read with or without ``#``."""


class PaintEntry(BaseModel):
    """A named colour: whose, of what, in which light. ``colors`` has its colour in each model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    character: Word = ""
    part: ModelName
    tone: Tone = "base"
    colors: dict[ModelName, Color]

    @property
    def name(self) -> str:
        """``character/part/tone``, without the character where there is none."""
        return "/".join(word for word in (self.character, self.part, self.tone) if word)


class ColorModels(BaseModel):
    """All entries of a file, in order, and the names of its models, the first the one painted in by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["sakkan colour models"] = FORMAT
    version: Literal[1] = VERSION
    models: tuple[ModelName, ...]
    entries: tuple[PaintEntry, ...]

    @model_validator(mode="after")
    def _consistent(self) -> ColorModels:
        if not self.models or len(set(self.models)) < len(self.models):
            raise ValueError("models need a name each")
        if len(self.entries) > MOST:
            raise ValueError(f"more than {MOST} entries")
        seen: set[str] = set()
        for entry in self.entries:
            if entry.name in seen:
                raise ValueError(f"there are two entries {entry.name!r}")
            if set(entry.colors) != set(self.models):
                odd = sorted(set(entry.colors) ^ set(self.models))
                raise ValueError(f"entry {entry.name!r} and the list of models do not agree about {odd[0]!r}")
            seen.add(entry.name)
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the entries, in order."""
        return tuple(entry.name for entry in self.entries)

    def index_of(self, name: str) -> int:
        """Place of an entry; ``fur`` is ``fur/base``.

        Raises:
            UserError: ``unknown_entry``, proposing the nearest spelling.
        """
        names = self.names
        for known in (name, f"{name}/base"):
            if known in names:
                return names.index(known)
        spelt = name if name.rpartition("/")[2] in TONES else f"{name}/base"
        remedy = propose(spelt, names)
        raise UserError(f"There is no colour entry {name!r}.", code="unknown_entry", remedy=remedy)

    def check_model(self, model: str | None) -> str:
        """The model's name, the first for None.

        Raises:
            UserError: ``unknown_model``, proposing the nearest spelling.
        """
        if model is None or model in self.models:
            return model or self.models[0]
        raise UserError(
            f"There is no colour model {model!r}.", code="unknown_model", remedy=propose(model, self.models)
        )

    def colors(self, model: str | None = None) -> NDArray[np.uint8]:
        """(entries, 3) uint8 sRGB of a model, the first by default."""
        name = self.check_model(model)
        rows = [list(bytes.fromhex(entry.colors[name])) for entry in self.entries]
        return np.array(rows, np.uint8).reshape(-1, 3)

    def with_model(self, model: str, colors: Mapping[str, str], *, like: str | None = None) -> ColorModels:
        """Add a model of the same entries, or replace it.

        Args:
            model: Its name.
            colors: ``RRGGBB`` by entry name.
            like: The model whose colours the entries keep that ``colors`` does not name.

        Raises:
            UserError: ``unknown_entry``, ``missing_entries`` or ``bad_parameter``.
        """
        given = {self.index_of(name): color for name, color in colors.items()}
        if like is not None:
            like = self.check_model(like)
        elif missing := [entry.name for n, entry in enumerate(self.entries) if n not in given]:
            raise _missing(model, missing)
        rows = [
            _row(entry) | {"colors": {**entry.colors, model: given.get(n) or entry.colors[str(like)]}}
            for n, entry in enumerate(self.entries)
        ]
        return make_models([*self.models, *([] if model in self.models else [model])], rows)

    def renamed(self, names: Mapping[str, str]) -> ColorModels:
        """Give entries other names; each keeps its place and colours.

        Args:
            names: ``character/part/tone`` by present name.

        Raises:
            UserError: ``unknown_entry`` or ``bad_parameter``, for example when two would have one name.
        """
        wanted = {self.index_of(old): parse_name(new) for old, new in names.items()}
        rows = [_row(entry) | wanted.get(n, {}) for n, entry in enumerate(self.entries)]
        return make_models(self.models, rows)

    def with_entries(self, rows: Iterable[Mapping[str, Any]]) -> ColorModels:
        """Add entries at the end; raises as `make_models`."""
        return make_models(self.models, [*(_row(entry) for entry in self.entries), *rows])


def parse_name(name: str) -> dict[str, str]:
    """``character/part/tone`` as fields; character and tone may be left out, the tone is then ``base``.

    Raises:
        UserError: ``entry_name`` for more than three words.
    """
    words = name.split("/")
    tone = words.pop() if len(words) > 1 and words[-1] in TONES else "base"
    if len(words) > 2:
        raise UserError(
            f"{name!r} names no entry.",
            code="entry_name",
            remedy=f"Write character/part/tone; tones are {', '.join(TONES)}.",
        )
    return {"character": words[0] if len(words) == 2 else "", "part": words[-1], "tone": tone}


def make_models(models: Iterable[str], rows: Iterable[Mapping[str, Any]], whose: str = "") -> ColorModels:
    """Colour models from plain rows (``part``, ``colors``, and where there are ``character`` and ``tone``).

    Raises:
        UserError: ``bad_parameter``, naming field and fault.
    """
    values = {"models": tuple(models), "entries": tuple(dict(row) for row in rows)}
    return validated(ColorModels, values, whose or "colour models")


def read_models(path: str | Path) -> ColorModels:
    """Read a file of `write_models`.

    Raises:
        UserError: ``models_unreadable``, ``models_version`` or ``bad_parameter``, naming file and field.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = ""
    return parse_models(text, path.name)


def parse_models(text: str, name: str) -> ColorModels:
    """Read the text of such a file, called ``name`` in errors; raises as `read_models`."""
    try:
        values = json.loads(text)
    except json.JSONDecodeError:
        values = None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise UserError(
            f"{name} holds no colour models.",
            code="models_unreadable",
            remedy="Give a file written by `python -m modeling paint sample` or `import`.",
        )
    if values.get("version") != VERSION:
        message = f"{name} is of version {values.get('version')}, this Sakkan reads {VERSION}."
        raise UserError(message, code="models_version", remedy="Update Sakkan.")
    return validated(ColorModels, values, name)


def write_models(path: str | Path, models: ColorModels) -> None:
    """Write the JSON file; a reader sees all of it or none."""
    head = models.model_dump(include={"format", "version", "models"})
    lines = ",\n".join(f"  {json.dumps(entry.model_dump(), ensure_ascii=False)}" for entry in models.entries)
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "entries": [\n' + lines + "\n]}\n"
    publish(Path(path), text.encode())


def _row(entry: PaintEntry) -> dict[str, Any]:
    return entry.model_dump()


def _missing(model: str, names: list[str]) -> UserError:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return UserError(
        f"The model {model!r} has no colour for {', '.join(names[:3])}{more}.",
        code="missing_entries",
        remedy="Name them, or say which model they keep their colours of.",
    )
