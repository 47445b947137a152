"""Where things lie under ``SAKKAN_DATA`` (design.md, section 4, storage)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

FOLDERS = (
    "blobs",
    "features",
    "tables",
    "snapshots",
    "runs",
    "uploads",
    "exports",
    "searches",
    "locks",
    "weights",
    "studio",
)


def data_path(folder: str, *parts: str) -> Path:
    """Return ``SAKKAN_DATA/folder/parts...``, making its parent folders.

    Raises:
        ValueError: When ``folder`` is none of ours or the parts leave it.
    """
    if folder not in FOLDERS:
        raise ValueError(f"{folder!r} is not a data folder")
    root = Path(settings.SAKKAN_DATA) / folder
    path = root.joinpath(*parts)
    if not path.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"{path} lies outside {root}")
    path.parent.mkdir(parents=True, exist_ok=True)
    root.mkdir(exist_ok=True)
    return path
