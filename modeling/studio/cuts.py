"""What was handed over as cuts: the drawings of a folder in their order, and which of them are painted (torch-free)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath

ANY = "*"
"""Stands for the name of a drawing."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The drawings of one folder.

    Attributes:
        folder: Its name, empty for none.
        keys: The drawings in their order; painted pictures of drawings are none.
        painted: Key of the painted picture by place of its drawing: the drawing's own where it is painted itself.
    """

    folder: str
    keys: tuple[str, ...]
    painted: Mapping[int, str]


def cuts_of(keys: Iterable[str], painted: str) -> list[Cut]:
    """The cuts among pictures, each folder one.

    Args:
        keys: Paths without suffix.
        painted: What the painted picture of a drawing is called, `ANY` being the drawing's name: ``*_painted``,
            ``painted/*``, ``../cels/*``. Without `ANY` the name, in every folder, of pictures painted themselves.
    """
    keys = list(keys)
    pictures = _pairs(keys, painted) if ANY in painted else _themselves(keys, painted)
    apart = {picture for drawing, picture in pictures.items() if picture != drawing}
    folders: dict[str, list[str]] = {}
    for key in keys:
        if key not in apart:
            folders.setdefault(dirname(key), []).append(key)
    return [_cut(folder, own, pictures) for folder, own in folders.items()]


def _pairs(keys: list[str], painted: str) -> dict[str, str]:
    """Painted picture by drawing."""
    known = set(keys)
    named = {key: normpath(join(dirname(key), painted.replace(ANY, basename(key)))) for key in keys}
    return {key: picture for key, picture in named.items() if picture in known and picture != key}


def _themselves(keys: list[str], painted: str) -> dict[str, str]:
    return {key: key for key in keys if key in (painted, join(dirname(key), painted))}


def _cut(folder: str, keys: list[str], pictures: Mapping[str, str]) -> Cut:
    found = {place: pictures[key] for place, key in enumerate(keys) if key in pictures}
    return Cut(folder, tuple(keys), found)
