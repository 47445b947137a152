"""Formats that a snapshot can be exported in; a further one is a module here and a line in the registry."""

from datasets.formats.base import ExportFormat, Layout, NoParams, Note, Piece, Ticker
from datasets.formats.content import Content, Terms, content_of
from datasets.formats.output import Output
from datasets.formats.registry import FORMATS
from datasets.formats.writing import refuse_taken, write_content, written_report

__all__ = [
    "FORMATS",
    "Content",
    "ExportFormat",
    "Layout",
    "NoParams",
    "Note",
    "Output",
    "Piece",
    "Terms",
    "Ticker",
    "content_of",
    "refuse_taken",
    "write_content",
    "written_report",
]
