"""The list of an export's frames, a line each: the format's own, or one written for formats that have none."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from datasets.formats.content import Content
from datasets.formats.facts import FACTS, facts_of

ROWS, TABLE = "frames.jsonl", "frames.csv"
_TEXTS = {
    "key": "Name of the frame",
    "image": "File of the frame",
    "image_sha256": "SHA-256 (hex) of the frame as it came in",
    "width": "Pixels",
    "height": "Pixels",
    "production": "Show or film",
    "cut": "Shot; whole ones are held out",
    "split": "train, or test: held out before anything was picked",
    "source": "File that it came from",
    "licence": "Licence of the frame; empty where nobody named one",
    "rights": "Who holds the rights in the frame; empty where nobody said",
    "label": "File of the label",
    "label_sha256": "SHA-256 (hex) of the label as Sakkan keeps it",
    "origin": "Who made the label: person, draft unchanged (a model's), import (not known), oracle (a program)",
}


@dataclass(frozen=True)
class Listing:
    """A list's file, and where in its lines a fact is found: a column, and a JSON path inside it or nothing."""

    file: str
    columns: Mapping[str, tuple[str, str]]

    def text_of(self, name: str) -> str:
        """What a column means."""
        return _TEXTS[name]


def listing_of(content: Content, files: Collection[str]) -> tuple[Listing, dict[str, str]]:
    """Find the list among an export's files; where there is none, return the text of one by its name too."""
    if ROWS in files:
        return Listing(ROWS, _in_rows(content)), {}
    if TABLE in files:
        return Listing(TABLE, _in_table(("frame", "label"))), {}
    names = ("frame",) if content.terms.labels_only or content.drawings[0].file in files else ()
    return Listing(TABLE, _in_table(names)), {TABLE: _table(content, files, names)}


def _in_rows(content: Content) -> dict[str, tuple[str, str]]:
    plain = ("key", "width", "height", "production", "cut", "split", "source", "licence")
    named = {name: (name, "") for name in plain} | {"image": ("file", ""), "image_sha256": ("sha256", "")}
    if any(row.rights for row in content.rows):
        named["rights"] = ("rights", "")
    label = {"label": "file", "label_sha256": "sha256", "origin": "origin"}
    kind = content.kind.name
    return named | {name: ("labels", f"$.{kind}.{inside}") for name, inside in label.items()}


def _in_table(files: Collection[str]) -> dict[str, tuple[str, str]]:
    plain = [name for name in _TEXTS if name in FACTS] + ["label"] * ("label" in files)
    named = {name: (name, "") for name in plain} | {"image_sha256": ("sha256", "")}
    return named | {"image": ("frame", "")} if "frame" in files else named


def _table(content: Content, files: Collection[str], names: Collection[str]) -> str:
    """Facts of each labelled row, and its frame's file where that is one of the export or belongs there."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = ["key", *names, *(name for name in FACTS if name != "key")]
    writer.writerow(columns)
    for row in content.labelled:
        facts: dict[str, Any] = facts_of(content, row) | {"frame": row.file}
        writer.writerow([facts[name] for name in columns])
    return text.getvalue()
