"""Which label file belongs to which frame: by key, else by bare stem where that is unique."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modeling.errors import UserError
from modeling.images import IMAGE_SUFFIXES


@dataclass(frozen=True, slots=True)
class Matches:
    """``labels``: label file by frame key. The rest has one sentence each, by label file."""

    labels: dict[str, str]
    ambiguous: dict[str, str]
    unmatched: dict[str, str]


def key_of(file: str | Path) -> str:
    """Key of a relative path: without suffix, forward slashes, no leading ``./``."""
    return str(PurePosixPath(str(file).replace("\\", "/")).with_suffix(""))


def match_labels(frame_keys: Iterable[str], label_files: Iterable[str]) -> Matches:
    """Match label files (relative paths with suffix) to frames.

    Keys are compared in Unicode's composed form, because macOS stores names decomposed. A label that fits
    several frames, and several labels that fit one frame equally well, are ambiguous: none of them is taken.
    """
    keys = {_composed(key): key for key in frame_keys}
    by_stem = _grouped((_stem(key), key) for key in keys.values())
    exact: dict[str, list[str]] = {}
    by_name: dict[str, list[str]] = {}
    ambiguous: dict[str, str] = {}
    unmatched: dict[str, str] = {}
    for file in label_files:
        key = keys.get(_composed(key_of(file)))
        same = by_stem.get(_stem(key_of(file)), [])
        if key is not None:
            exact.setdefault(key, []).append(file)
        elif len(same) == 1:
            by_name.setdefault(same[0], []).append(file)
        elif same:
            ambiguous[file] = f"{file} fits {len(same)} frames: {', '.join(sorted(same)[:3])}."
        else:
            unmatched[file] = f"{file} fits no frame."
    labels = _unique(exact, ambiguous)
    for file in [f for key in by_name.keys() & exact.keys() for f in by_name.pop(key)]:
        unmatched[file] = f"{file} fits only a frame that has a label of its very name."
    return Matches(_unique(by_name, ambiguous) | labels, ambiguous, unmatched)


def list_images(
    folder: str | Path, *, without: Iterable[Path] = (), suffixes: Collection[str] = IMAGE_SUFFIXES
) -> list[str]:
    """List images below a folder as sorted relative paths, hidden files and the folders ``without`` left out.

    Raises:
        UserError: ``folder_missing``.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder.", code="folder_missing")
    outside = [path.resolve() for path in without]
    found = []
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if path.suffix.lower() not in suffixes or any(part.startswith(".") for part in relative.parts):
            continue
        if path.is_file() and not any(path.resolve().is_relative_to(other) for other in outside):
            found.append(relative.as_posix())
    return sorted(found)


def _unique(fits: dict[str, list[str]], ambiguous: dict[str, str]) -> dict[str, str]:
    """Keep frames that one label fits; say of the others that they are ambiguous."""
    for key, files in fits.items():
        if len(files) > 1:
            ambiguous |= {file: f"{file} is one of {len(files)} labels that fit {key}." for file in files}
    return {key: files[0] for key, files in fits.items() if len(files) == 1}


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def _stem(key: str) -> str:
    return _composed(PurePosixPath(key).name)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
