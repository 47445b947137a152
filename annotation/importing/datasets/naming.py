"""Names of other datasets: which of our classes one means, which frame."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from datasets.incoming.walk import clean_key
from modeling.errors import UserError
from modeling.labels import LabelKind, get_kind

BACKGROUND = frozenset({"background", "_background_"})
VOID = frozenset({"void", "ignore", "unlabeled", "unlabelled"})
FOLDERS = ("frames", "images", "JPEGImages")
"""First folders of other layouts, which no key has."""
MANY = 8


def class_indices(names: Iterable[str], kind: str, classes: Mapping[str, str], where: str) -> dict[str, int]:
    """Index of our class by their name; names of the background are class 0.

    Raises:
        UserError: ``dataset_classes``, naming those that are none of ours.
    """
    label_kind = get_kind(kind)
    ours = {cls.name.lower(): number for number, cls in enumerate(label_kind.classes)}
    ours |= {name: 0 for name in BACKGROUND if name not in ours}
    names = list(names)
    found = {name: ours.get(classes.get(name, name).strip().lower()) for name in names}
    if strange := [name for name, number in found.items() if number is None]:
        raise _strange(strange, label_kind, where)
    return {name: number for name, number in found.items() if number is not None}


def _strange(names: list[str], kind: LabelKind, where: str) -> UserError:
    listed = ", ".join(repr(name) for name in names[:MANY])
    known = ", ".join(cls.name for cls in kind.classes)
    return UserError(
        f"{where} has classes that {kind.name} does not have: {listed}.",
        code="dataset_classes",
        remedy=f"Say which of {known} each means: --class THEIRS=OURS.",
    )


def key_of_url(text: str) -> str:
    """Key of the frame that a path or URL names: no suffix, none of the folders that layouts put first."""
    parts = urlsplit(text)
    path = PurePosixPath(unquote(parts.path if parts.scheme or text.startswith("/") else text))
    names = [part for part in path.with_suffix("").parts if part != "/"]
    if len(names) > 1 and names[0] in FOLDERS:
        names = names[1:]
    return clean_key("/".join(names))


def json_files(source: Path, *folders: str) -> list[Path]:
    """The JSON file itself, or those in a folder and in these below it."""
    if source.is_file():
        return [source] if source.suffix.lower() == ".json" else []
    places = [source, *(source / name for name in folders)]
    return sorted(path for place in places if place.is_dir() for path in place.glob("*.json"))


def read_json(path: Path) -> Any:
    """A JSON file's value, None where it holds none."""
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None


def damaged(path: Path, what: str) -> UserError:
    """The error for a dataset that is not what it says it is."""
    return UserError(f"{path.name} is damaged: {what}.", code="dataset_damaged", remedy="Export it again.")
