"""Registry of export formats."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from datasets.formats.base import ExportFormat
from datasets.formats.coco import write_coco
from datasets.formats.folder import write_folder

FORMATS: Mapping[str, ExportFormat] = MappingProxyType(
    {
        "snapshot": ExportFormat(
            "snapshot", "Sakkan's own folder: frames, label maps, frames.jsonl", write_folder
        ),
        "coco": ExportFormat("coco", "COCO instances with RLE masks, a file a split", write_coco),
    }
)
"""Formats by name."""
