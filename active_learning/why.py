"""Why a frame was picked: what the selection kept of it, and what stored features and drafts say. No model is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.shortcuts import get_object_or_404
from numpy.typing import NDArray

from active_learning.models import Selection, SelectionItem, SelectionState
from active_learning.services.offers import stored_as
from active_learning.strategies import STRATEGIES, Strategy
from annotation.models import AcceptedLabel, Draft
from core.models import User
from datasets.features import FEATURES, feature_present, feature_read
from datasets.models import Frame
from modeling.errors import UserError
from modeling.registry import validated
from modeling.tasks import TASKS

_BLOCK = 20_000
WIDTH, HEIGHT = 240, 56
"""Of the histogram, px."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The labelled frame most like a pick: its distance in a feature, among so many labelled frames."""

    frame: Frame
    distance: float
    feature: str
    among: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """Where a score lies among those of all candidates: a bar a bin (``x``, ``y``, ``width``, ``height`` px, whether it
    is ``own``), of scores from ``low`` to ``high``.
    """

    bars: list[dict[str, Any]]
    low: float
    high: float
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that a card says of a pick; None where it is not known."""

    item: SelectionItem
    strategy: Strategy | None
    histogram: Histogram | None
    centre: Frame | None
    nearest: Nearest | None
    draft: Draft | None

    @property
    def selection(self) -> Selection:
        """That picked it."""
        return self.item.selection

    @property
    def score_name(self) -> str:
        """Of the score that the strategy saw, empty for none."""
        return str(self.selection.scores_seen.get("name", ""))

    @property
    def top_share(self) -> float | None:
        """Its rank as a share of the scored candidates."""
        scored = self.selection.scores_seen.get("scored")
        return self.item.score_rank / scored if scored and self.item.score_rank else None


def why_picked(item: SelectionItem, user: User) -> Why:
    """What a user may know of a pick; frames of productions that the user may not see are left out.

    Args:
        item: With frame and selection.
        user: Who asks.
    """
    strategy = STRATEGIES.get(item.selection.strategy)
    return Why(
        item=item,
        strategy=strategy,
        histogram=_histogram(item),
        centre=Frame.objects.visible_to(user).filter(pk=item.cluster_centre_id).first(),
        nearest=None if item.held_out else _nearest(item, strategy, user),
        draft=_draft(item),
    )


def item_visible(user: User, pk: int) -> SelectionItem:
    """A pick, if its frame is visible, else 404."""
    return get_object_or_404(_items(user), pk=pk)


def item_of_assignment(user: User, pk: int) -> SelectionItem:
    """The pick that a turn at a frame came from, else 404."""
    return get_object_or_404(_items(user), assignment=pk)


def item_of_frame(user: User, pk: int) -> SelectionItem:
    """The newest confirmed pick of a frame, else 404."""
    confirmed = _items(user).filter(frame=pk, selection__state=SelectionState.CONFIRMED).order_by("-pk")
    return get_object_or_404(confirmed[:1])


def _items(user: User) -> Any:
    rows = SelectionItem.objects.visible_to(user).filter(selection__in=Selection.objects.visible_to(user))
    return rows.select_related(
        "frame__cut", "selection__pool", "selection__round", "selection__scores_from", "cluster_centre"
    )


def _histogram(item: SelectionItem) -> Histogram | None:
    seen = item.selection.scores_seen
    if not seen or item.score is None:
        return None
    counts, low, high = seen["counts"], seen["low"], seen["high"]
    width, most = WIDTH / len(counts), max(counts)
    own = min(len(counts) - 1, int((item.score - low) / ((high - low) or 1) * len(counts)))
    bars = [
        {
            "x": f"{i * width:.1f}",
            "y": f"{HEIGHT - max(count and 1, HEIGHT * count / most):.1f}",
            "width": f"{width - 1:.1f}",
            "height": f"{max(count and 1, HEIGHT * count / most):.1f}",
            "own": i == own,
        }
        for i, count in enumerate(counts)
    ]
    return Histogram(bars, low, high)


def _draft(item: SelectionItem) -> Draft | None:
    """The newest draft with a picture of where its model was unsure."""
    kind = TASKS.get(item.selection.task).kind
    return Draft.objects.filter(frame=item.frame_id, kind=kind).exclude(entropy="").order_by("-pk").first()


def _nearest(item: SelectionItem, strategy: Strategy | None, user: User) -> Nearest | None:
    """Among frames of the pool that had a label when the selection was made."""
    name, version = _feature(item.selection, strategy)
    if version is None or not feature_present(name, version, [item.frame_id]).all():
        return None
    own = feature_read(name, version, [item.frame_id])[0].astype(np.float32)
    best, among = (np.inf, 0), 0
    for ids, values in _labelled(item.selection, name, version, user):
        distances = np.linalg.norm(values.astype(np.float32) - own, axis=1)
        distances[ids == item.frame_id] = np.inf
        nearest = int(np.argmin(distances))
        best, among = min(best, (float(distances[nearest]), int(ids[nearest]))), among + len(ids)
    if not np.isfinite(best[0]):
        return None
    return Nearest(Frame.objects.get(pk=best[1]), best[0], name, among)


def _feature(selection: Selection, strategy: Strategy | None) -> tuple[str, int | None]:
    """The feature that the strategy compared frames by, else the first that ingest computes, and its version."""
    name = next(iter(_needed(selection, strategy)), next(iter(FEATURES)))
    if name in FEATURES:
        return name, FEATURES[name].version
    return stored_as(name), selection.scores_from_id


def _needed(selection: Selection, strategy: Strategy | None) -> tuple[str, ...]:
    if strategy is None:
        return ()
    try:
        return strategy.needs(validated(strategy.params, selection.params)).features
    except UserError:  # parameters from before the strategy changed
        return ()


def _labelled(
    selection: Selection, name: str, version: int, user: User
) -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
    """Ids and features of the frames labelled by then, in blocks."""
    labels = AcceptedLabel.objects.visible_to(user).filter(
        kind=TASKS.get(selection.task).kind,
        frame__memberships__pool=selection.pool_id,
        revision__created_at__lt=selection.created_at,
    )
    ids = np.fromiter(labels.values_list("frame_id", flat=True).iterator(_BLOCK), np.int64)
    ids = ids[feature_present(name, version, ids)]
    for start in range(0, len(ids), _BLOCK):
        block = ids[start : start + _BLOCK]
        yield block, feature_read(name, version, block)
