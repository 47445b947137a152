"""From measures to one order with reasons: what stands out, beside the other labels of its cut.

A model is bad at some cuts, and not all that it disagrees about there is an error. A label's disagreement therefore
counts only as far as it exceeds that of its cut's other labels; what a whole cut may excuse ends where most labels
end, so that a cut whose labels are all wrong is still seen. Signs of different kinds are brought together by how rare
they are: each adds the negative logarithm of the share of labels that show at least as much of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = dict[str, Any]
Values = NDArray[np.float64]

DISAGREEING = ("confident", "wrong", "surprise")
"""Measures of disagreement that are compared within the cut, see `measures`."""
EXCUSED = 0.95
"""Quantile over all labels up to which a cut's other labels excuse a disagreement."""
LEAST_MISSING = 0.004
"""Share of the frame below which a model's drawing on an empty label is noise."""
RARE = 0.1
"""A sign is a reason where at most this share of the labels, or one label, shows as much of it."""
_DROPPED = ("place", "predicted_place")
"""Of a fold's row, what a ranking does not keep."""


def ranked(rows: Sequence[Row], classes: Sequence[str] = ("background", "drawn")) -> list[Row]:
    """Order labels, the most suspicious first.

    Args:
        rows: As `predicting.judged_rows` makes them, of all folds.
        classes: Names of the task's classes, for the reasons.

    Returns:
        The rows with ``rank`` from 1, ``suspicion`` (0 and more), ``signs`` (name to value) and ``reasons``, sentences
        of which the weightiest comes first; none where nothing stands out.
    """
    if not rows:
        return []
    signs = signs_of(rows)
    weights = {name: rarity(values) for name, values in signs.items()}
    disagreement = np.mean([weights[name] for name in DISAGREEING], axis=0)
    suspicion = disagreement + weights["slipped"] + weights["missing"]
    order = sorted(range(len(rows)), key=lambda i: (-suspicion[i], rows[i]["key"]))
    reasons = _Reasons(rows, disagreement + weights["missing"], weights["slipped"], classes)
    return [
        {
            **{name: value for name, value in rows[i].items() if name not in _DROPPED},
            "rank": rank,
            "suspicion": round(float(suspicion[i]), 4),
            "signs": {name: round(float(values[i]), 5) for name, values in signs.items()},
            "reasons": reasons.of(i),
        }
        for rank, i in enumerate(order, 1)
    ]


def signs_of(rows: Sequence[Row]) -> dict[str, Values]:
    """(N,) values of each sign.

    The disagreements beyond the cut's own; ``slipped``, what a move would gain; ``missing``, how much of a frame is
    drawn in its cut's other labels and seen by the model, where the label is empty.
    """
    cuts = [(row["production"], row["cut"] or row["key"]) for row in rows]
    signs = {
        name: beyond_cut(np.array([row["measures"][name] for row in rows]), cuts) for name in DISAGREEING
    }
    signs["slipped"] = np.array([row["edges"]["gain"] for row in rows], np.float64)
    drawn, seen = (np.array([1 - row[name][0] for row in rows]) for name in ("shares", "expected"))
    expected = np.minimum(seen, drawn - beyond_cut(drawn, cuts))
    signs["missing"] = np.where((drawn == 0) & (expected >= LEAST_MISSING), expected, 0.0)
    return signs


def beyond_cut(values: Values, cuts: Sequence[object]) -> Values:
    """(N,) values less the median of the other values of their cut, at most the `EXCUSED` quantile of all.

    The median of all counts as one more label of each cut, so that a cut of one is compared with the rest.
    """
    middle, most = float(np.median(values)), float(np.quantile(values, EXCUSED))
    members: dict[object, list[int]] = {}
    for index, cut in enumerate(cuts):
        members.setdefault(cut, []).append(index)
    beyond = np.empty(len(values))
    for indices in members.values():
        for index in indices:
            others = [values[other] for other in indices if other != index]
            beyond[index] = values[index] - min(float(np.median([*others, middle])), most)
    return beyond


def rarity(values: Values) -> Values:
    """(N,) -log10 of the share of labels with at least that value; 0 where the value is not above 0."""
    ordered = np.sort(values)
    at_least = len(values) - np.searchsorted(ordered, values, side="left")
    return np.where(values > 0, -np.log10(at_least / len(values)), 0.0)


class _Reasons:
    """Words for what stands out of a label."""

    def __init__(
        self, rows: Sequence[Row], disagreement: Values, slipped: Values, classes: Sequence[str]
    ) -> None:
        self.rows, self.disagreement, self.slipped = rows, disagreement, slipped
        self.noun = classes[1] if len(classes) == 2 else "anything"
        self.predicted = _places(rows, "predicted_place")
        self.least = -np.log10(max(RARE, 1 / len(rows)))

    def of(self, index: int) -> list[str]:
        """Sentences without a full stop."""
        row, found = self.rows[index], []
        if self.slipped[index] >= self.least:
            found.append((float(self.slipped[index]), _moved(row["edges"])))
        if self.disagreement[index] >= self.least:
            found.append((float(self.disagreement[index]), self._disagrees(index)))
        return [text for _, text in sorted(found, key=lambda pair: -pair[0])]

    def _disagrees(self, index: int) -> str:
        row = self.rows[index]
        drawn, seen = 1 - row["shares"][0], 1 - row["predicted"][0]
        if drawn == 0:
            return f"nothing is drawn, and a model sees {self.noun} on {_percent(seen)} of the frame"
        if (other := self._other(index)) is not None:
            return f"the label fits {other} better than its own frame"
        if seen < 0.1 * drawn:
            return f"{self.noun} is drawn on {_percent(drawn)} of the frame, and a model sees next to none"
        wrong = _percent(row["measures"]["wrong"])
        return f"a model draws {wrong} of the frame otherwise, far more than is usual here"

    def _other(self, index: int) -> str | None:
        """Key of the frame whose prediction lies where this label does, if it is clearly not the label's own."""
        label = _places(self.rows[index : index + 1], "place")[0]
        distances = np.abs(self.predicted - label).mean(1)
        other = int(distances.argmin())
        clearly = distances[index] > 0.08 and distances[other] < 0.3 * distances[index]
        return str(self.rows[other]["key"]) if clearly else None


def _places(rows: Sequence[Row], name: str) -> NDArray[np.float32]:
    """(N, cells) 0..1 of the digits that `predicting.place` wrote."""
    digits = np.stack([np.frombuffer(row[name].encode(), np.uint8) for row in rows])
    return (digits.astype(np.float32) - ord("0")) / np.float32(9)


def _moved(fit: dict[str, float]) -> str:
    moves = [
        f"{_percent(abs(fit[axis]))} {words[fit[axis] > 0]}"
        for axis, words in (("x", ("to the left", "to the right")), ("y", ("up", "down")))
        if abs(fit[axis]) >= 0.01
    ]
    where = " and ".join(moves) or "a little"
    return f"the outline does not lie on the frame's edges; moved {where} it would"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"
