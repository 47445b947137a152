"""What a dataset is made of: the histograms of Kugler 2020, figures 4.1 to 4.3 (cel) and 5.3 to 5.5 (douga).

Pure: sums in, what pages and API show out. Pools bring their sums from SQL, snapshots from ``frames.jsonl``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from modeling.labels import LabelKind, get_kind

BINS = 20
"""Of the histogram of drawn shares: each is a twentieth wide, the last with both ends."""
SHOWN_SIZES = 10
"""Resolutions with a bar of their own."""


class FrameSum(NamedTuple):
    """A number of frames of one size (px) from productions of one year (None: unknown)."""

    width: int
    height: int
    year: int | None
    frames: int


@dataclass(slots=True)
class LabelSums:
    """Sums over the labels of one kind.

    ``counts`` are pixels by class index, ``bins`` labels by the share of their pixels that is not class 0 (see
    `share_bin`), ``blank`` labels of which every pixel is ignored, ``uncounted`` those nobody has counted yet.
    """

    kind: str
    labelled: int = 0
    uncounted: int = 0
    blank: int = 0
    ignored: int = 0
    counts: list[int] = field(default_factory=list)
    bins: list[int] = field(default_factory=lambda: [0] * BINS)

    def add(self, counts: Sequence[int], ignored: int) -> None:
        """Add one label by its pixels of each class, and the ignored ones."""
        self.labelled += 1
        self.add_pixels(counts, ignored)
        if counted := sum(counts):
            self.bins[share_bin(counted - counts[0], counted)] += 1
        else:
            self.blank += 1

    def add_pixels(self, counts: Sequence[int], ignored: int) -> None:
        """Add pixels of each class, and ignored ones, to the sums."""
        self.ignored += ignored
        longest = max(len(self.counts), len(counts))
        self.counts = [_at(self.counts, index) + _at(counts, index) for index in range(longest)]


def _at(values: Sequence[int], index: int) -> int:
    return values[index] if index < len(values) else 0


def share_bin(drawn: int, counted: int) -> int:
    """The bin, 0 to 19, of ``drawn`` out of ``counted`` (above 0) pixels; a share of 1 lies in the last."""
    return min(BINS - 1, BINS * drawn // counted)


def statistics_of(frames: Iterable[FrameSum], labels: Iterable[LabelSums]) -> dict[str, Any]:
    """Put the sums together as ``StatisticsSerializer`` of the API describes them."""
    frames = list(frames)
    return {
        "frames": sum(row.frames for row in frames),
        **_resolutions(frames),
        **_years(frames),
        "labels": [_label(sums) for sums in labels if sums.labelled],
    }


def _resolutions(frames: list[FrameSum]) -> dict[str, Any]:
    """Figures 4.1 and 5.3: the most common first, equally common ones the larger first."""
    sizes: Counter[tuple[int, int]] = Counter()
    for row in frames:
        sizes[row.width, row.height] += row.frames
    order = sorted(sizes, key=lambda size: (-sizes[size], -size[0] * size[1], size))
    rest = order[SHOWN_SIZES:]
    return {
        "resolutions": [{"width": w, "height": h, "frames": sizes[w, h]} for w, h in order[:SHOWN_SIZES]],
        "other_resolutions": {"resolutions": len(rest), "frames": sum(sizes[size] for size in rest)},
    }


def _years(frames: list[FrameSum]) -> dict[str, Any]:
    """Figures 4.3 and 5.5: frames by the year in which their production came out."""
    years: Counter[int] = Counter()
    for row in frames:
        if row.year is not None:
            years[row.year] += row.frames
    return {
        "years": [{"year": year, "frames": years[year]} for year in sorted(years)],
        "frames_of_unknown_year": sum(row.frames for row in frames if row.year is None),
    }


def _label(sums: LabelSums) -> dict[str, Any]:
    """Figures 4.2 and 5.4 of one kind. Ignored pixels are no class: shares of classes are of the others."""
    kind = get_kind(sums.kind)
    counted = sum(sums.counts)
    return {
        "kind": kind.name,
        "labelled": sums.labelled,
        "uncounted": sums.uncounted,
        "scale": "log" if any(cls.group == "line" for cls in kind.classes) else "linear",
        "classes": [
            {"index": index, "name": cls.name, "pixels": (pixels := _at(sums.counts, index))}
            | {"share": pixels / counted if counted else None}
            for index, cls in enumerate(kind.classes)
        ],
        "ignored": sums.ignored,
        "ignored_share": sums.ignored / (counted + sums.ignored) if counted + sums.ignored else None,
        "drawn": {"name": _drawn_name(kind), "bins": sums.bins, "blank": sums.blank},
    }


def _drawn_name(kind: LabelKind) -> str:
    """What is not class 0, in words: the other class where there is but one, known pixels where there is none."""
    if kind.scalar:
        return f"known {kind.name}"
    names = [cls.name for cls in kind.classes]
    return names[1] if len(names) == 2 else f"anything but {names[0]}"
