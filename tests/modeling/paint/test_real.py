"""The real run cycle of the sample: few and exact rather than many and wrong."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from modeling.images import read_rgb
from modeling.labelio import import_label
from modeling.labels import CEL
from modeling.paint.drawings import read_drawing
from modeling.paint.evidence import Painted
from modeling.paint.measures import PaintCounts, count
from modeling.paint.sampling import sample as sample_colors
from modeling.paint.transfer import paint_cut
from tests.modeling.paint.drawn import graph_of


def test_real_drawings_are_painted_rightly_or_left_open(sample: Path) -> None:
    folder = sample / "real_douga"
    files = sorted((folder / "class").glob("*.png"))
    models, truth, graphs = None, [], []
    for file in files:
        classes = read_drawing(file)
        alpha = import_label(folder / "cel_mask" / file.name, CEL) * np.uint8(255)
        painted = np.dstack([read_rgb(folder / "color" / file.name), alpha])
        graphs.append(graph_of(classes))
        found = sample_colors(painted, classes, graphs[-1], known=models, tolerance=2)
        models = found.models
        truth.append(found.values)
    references = {n: Painted(files[n].stem, graphs[n], truth[n]) for n in (0, 3)}
    counts, known = PaintCounts(), np.unique(np.concatenate([truth[0], truth[3]]))
    for result in paint_cut([partial(read_drawing, file) for file in files], references):
        if result.index not in references:
            counts += count(result.graph, result.values, truth[result.index], known)
    assert counts.segments > 40
    assert (counts.precision or 0) > 0.97
    assert (counts.coverage or 0) > 0.85
    assert (counts.pixel_accuracy or 0) > 0.9
