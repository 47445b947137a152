"""Find the images and videos in what was handed over."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from datasets.incoming.archives import unpack
from modeling.errors import UserError
from modeling.images import IMAGE_SUFFIXES
from modeling.manifests import ManifestRow, read_manifest

VIDEO_SUFFIXES = frozenset({".mp4", ".mkv", ".webm", ".mov", ".m4v", ".avi", ".mpg", ".mpeg", ".ts"})
ARCHIVE_SUFFIXES = frozenset({".zip"})
OTHER_ARCHIVES = frozenset({".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".cbz"})
MANIFEST = "manifest.csv"
IGNORED = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
"""Left out without a word, like every name that begins with a dot."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take: where it lies, its path relative to what was handed over, and its line in a manifest."""

    path: Path
    name: str
    row: ManifestRow | None = None

    @property
    def is_video(self) -> bool:
        """Whether its name says video."""
        return PurePosixPath(self.name).suffix.lower() in VIDEO_SUFFIXES

    @property
    def key(self) -> str:
        """Relative path without suffix, fit to name a frame."""
        return clean_key(str(PurePosixPath(self.name).with_suffix("")))


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or an archive's member that is not taken, and why: one line of the report."""

    name: str
    code: str
    text: str


@dataclass(slots=True)
class Haul:
    """Everything found in one source, in a stable order."""

    name: str
    found: list[Found] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    """Files of kinds that are no frames, by suffix."""


def clean_key(key: str) -> str:
    """Normalize to NFC, forward slashes and printable characters, without ``.`` and ``..`` parts."""
    text = unicodedata.normalize("NFC", key).replace("\\", "/")
    text = "".join(c if c.isprintable() else "_" for c in text)
    return "/".join(part for part in text.split("/") if part not in ("", ".", "..")) or "_"


def gather(source: Path, name: str, scratch: Path) -> Haul:
    """Look through a folder, an archive (unpacked below ``scratch``) or a single file called ``name``."""
    haul = Haul(name)
    suffix = PurePosixPath(name).suffix.lower()
    if source.is_dir():
        _walk(source, haul)
    elif not source.is_file():
        haul.refused.append(Refused(name, "source_missing", f"{name} is not there. Check the path."))
    elif suffix in ARCHIVE_SUFFIXES:
        _open_archive(source, haul, scratch)
    elif suffix in IMAGE_SUFFIXES | VIDEO_SUFFIXES:
        haul.found.append(Found(source, clean_key(name)))
    else:
        haul.refused.append(Refused(name, "unknown_kind", f"{name} is neither image, video, zip nor folder."))
    return haul


def _open_archive(source: Path, haul: Haul, scratch: Path) -> None:
    try:
        refusals = unpack(source, scratch, _wanted, haul.name)
    except UserError as error:
        haul.refused.append(Refused(haul.name, error.code, str(error)))
        return
    haul.refused += [Refused(f"{haul.name}: {name}", error.code, str(error)) for name, error in refusals]
    _walk(_single_folder(scratch), haul)


def _wanted(name: str) -> bool:
    path = PurePosixPath(name)
    if _is_ignored(path.parts):
        return False
    return path.name == MANIFEST or path.suffix.lower() in IMAGE_SUFFIXES | VIDEO_SUFFIXES


def _single_folder(folder: Path) -> Path:
    """Step into an archive's only folder, so that a zipped folder gives the same names as the folder."""
    children = list(folder.iterdir()) if folder.is_dir() else []
    return children[0] if len(children) == 1 and children[0].is_dir() else folder


def _is_ignored(parts: tuple[str, ...]) -> bool:
    names = [part for part in parts if part not in (".", "..")]
    return any(name in IGNORED or name.startswith(".") for name in names)


def _walk(root: Path, haul: Haul) -> None:
    for folder, names, files in _folders(root):
        names[:] = sorted(n for n in names if not _is_ignored((n,)))
        if MANIFEST in files and _take_manifest(root, folder, haul):
            names[:] = []  # a manifest speaks for all below it
            continue
        for file in sorted(f for f in files if not _is_ignored((f,))):
            _sort_in(folder / file, _relative(folder / file, root), haul)


def _folders(root: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    for folder, names, files in os.walk(root):
        yield Path(folder), names, files


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _sort_in(path: Path, name: str, haul: Haul) -> None:
    suffix = path.suffix.lower()
    if suffix in IMAGE_SUFFIXES | VIDEO_SUFFIXES:
        haul.found.append(Found(path, name))
    elif suffix in ARCHIVE_SUFFIXES | OTHER_ARCHIVES:
        text = f"{name} is an archive inside what was handed over. Unpack it first."
        haul.refused.append(Refused(name, "nested_archive", text))
    elif path.name != MANIFEST:
        haul.others[suffix or "no suffix"] += 1


def _take_manifest(root: Path, folder: Path, haul: Haul) -> bool:
    """Take what a manifest lists; return whether there was one to follow."""
    try:
        manifest = read_manifest(folder / MANIFEST)
    except UserError as error:
        text = str(error).replace(str(folder / MANIFEST), _relative(folder / MANIFEST, root))
        haul.refused.append(Refused(_relative(folder / MANIFEST, root), error.code, text))
        return False
    for row in manifest.rows:
        path = manifest.locate(row.frame, within=root)
        name = clean_key(_relative(folder, root) + "/" + row.frame)
        if path is None:
            text = f"{name} stands in line {row.line} of the manifest but is not there."
            haul.refused.append(Refused(name, "frame_missing", text))
        else:
            haul.found.append(Found(path, name, row))
    return True
