"""The card, README.md: what is in an export, how its frames were chosen and labelled, and what one may do with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from datasets.formats.base import ExportFormat
from datasets.formats.cards import wording
from datasets.formats.cards.figures import (
    Chosen,
    chosen_ways,
    class_pixels,
    counts_by_split,
    cuts_by_split,
    labels_of,
    worked,
)
from datasets.formats.cards.names import bibtex, names_of
from datasets.formats.content import Content
from modeling.snapshots import Origin

SHOWN = 12
"""Rows of a table before the rest is one row."""


def readme(content: Content, format: ExportFormat, listing: str) -> str:
    """Write the card.

    Args:
        content: What is handed out.
        format: How.
        listing: The file of the export with a line a frame, ``frames.jsonl`` or ``frames.csv``.
    """
    sections = (
        _head(content, format),
        _inside(content),
        _classes(content),
        _choice(content, listing),
        _labelling(content),
        _rights(content),
        _rejoining(content),
        _loading(content, format),
        _citation(content),
    )
    return format.front(content) + "\n".join(line for section in sections for line in section)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A table, its first column on the left and the others on the right, and an empty line."""
    yield _line(head)
    yield "|".join(["", " --- ", *[" ---: "] * (len(head) - 1), ""])
    yield from (_line(row) for row in rows)
    yield ""


def _line(cells: Sequence[Any]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(value: Any) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return " ".join(text.replace("|", "\\|").split())


def _head(content: Content, format: ExportFormat) -> Iterator[str]:
    snapshot = content.snapshot
    yield f"# Snapshot {snapshot.id[:12]}, as {format.name}"
    yield ""
    yield f"{format.text}; labels: {content.kind.name}. Written by Sakkan from snapshot `{snapshot.id}`"
    yield f"(after `{snapshot.header.parent}`)." if snapshot.header.parent else "(the first of its pool)."
    yield "The same snapshot, format and settings give the same bytes on any machine;"
    yield "`sha256sum -c SHA256SUMS` checks every file."
    yield ""
    yield from (f"- Note: {note}" for note in snapshot.notes)
    if snapshot.notes:
        yield ""


def _inside(content: Content) -> Iterator[str]:
    drawings, kind = content.drawings, content.kind.name
    labelled = [row for row, _ in labels_of(content)]
    yield "## What is in it"
    yield ""
    rows = [("drawings", *counts_by_split(drawings)), ("cuts", *cuts_by_split(drawings))]
    rows.append((f"{kind} labels", *counts_by_split(labelled)))
    if len(content.rows) != len(drawings):
        rows.append(("pictures of video that show them", *counts_by_split(content.rows)))
    yield from table(("", "train", "test (held out)"), rows)
    yield "Whole cuts are held out; neighbouring drawings of a cut are much alike, so never split by drawing."
    yield from wording.left_out(content)
    yield ""
    sizes = Counter(f"{row.width} × {row.height} px" for row in drawings)
    yield from table(("resolution", "drawings"), _most(sizes))
    shows = Counter(row.production or "(not named)" for row in drawings)
    yield from table(("production", "drawings"), _most(shows))


def _most(counts: Counter[str]) -> Iterator[tuple[str, int]]:
    """The most common, the first by name of those alike, and the rest as one row."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    yield from ordered[:SHOWN]
    if rest := ordered[SHOWN:]:
        yield f"{len(rest)} others", sum(count for _, count in rest)


def _classes(content: Content) -> Iterator[str]:
    kind = content.kind
    names = [cls.name for cls in kind.classes] or ["unknown", "known"]
    pixels = class_pixels(content)
    sums = pixels[:, :-1].sum(axis=1)
    yield "## Classes"
    yield ""
    yield f"{kind.text}. Shares are of all pixels that are not ignored."
    yield ""
    rows = []
    for index, name in enumerate(names):
        shares = [_share(int(pixels[side, index]), int(sums[side])) for side in (0, 1)]
        rows.append((f"{index} {name}", *shares, int(pixels[:, index].sum())))
    rows.append(("255 ignored", "", "", int(pixels[:, -1].sum())))
    yield from table(("class", "train", "test", "pixels"), rows)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.3f} %" if whole else "–"


def _choice(content: Content, listing: str) -> Iterator[str]:
    ways = chosen_ways(content)
    yield "## How frames were chosen"
    yield ""
    head = ("strategy", "round", "labels", "of the control arm", "inclusion probability")
    yield from table(head, [_way(way) for way in ways])
    yield from wording.bias(ways)
    yield ""
    if any(way.known for way in ways):
        yield from wording.weighting(content.kind.name, listing)
        yield ""


def _way(way: Chosen) -> tuple[Any, ...]:
    chance = f"{way.low:.4g} to {way.high:.4g}, known of {way.known:,}" if way.known else "unknown"
    return way.strategy or "nobody picked it", way.round or "–", way.labels, way.control, chance


def _labelling(content: Content) -> Iterator[str]:
    origins: Counter[Origin] = Counter(label.origin for _, label in labels_of(content))
    yield "## How they were labelled"
    yield ""
    yield wording.by_people(origins)
    yield ""
    rows = [(name, origins[name], text) for name, text in wording.ORIGINS.items() if origins[name]]
    yield from table(("origin", "labels", "what it means"), rows)
    yield wording.time(worked(content))
    yield wording.AGREEMENT
    yield ""


def _rights(content: Content) -> Iterator[str]:
    yield "## Licences and rights"
    yield ""
    held = Counter((row.licence, row.rights) for row in content.drawings)
    rows = [
        (licence or "unknown", rights or "not named", held[licence, rights])
        for licence, rights in sorted(held)
    ]
    yield from table(("licence", "rights holder", "drawings"), rows)
    yield from wording.licences(content)
    yield ""


def _rejoining(content: Content) -> Iterator[str]:
    if content.terms.labels_only:
        yield "## The frames"
        yield ""
        yield from wording.rejoining()
        yield ""


def _loading(content: Content, format: ExportFormat) -> Iterator[str]:
    yield "## Loading one pair"
    yield ""
    if format.needs:
        yield f"`pip install {' '.join(format.needs)}`, then, in this folder:"
        yield ""
    yield "```python"
    yield format.loader.replace("{kind}", content.kind.name) + "```"
    yield ""
    yield "`croissant.json` describes the same to machines ([Croissant 1.0](https://mlcommons.org/croissant/1.0))."
    yield ""


def _citation(content: Content) -> Iterator[str]:
    yield "## Citation"
    yield ""
    yield "Name the id, which stands for every byte; `CITATION.cff` has the same for tools."
    yield ""
    yield "```bibtex"
    yield bibtex(names_of(content))
    yield "```"
    yield ""
