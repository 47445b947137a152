"""Registry of export formats."""

from __future__ import annotations

from typing import Any

from datasets.formats import coco, folder
from datasets.formats.base import ExportFormat, Layout, NoParams
from modeling.registry import Registry

FORMATS: Registry[ExportFormat] = Registry("format")
"""Formats by name, in the order in which pages list them."""


def _folder(params: Any) -> Layout:
    return folder.folder(params)


def _coco(params: Any) -> Layout:
    return coco.coco(params)


for _format in (
    ExportFormat(
        "snapshot",
        "Sakkan's own folder: frames, label maps, frames.jsonl",
        NoParams,
        _folder,
        loader=folder.LOADER,
        needs=("numpy", "pillow"),
    ),
    ExportFormat(
        "coco",
        "COCO instances with RLE masks, a file a split",
        NoParams,
        _coco,
        loader=coco.LOADER,
        needs=("pycocotools",),
    ),
):
    FORMATS.add(_format)
