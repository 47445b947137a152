"""How much a round's model predicts what the one before it predicted (Bloodgood and Vijay-Shanker 2009).

The paper compares models on a fixed stop set, drawn once at random, whose labels nobody needs. Here that set is the
held-out frames: both models have predicted them pixel by pixel when they were evaluated, so comparing costs no pass of
a network, and neither has trained on them, as models would on frames of the pool once these are labelled. They are few
and of few cuts, which the interval shows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from active_learning.comparisons import judgement_of
from active_learning.models import ModelVersion, Round
from active_learning.stopping.stabilized import kappa
from core.jobs import JobContext
from modeling.errors import UserError
from modeling.judgements import JudgedFrame, Judgement
from modeling.labels import IGNORE, KINDS, LabelKind
from modeling.metrics import bootstrap_interval, confusion
from modeling.runs import RunFolder
from modeling.tasks import TASKS


def agreement_with_last(*, round_: Round, run: RunFolder, context: JobContext) -> dict[str, Any] | None:
    """Compare a round's predictions of the held-out frames with those of the model version before it.

    Returns:
        ``with`` (number of that version), ``kappa``, its ``interval`` over cuts or None, ``frames`` and ``cuts``; None
        where there is no earlier version, nothing that both predicted, or no classes to agree on.
    """
    versions = ModelVersion.objects.of(round_.pool, round_.task).filter(number__lt=round_.number)
    last = versions.select_related("round").order_by("-number").first()
    if (
        not TASKS.get(round_.task).classes
        or last is None
        or not last.round.snapshot_id
        or not round_.snapshot_id
    ):
        return None
    old, new = judgement_of(last, last.round.snapshot_id), Judgement.of(run, round_.snapshot_id)
    if not (old.done and new.done):
        return None
    try:
        return _compared(old, new, round_.task, context) | {"with": last.number}
    except (UserError, OSError) as error:  # of use, but not worth failing a trained round for
        context.log(f"Predictions were not compared with version {last.number}: {error}")
        return None


def _compared(old: Judgement, new: Judgement, task: str, context: JobContext) -> dict[str, Any]:
    spec = TASKS.get(task)
    kind, classes = KINDS[spec.kind], len(spec.classes)
    seen_before = {(frame.key, frame.sha256) for frame in old.frames()}
    both: list[JudgedFrame] = [frame for frame in new.frames() if (frame.key, frame.sha256) in seen_before]
    counts = []
    for frame in both:
        counts.append(_counts(old, new, frame.key, kind, classes))
        context.tick()
    cuts = [frame.drawn_with for frame in both]
    value = float(kappa(np.sum(counts, axis=0))) if counts else float("nan")
    interval = bootstrap_interval(counts, cuts, lambda pooled: float(kappa(pooled)))
    return {
        "kappa": None if np.isnan(value) else value,
        "interval": [interval.low, interval.high] if interval else None,
        "frames": len(both),
        "cuts": len(set(cuts)),
    }


def _counts(old: Judgement, new: Judgement, key: str, kind: LabelKind, classes: int) -> Any:
    """(C, C) pixels by what the old (rows) and the new model predicted."""
    first, second = old.classes(key, kind), new.classes(key, kind)
    return confusion(np.where(second == IGNORE, IGNORE, first), second, classes)
