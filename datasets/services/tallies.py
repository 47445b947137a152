"""Count a label's pixels by class, and keep the counts: figures 4.2 and 5.4 of Kugler 2020 are drawn from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datasets.models import LabelTally
from modeling.labelio import LabelMap
from modeling.labels import IGNORE, UNKNOWN, LabelKind


class Tally(NamedTuple):
    """Pixels of one label map: by class index; all that are not ignored; those not of class 0; the ignored.

    Of a scalar map: the unknown and the known ones; all; the known ones; none.
    """

    counts: list[int]
    counted: int
    drawn: int
    ignored: int


def tally_of(label_map: LabelMap, kind: LabelKind) -> Tally:
    """Count the classes of (H, W) stored values, of the kind as the label's production draws it."""
    if kind.scalar:
        known = int(np.count_nonzero(label_map != UNKNOWN))
        return Tally([label_map.size - known, known], label_map.size, known, 0)
    entries = np.bincount(label_map.ravel(), minlength=IGNORE + 1)
    classes = np.bincount(kind.class_of_entry, weights=entries, minlength=IGNORE + 1).astype(np.int64)
    counts = classes[: len(kind.classes)].tolist()
    return Tally(counts, sum(counts), sum(counts[1:]), int(classes[IGNORE]))


def tally_store(*, production_id: int, kind: str, label: str, tally: Tally) -> LabelTally:
    """Keep the counts of the label file of that SHA-256; counted twice, it is kept once."""
    found, _ = LabelTally.objects.get_or_create(
        production_id=production_id, kind=kind, label=label, defaults=tally._asdict()
    )
    return found
