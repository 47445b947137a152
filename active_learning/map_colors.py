"""By what the frames on a pool's map are coloured: where they are from, where they stand, what a model said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from active_learning.models import Round, SelectionItem, SelectionState
from active_learning.services.candidates import entropies_of
from active_learning.services.config import ranked_by
from active_learning.services.offers import CLASS_SCORERS, stored_as
from annotation.selectors import labelled_frame_ids, live_assignment_frame_ids, skipped_frame_ids
from datasets.features import feature_filled
from datasets.models import Pool, Production, Split
from datasets.pool_table import PoolTable, splits_of
from datasets.quality import MEASURES
from datasets.selectors import quality_values
from modeling.errors import UserError
from modeling.registry import propose
from modeling.scorers import SCORERS
from modeling.tasks import Task

Values = NDArray[np.float32]
STATES = ("Not labelled", "Queued", "Labelled", "Skipped")
SPLITS = (Split.TRAIN, Split.TEST, Split.GAP)


@dataclass(frozen=True, slots=True)
class Coloring:
    """A colouring: ``number`` from low to high, or one of the ``names`` (``steps``: in an order that means something).

    ``of_round``: its values are those of a scored round.
    """

    key: str
    title: str
    form: Literal["number", "names", "steps"]
    names: tuple[str, ...] = ()
    of_round: bool = False


def scored_rounds(pool: Pool, task: Task) -> list[Round]:
    """Rounds whose model scored the pool, the newest first."""
    return list(Round.objects.of(pool, task.name).scored())


def colorings_of(pool: Pool, task: Task) -> list[Coloring]:
    """Every colouring of this pool and task, in the order a form lists them."""
    rounds = scored_rounds(pool, task)
    found = [
        Coloring("state", "Label", "names", STATES),
        Coloring("picked", "Picked in round", "steps", tuple(_picked_in(pool, task))),
        Coloring("split", "Side", "names", tuple(split.label for split in SPLITS)),
        Coloring("production", "Production", "names", tuple(_productions(pool).values())),
        *(Coloring(f"quality.{one.name}", one.title, "number") for one in MEASURES.values()),
    ]
    return [*found, *_of_rounds(task)] if rounds else found


def _of_rounds(task: Task) -> list[Coloring]:
    scalars = [scorer for scorer in SCORERS if scorer.outputs == "scalar"]
    scores = [
        Coloring(f"score.{one.name}", one.name.replace("_", " ").capitalize(), "number", of_round=True)
        for one in scalars
    ]
    shares = [
        Coloring(f"share.{place}", f"Share of {name.replace('_', ' ')}", "number", of_round=True)
        for place, name in enumerate(task.classes)
    ]
    return [*scores, *shares]


def coloring_named(pool: Pool, task: Task, key: str) -> Coloring:
    """The colouring of that key.

    Raises:
        UserError: ``unknown_coloring``.
    """
    known = {one.key: one for one in colorings_of(pool, task)}
    if key not in known:
        message = f"There is no colouring {key!r}."
        raise UserError(message, code="unknown_coloring", remedy=propose(key, known))
    return known[key]


def color_values(
    coloring: Coloring, *, pool: Pool, task: Task, table: PoolTable, round_: Round | None
) -> Values:
    """(N,) float32 of the table's frames: a number, or the place of a name; NaN where there is nothing to say.

    Args:
        coloring: One of `colorings_of`.
        pool: Whose frames.
        task: Its labels, rounds and scores.
        table: Of frames whose ids rise.
        round_: Of which scored round, for a colouring ``of_round``.
    """
    family, _, name = coloring.key.partition(".")
    if coloring.of_round:
        return _said(family, name, round_, table.ids)
    if family == "quality":
        return quality_values(table.ids)[:, list(MEASURES).index(name)]
    plain = {"state": _states, "picked": _picked, "split": _sides, "production": _made_in}
    return plain[family](pool, task, table).astype(np.float32)


def _said(family: str, name: str, round_: Round | None, ids: NDArray[np.int64]) -> Values:
    """What a round's model said: a score, or the share of a class."""
    if round_ is None or not len(ids):
        return np.full(len(ids), np.nan, np.float32)
    if family == "score":
        if name == ranked_by(round_.task):
            return entropies_of(round_, ids)[:, 0].astype(np.float32)
        return feature_filled(stored_as(name), round_.pk, ids)[:, 0].astype(np.float32)
    shares = feature_filled(CLASS_SCORERS["class_shares"], round_.pk, ids)
    place = int(name)
    return shares[:, place].astype(np.float32) if place < shares.shape[1] else np.full(len(ids), np.nan)


def _states(pool: Pool, task: Task, table: PoolTable) -> NDArray[Any]:
    found = np.zeros(len(table.ids))
    for place, ids in (
        (3, skipped_frame_ids(pool, task.kind)),
        (1, live_assignment_frame_ids(pool, task.kind)),
        (2, labelled_frame_ids(pool, task.kind)),
    ):
        if ids:
            found[np.isin(table.ids, np.fromiter(ids, np.int64))] = place
    return found


def _sides(pool: Pool, task: Task, table: PoolTable) -> NDArray[Any]:
    places = splits_of(pool, table.cuts, tuple(split.value for split in SPLITS))
    return np.where(places < 0, np.nan, places)


def _made_in(pool: Pool, task: Task, table: PoolTable) -> NDArray[Any]:
    return np.searchsorted(np.array(list(_productions(pool))), table.productions)


def _picked(pool: Pool, task: Task, table: PoolTable) -> NDArray[Any]:
    """Place of the last round for which somebody or something picked a frame."""
    places = {number: place for place, number in enumerate(_rounds(pool, task))}
    found = np.full(len(table.ids), np.nan)
    rows = _items(pool, task).order_by("selection__round__number")
    pairs = list(rows.values_list("frame_id", "selection__round__number").iterator(10_000))
    if pairs and len(table.ids):
        ids, numbers = np.array(pairs, np.int64).T
        at = np.searchsorted(table.ids, ids).clip(0, len(table.ids) - 1)
        there = table.ids[at] == ids
        found[at[there]] = [places[number] for number in numbers[there].tolist()]
    return found


def _picked_in(pool: Pool, task: Task) -> Iterable[str]:
    return [f"Round {number}" for number in _rounds(pool, task)]


def _rounds(pool: Pool, task: Task) -> list[int]:
    numbers = _items(pool, task).order_by("selection__round__number").values_list("selection__round__number")
    return [number for (number,) in numbers.distinct()]


def _items(pool: Pool, task: Task) -> Any:
    chosen = {"selection__state": SelectionState.CONFIRMED, "selection__round__isnull": False}
    return SelectionItem.objects.filter(selection__pool=pool, selection__task=task.name, **chosen)


def _productions(pool: Pool) -> dict[int, str]:
    """Name by id, ids rising."""
    return dict(Production.objects.filter(pools=pool).order_by("pk").values_list("pk", "name"))
