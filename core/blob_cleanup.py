"""Finds blobs that no row names, and removes them without racing those who store or name them meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from django.apps import apps
from django.db.models import Model

from core.cleanup import Leftover, is_old, provider
from core.fields import BlobField
from core.paths import data_path

_DOOMED = ".doomed"
_ROWS_AT_ONCE = 5000


@provider
def unreferenced_blobs() -> Iterator[Leftover]:
    """Yield blobs older than a day that no :class:`BlobField` of any installed model names.

    Files are listed before rows are read: a blob stored and named in between is young, or read.
    """
    _undo_interrupted()
    old = [path for path in _blob_files() if is_old(path)]
    named = _all_named() if old else set()
    for path in old:
        if bytes.fromhex(path.name) not in named:
            yield Leftover("unreferenced blob", path, remove=partial(_remove, path))


@provider
def staged_files() -> Iterator[Leftover]:
    """Yield half-written blobs older than a day."""
    for path in _folders("*/.staged-*"):
        if is_old(path):
            yield Leftover("half-written blob", path, still=partial(is_old, path))


def _remove(path: Path) -> None:
    """Delete a blob, unless it was stored again by now: a new row names only what was stored (touched) just
    before.

    Renamed first: from then on whoever stores the same bytes writes them anew instead of touching a doomed
    file.
    """
    doomed = path.with_name(path.name + _DOOMED)
    try:
        path.rename(doomed)
    except FileNotFoundError:
        return
    if is_old(doomed) or path.exists():
        doomed.unlink()
    else:
        doomed.rename(path)


def _undo_interrupted() -> None:
    """Put back what a cleanup that was killed had renamed."""
    for doomed in _folders(f"*/*{_DOOMED}"):
        path = doomed.with_name(doomed.name.removesuffix(_DOOMED))
        doomed.unlink() if path.exists() else doomed.rename(path)


def _blob_files() -> Iterator[Path]:
    return (path for path in _folders("*/*") if len(path.name) == 64)


def _folders(pattern: str) -> Iterable[Path]:
    return data_path("blobs").glob(pattern)


def blob_columns() -> Iterator[tuple[type[Model], str]]:
    """Yield every (model, field name) that names a blob."""
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.get_fields():
            if isinstance(column, BlobField) and column.model is model:
                yield model, column.name


def _all_named() -> set[bytes]:
    """Read every named hash, streaming; 32 bytes each, so that a million rows fit in memory."""
    named: set[bytes] = set()
    for model, name in blob_columns():
        rows = model._default_manager.order_by().exclude(**{name: ""}).values_list(name, flat=True)
        named.update(bytes.fromhex(sha256) for sha256 in rows.iterator(chunk_size=_ROWS_AT_ONCE))
    return named
