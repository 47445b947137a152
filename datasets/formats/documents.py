"""What lies beside the data of every export, see `datasets.formats.cards`."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from importlib.resources import files as resources
from pathlib import Path

from datasets.formats.base import ExportFormat
from datasets.formats.cards.croissant import croissant
from datasets.formats.cards.listing import TABLE, listing_of
from datasets.formats.cards.names import citation, names_of
from datasets.formats.cards.readme import readme
from datasets.formats.content import Content
from datasets.formats.output import Output, Written

REJOIN, PLACES = "rejoin.py", "rejoin.csv"


def documents_write(
    content: Content, format: ExportFormat, output: Output, files: Iterable[Written]
) -> list[Written]:
    """Write them beside the ``files`` of an export and return all files.

    They are the same for the same content, format and files: card, citation, Croissant, a list of the frames where
    the format has none, and, of labels alone, the script that joins frames again.
    """
    known = list(files)
    listing, own = listing_of(content, {file.file for file in known})
    texts = own | {
        "README.md": readme(content, format, listing.file),
        "CITATION.cff": citation(names_of(content)),
    }
    if content.terms.labels_only:
        texts |= _rejoining(content, output.folder / listing.file, {file.file for file in known})
    for file, text in texts.items():
        output.write(file, text)
    known += output.taken()
    output.write("croissant.json", croissant(content, listing, known))
    return [*known, *output.taken()]


def _rejoining(content: Content, listing: Path, files: Collection[str]) -> dict[str, str]:
    """The script, and a list of its own where the format's names no place for each frame: formats that draw frames
    over, or keep them inside other files."""
    script = resources("datasets.formats.cards").joinpath(REJOIN).read_text("utf-8")
    if listing.name != TABLE or not listing.is_file() or _places_all(listing, files):
        return {REJOIN: script}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("frame", "sha256"))
    writer.writerows(sorted({(row.file, row.sha256) for row in content.rows}))
    return {REJOIN: script, PLACES: text.getvalue()}


def _places_all(table: Path, files: Collection[str]) -> bool:
    with table.open(encoding="utf-8", newline="") as stream:
        places = [row["frame"] for row in csv.DictReader(stream)]
    return all(place and place not in files for place in places)
