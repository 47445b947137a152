"""What lies in a folder or zip of labels."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from annotation.importing.datasets import Classes, dataset_files
from annotation.importing.files import LabelFile
from annotation.importing.report import ImportReport
from core.paths import data_path
from datasets.incoming.archives import unpack
from datasets.incoming.walk import MANIFEST, clean_key
from modeling.errors import UserError
from modeling.images import IMAGE_SUFFIXES
from modeling.manifests import Manifest, ManifestRow, read_manifest
from modeling.matching import list_images

_SUFFIXES = IMAGE_SUFFIXES | {".psd", ".psb"}
_LISTS = frozenset({".json", ".jsonl"})
_NAMED = frozenset({MANIFEST, "labelmap.txt", "frames.csv"})


@dataclass(frozen=True, slots=True)
class LabelSource:
    """Label files in a stable order, and the manifest beside them, if any."""

    files: list[LabelFile]
    manifest: Manifest | None


@contextmanager
def open_source(
    source: Path, kind: str, report: ImportReport, classes: Classes = MappingProxyType({})
) -> Iterator[LabelSource]:
    """Look through a folder, a JSON file or a zip, which is unpacked for as long as the block lasts.

    A snapshot, COCO, Label Studio's JSON and Pascal VOC are known by what lies in them. Else a manifest with a ``mask``
    column says which files are cel masks; without one every image is a label.

    Raises:
        UserError: ``source_missing``, or one of `dataset_files`, `datasets.incoming.archives.unpack` and
            `read_manifest`.
    """
    if source.is_dir() or (source.is_file() and source.suffix.lower() == ".json"):
        yield _read(source, kind, report, classes)
    elif source.is_file():
        with _unpacked(source, report) as folder:
            yield _read(folder, kind, report, classes)
    else:
        raise UserError(f"{source} is not there.", code="source_missing", remedy="Check the path.")


@contextmanager
def _unpacked(archive: Path, report: ImportReport) -> Iterator[Path]:
    scratch = Path(tempfile.mkdtemp(prefix=".labels-", dir=data_path("uploads", "x").parent))
    try:
        for name, error in unpack(archive, scratch / "files", _wanted, archive.name):
            report.refuse(name, error)
        yield _inner(scratch / "files")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _wanted(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts)
    return not hidden and (path.suffix.lower() in _SUFFIXES | _LISTS or path.name in _NAMED)


def _inner(folder: Path) -> Path:
    """The manifest's folder, when everything was packed in it; without one the folders tell which frame is meant."""
    within = folder
    while not (within / MANIFEST).is_file():
        entries = list(within.iterdir())
        if len(entries) != 1 or not entries[0].is_dir():
            return folder
        within = entries[0]
    return within


def _read(folder: Path, kind: str, report: ImportReport, classes: Classes) -> LabelSource:
    dataset = dataset_files(folder, kind, classes, report)
    if dataset is not None:
        return LabelSource(dataset, None)
    if folder.is_file():
        message = f"{folder.name} is neither COCO nor Label Studio's JSON."
        raise UserError(message, code="dataset_unknown", remedy="Name a folder, a zip, or such a file.")
    manifest = read_manifest(folder / MANIFEST) if (folder / MANIFEST).is_file() else None
    rows = [row for row in manifest.rows if row.mask] if manifest and kind == "cel" else []
    if manifest and rows:
        return LabelSource(list(_named(manifest, rows, folder, report)), manifest)
    files = [LabelFile(name, folder / name, _key(name)) for name in list_images(folder, suffixes=_SUFFIXES)]
    return LabelSource(files, manifest)


def _named(
    manifest: Manifest, rows: list[ManifestRow], folder: Path, report: ImportReport
) -> Iterator[LabelFile]:
    for row in rows:
        path = manifest.locate(row.mask, within=folder)
        if path is None:
            message = f"{row.mask} (line {row.line} of {MANIFEST}) is not there."
            report.refuse(row.mask, UserError(message, code="label_missing"))
        else:
            yield LabelFile(row.mask, path, _key(row.frame))


def _key(name: str) -> str:
    return clean_key(str(PurePosixPath(name).with_suffix("")))
