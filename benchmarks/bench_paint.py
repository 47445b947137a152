"""Palette transfer through whole cuts from one painted drawing each, beside two baselines.

    python benchmarks/bench_paint.py [--size 1920x1080] [--shows 3] [--cuts 8] [--seconds 2] [--seeds 11,12,13]

On the procedural production (`datasets.procedural.produce`; truth: the cels as painted) and on the four painted
drawings of ../shared/sample/real_douga (truth: the painted cels, most frequent colour of a region). A cut's reference
is its drawing that shows most entries, the first of equals; of the real cut each drawing in turn. Drawings that come
back are counted once, cuts of one drawing not at all. The weights of `modeling.paint.matching` were chosen on seed 7
and on no real drawing.

Baselines see what ours sees in the same run, carried from drawing to drawing the same way: the entry of the region that
lay there (*overlap*), of the region whose centre is nearest (*centroid*). They always answer; ours with every open
region's best guess is *forced*. Below the tables: how many regions stay open for which reason, and how many of their
best guesses are right.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
from machine import machine  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from modeling.images import read_rgb  # noqa: E402
from modeling.labelio import import_label  # noqa: E402
from modeling.labels import CEL  # noqa: E402
from modeling.paint.baselines import largest_overlap, nearest_center  # noqa: E402
from modeling.paint.drawings import read_drawing, read_painted  # noqa: E402
from modeling.paint.evidence import Painted  # noqa: E402
from modeling.paint.graph import Graph, make_graph  # noqa: E402
from modeling.paint.measures import PaintCounts, count  # noqa: E402
from modeling.paint.models import ColorModels  # noqa: E402
from modeling.paint.regions import find_regions  # noqa: E402
from modeling.paint.sampling import SPECK, UNPAINTED, Values, sample  # noqa: E402
from modeling.paint.transfer import REASONS, Policy, Result, paint_cut  # noqa: E402

SAMPLE = ROOT.parent / "shared" / "sample" / "real_douga"
OPEN: Counter[tuple[str, str]] = Counter()
PAPER_DISTANCE = 2
"""Tolerance of colours in the real drawings, whose painted cels are smoothed."""


@dataclass(frozen=True)
class Cut:
    """Drawings of a cut and their painted cels, by what reads them."""

    name: str
    drawings: list[Callable[[], NDArray[np.uint8]]]
    painted: list[Callable[[], NDArray[np.uint8]]]


def main() -> None:
    """Paint, judge, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--shows", type=int, default=3)
    parser.add_argument("--cuts", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--seeds", default="11,12,13")
    parser.add_argument("--first", action="store_true", help="the reference is each cut's first drawing")
    parser.add_argument("--skip-real", action="store_true")
    options = parser.parse_args()
    print(machine())
    if not options.skip_real:
        for kind, gap in (("class", 0), ("class", 2), ("lines", 0), ("lines", 2)):
            real(kind, gap)
    rows: list[tuple[str, dict[str, PaintCounts]]] = []
    OPEN.clear()
    for seed in (int(text) for text in options.seeds.split(",") if text):
        rows += procedural(options, seed)
    if rows:
        report("all procedural cuts", [found for _, found in rows])
        OPEN.clear()
        for kind in sorted({name for name, _ in rows}):
            report(kind, [found for name, found in rows if name == kind])
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")


def procedural(options: argparse.Namespace, seed: int) -> list[tuple[str, dict[str, PaintCounts]]]:
    """Kind and counts of every cut of one production."""
    from datasets.procedural import produce

    width, height = (int(side) for side in options.size.split("x"))
    wanted = {"shows": options.shows, "cuts": options.cuts, "seconds": options.seconds, "seed": seed}
    found, times = [], []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "p"
        made = produce(out, size=(width, height), processes=1, maps=("douga", "paint"), **wanted)
        for kind, cut in cuts_of(made.manifest):
            counts, seconds, drawings = judged(cut, first=options.first)
            if counts:
                found.append((kind, counts))
                times.append(seconds / max(1, drawings))
                print(f"{cut.name} {kind}: {line(counts['ours'])}; {times[-1]:.2f} s a drawing", flush=True)
    print(f"seed {seed}: {len(found)} cuts, {np.mean(times):.2f} s a drawing (median {np.median(times):.2f})")
    return found


def cuts_of(manifest: Path) -> Iterator[tuple[str, Cut]]:
    """Kind and drawings of each cut, drawings that come back once."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    with manifest.open() as file:
        for row in csv.DictReader(file):
            rows.setdefault((row["cut"], row["shot"]), {}).setdefault(row["drawing"], row["douga"])
    for (name, kind), files in rows.items():
        paths = [manifest.parent / file for file in files.values()]
        painted = [manifest.parent / file.replace("douga/", "paint/", 1) for file in files.values()]
        yield (
            kind,
            Cut(name, [partial(read_drawing, p) for p in paths], [partial(read_painted, p) for p in painted]),
        )


def judged(
    cut: Cut, *, first: bool = False, reference: int | None = None, gap: int = 0, tolerance: int = 0
) -> tuple[dict[str, PaintCounts], float, int]:
    """Counts by way of painting, seconds that ours took, drawings it painted; empty where nothing is to do."""
    models, graphs, truth = sampled(cut, gap, tolerance)
    if reference is None:
        shown = [len(np.unique(values)) for values in truth]
        reference = 0 if first else int(np.argmax(shown))
    known = np.unique(truth[reference])
    if len(cut.drawings) < 2 or len(models.entries) == 0:
        return {}, 0.0, 0
    source = Painted("reference", graphs[reference], truth[reference])
    start = time.perf_counter()
    results = list(paint_cut(cut.drawings, {reference: source}, policy=Policy(gap=gap)))
    seconds = time.perf_counter() - start
    found = {"ours": PaintCounts(), "overlap": PaintCounts(), "centroid": PaintCounts()}
    for result in results:
        if result.index != reference:
            true = truth[result.index]
            found["ours"] += count(result.graph, result.values, true, known, guesses(result))
            for left in result.left:
                if true[left.region] != UNPAINTED and result.graph.regions.areas[left.region] >= SPECK:
                    right = left.candidates[:1] == (true[left.region],)
                    OPEN.update({(left.reason, "open"): 1, (left.reason, "right"): int(right)})
    for name, way in (("overlap", largest_overlap), ("centroid", nearest_center)):
        for index, values in carried(way, graphs, reference, source):
            found[name] += count(graphs[index], values, truth[index], known)
    return found, seconds, len(results) - 1


def sampled(cut: Cut, gap: int, tolerance: int) -> tuple[ColorModels, list[Graph], list[Values]]:
    """Entries of the whole cut, regions and true values of every drawing."""
    models: ColorModels | None = None
    graphs, truth = [], []
    for draw, paint in zip(cut.drawings, cut.painted, strict=True):
        classes = draw()
        graphs.append(make_graph(classes, find_regions(classes, gap=gap)))
        found = sample(paint(), classes, graphs[-1], known=models, tolerance=tolerance)
        models = found.models
        truth.append(found.values)
    assert models is not None
    return models, graphs, truth


def guesses(result: Result) -> Values:
    """The best guess of each open region."""
    found = np.full(len(result.graph), UNPAINTED, np.uint16)
    for left in result.left:
        if left.candidates:
            found[left.region] = left.candidates[0]
    return found


def carried(
    way: Callable[[Painted, Graph], Values], graphs: list[Graph], reference: int, source: Painted
) -> Iterator[tuple[int, Values]]:
    """A baseline from drawing to drawing, outwards from the reference."""
    for steps in (range(reference + 1, len(graphs)), range(reference - 1, -1, -1)):
        last = source
        for index in steps:
            values = way(last, graphs[index])
            last = Painted(str(index), graphs[index], values)
            yield index, values


def real(kind: str, gap: int) -> None:
    """The four real drawings, each in turn the reference."""
    cut = real_cut(kind)
    rows, times = [], []
    OPEN.clear()
    for reference in range(len(cut.drawings)):
        counts, seconds, drawings = judged(cut, reference=reference, gap=gap, tolerance=PAPER_DISTANCE)
        rows.append(counts)
        times.append(seconds / drawings)
    report(f"real drawings, {kind}, gap {gap}, {np.mean(times):.2f} s a drawing", rows)


def real_cut(kind: str) -> Cut:
    """The sample's run cycle: ``class`` label maps, or ``lines`` in pencil."""
    paths = sorted((SAMPLE / kind).glob("*.png"))
    return Cut(
        "dwanko",
        [partial(read_drawing, path) for path in paths],
        [partial(real_paint, p.name) for p in paths],
    )


def real_paint(name: str) -> NDArray[np.uint8]:
    """A painted drawing, transparent outside its cel mask."""
    alpha = import_label(SAMPLE / "cel_mask" / name, CEL) * np.uint8(255)
    return np.dstack([read_rgb(SAMPLE / "color" / name), alpha])


def report(title: str, rows: list[dict[str, PaintCounts]]) -> None:
    """A Markdown table; intervals are bootstrapped over cuts (or references)."""
    first = sum((row["ours"] for row in rows), PaintCounts())
    print(f"\n{title}: {len(rows)} cuts, {first.drawings} drawings, {first.segments} segments, of which")
    print(f"{first.known / first.segments:.1%} have an entry of the reference; {first.specks} specks")
    print("| | segments right | 95 % | forced | coverage | precision | cel pixels right | specks right |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name in first_names(rows):
        counts = [row[name] for row in rows]
        whole = sum(counts, PaintCounts())
        low, high = interval(counts)
        cells = [whole.forced_accuracy, whole.coverage, whole.precision, whole.pixel_accuracy]
        speck = whole.specks_right / whole.specks if whole.specks else 0
        shares = " | ".join(f"{cell:.1%}" for cell in cells if cell is not None)
        print(f"| {name} | {whole.segment_accuracy:.1%} | {low:.1%} to {high:.1%} | {shares} | {speck:.1%} |")
    told = (f"{reason} {OPEN[reason, 'open']} ({OPEN[reason, 'right']} right)" for reason in REASONS)
    print(f"open: {', '.join(told)}" if OPEN else "", flush=True)


def first_names(rows: list[dict[str, PaintCounts]]) -> list[str]:
    """Ways of painting, in order."""
    return list(rows[0])


def interval(counts: list[PaintCounts], draws: int = 2000) -> tuple[float, float]:
    """95 % of the segment accuracy, whole cuts drawn with replacement."""
    rng = np.random.default_rng(0)
    right = np.array([[row.right, row.segments] for row in counts], float)
    picks = rng.integers(0, len(counts), (draws, len(counts)))
    sums = right[picks].sum(1)
    low, high = np.percentile(sums[:, 0] / np.maximum(sums[:, 1], 1), [2.5, 97.5])
    return float(low), float(high)


def line(counts: PaintCounts) -> str:
    """One line for a cut."""
    shares = (counts.segment_accuracy, counts.coverage, counts.precision, counts.pixel_accuracy)
    return "right {}, covered {}, precise {}, pixels {}".format(
        *("-" if share is None else f"{share:.1%}" for share in shares)
    )


if __name__ == "__main__":
    main()
