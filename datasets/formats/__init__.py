"""Formats that a snapshot can be exported in; a further one is a module here and a line in the registry."""

from datasets.formats.base import ExportFormat, get_format
from datasets.formats.registry import FORMATS

__all__ = ["FORMATS", "ExportFormat", "get_format"]
