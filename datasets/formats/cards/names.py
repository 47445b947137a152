"""What an export is called where it is cited, and by whom it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from datasets.formats.cards.figures import labels_of
from datasets.formats.content import Content

SPDX = (
    "Apache-2.0", "CC-BY-2.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "MIT",
)  # fmt: skip
"""Licences that citations may name by their identifier; others are in the card."""
_NAMED = 3


class Names(NamedTuple):
    """Title, authors, the snapshot's id, and the one licence of all its frames where it has an identifier."""

    title: str
    authors: tuple[str, ...]
    id: str
    licence: str


def names_of(content: Content) -> Names:
    """Name a content; holders of rights and people who drew are its authors, programs are not."""
    shows = sorted({row.production for row in content.drawings if row.production}) or ["Animation frames"]
    more = f" and {len(shows) - _NAMED} others" if len(shows) > _NAMED else ""
    snapshot = content.snapshot.id
    licences = list(content.licences)
    return Names(
        title=f"{', '.join(shows[:_NAMED])}{more}: {content.kind.name} labels, snapshot {snapshot[:12]}",
        authors=tuple(_authors(content)) or ("Unnamed contributors",),
        id=snapshot,
        licence=licences[0] if len(licences) == 1 and licences[0] in SPDX else "",
    )


def _authors(content: Content) -> Iterator[str]:
    yield from sorted({row.rights for row in content.drawings if row.rights})
    if any(label.origin == "person" for _, label in labels_of(content)):
        yield "The people who drew the labels"


def bibtex(names: Names) -> str:
    """A BibTeX entry without a year: a snapshot has none that is part of it."""
    authors = " and ".join(f"{{{_tex(author)}}}" for author in names.authors)
    lines = [
        f"@misc{{sakkan-{names.id[:12]},",
        f"  title = {{{{{_tex(names.title)}}}}},",
        f"  author = {{{authors}}},",
    ]
    return "\n".join([*lines, f"  note = {{Sakkan snapshot sha256:{names.id}}}", "}"])


def _tex(text: str) -> str:
    """Plain text for BibTeX: what it would read as its own is left out or escaped."""
    kept = "".join(char for char in " ".join(text.split()) if char not in "{}\\")
    return "".join(f"\\{char}" if char in "&%$#_" else char for char in kept)


def citation(names: Names) -> str:
    """``CITATION.cff`` (Citation File Format 1.2.0); every value a JSON string, which YAML reads too."""
    return "\n".join(_lines(names)) + "\n"


def _lines(names: Names) -> Iterable[str]:
    yield "cff-version: 1.2.0"
    yield f"message: {_said('If you use this dataset, cite it by its id, which stands for every byte of it.')}"
    yield "type: dataset"
    yield f"title: {_said(names.title)}"
    yield "authors:"
    yield from (f"  - name: {_said(author)}" for author in names.authors)
    yield "identifiers:"
    yield "  - type: other"
    yield f"    value: {_said(f'sha256:{names.id}')}"
    yield f"    description: {_said('Id of the Sakkan snapshot')}"
    yield f"version: {_said(names.id[:12])}"
    if names.licence:
        yield f"license: {names.licence}"


def _said(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
