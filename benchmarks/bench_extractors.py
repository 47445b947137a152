"""XDoG and Canny on real drawings, held against their douga as table 5.5 of Kugler 2020 does.

    python benchmarks/bench_extractors.py

On the painted cels of ../shared/sample/real_douga, over nothing (``color``) and over the painted sky, with the
parameters as they come. Prints a Markdown table in that layout for each, and beside it F at 0, 1 and 2 px and
clDice of lines, on masks and on skeletons. The four drawings are of one character in one
cut: there is no interval to give.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from machine import machine  # noqa: E402

from modeling.douga.baselines import EXTRACTORS  # noqa: E402
from modeling.douga.extractors import Judgement, Pair, judge  # noqa: E402
from modeling.douga.lines import MEASURES, f_score  # noqa: E402
from modeling.images import read_rgb  # noqa: E402
from modeling.labelio import import_label  # noqa: E402
from modeling.labels import DOUGA  # noqa: E402

SAMPLE = ROOT.parent / "shared" / "sample" / "real_douga"
PICTURES = {"color": "", "over the sky": "_over_sky"}


def main() -> None:
    """Judge and print."""
    print(machine())
    for name in ("xdog", "canny"):
        entry = EXTRACTORS.get(name)
        params = entry.parse()
        print(f"\n{name}: {params.model_dump()}")
        for pictures, suffix in PICTURES.items():
            print(f"\n{report(judge(entry.build(params), pairs(suffix)), f'{name}, {pictures}')}")


def pairs(suffix: str) -> Iterator[Pair]:
    """Picture and classes of each drawing."""
    for path in sorted((SAMPLE / "class").glob("*.png")):
        rgb = read_rgb(SAMPLE / "color" / f"{path.stem}{suffix}.png")
        yield rgb, DOUGA.to_classes(import_label(path, DOUGA))


def report(found: Judgement, title: str) -> str:
    """Table 5.5, accuracy, and F of the lines."""
    lines = np.sum(found.lines, axis=0)
    scores = {name: f_score(counts) for name, counts in zip(MEASURES, lines, strict=True)}
    told = ", ".join(f"{name} {value:.3f}" for name, value in scores.items() if value is not None)
    return f"{found.table.as_markdown(title)}\n\naccuracy {found.table.accuracy:.4f}; F: {told}"


if __name__ == "__main__":
    main()
