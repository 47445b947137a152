"""What a pool has to offer a strategy: features, and what the last finished round's model scored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from active_learning.models import FrameScore, Round
from active_learning.services.config import ranked_by
from active_learning.services.score_rows import score_feature
from active_learning.strategies import Needs
from datasets.features import Feature, feature_present, known_features
from datasets.models import Pool
from modeling.errors import UserError
from modeling.registry import propose
from modeling.scorers import SCORERS
from modeling.tasks import Task

CLASS_SCORERS = MappingProxyType({"class_scores": "class_entropy", "class_shares": "class_share"})
"""Scorers that fill the class arrays of a view."""
_LOOKED_AT = 64


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What may be required of a pool and task.

    ``scored`` is the newest round whose model scored the pool, ``scorers`` the names of what it was scored by, and
    ``quality`` (C,) the IoU of each class on its validation frames, NaN where unknown, None without such frames.
    ``own`` are the features by name that need no round's model, ``computed`` the names of those that are there.
    """

    pool: Pool
    task: Task
    scored: Round | None
    scorers: frozenset[str]
    quality: NDArray[np.float64] | None
    own: Mapping[str, Feature] = field(default_factory=known_features)
    computed: frozenset[str] = frozenset()

    @property
    def features(self) -> list[str]:
        """Names of features that frames may be compared by; the class vectors are none."""
        of_classes = set(CLASS_SCORERS.values())
        made = [name for name, feature in self.own.items() if feature.at_ingest or name in self.computed]
        return [*made, *(n for n in _named("vector") if n in self.scorers and n not in of_classes)]

    @property
    def scores(self) -> list[str]:
        """Names of scores that frames may be ranked by."""
        return [name for name in _named("scalar") if name in self.scorers]

    def refusal(self, name: str, needs: Needs) -> UserError | None:
        """Why the strategy of that name cannot have what it needs, with the remedy; None where it can.

        The code is ``bad_parameter``, ``not_computed``, ``no_scores``, ``not_scored`` or ``no_quality``.
        """
        if wrong := self._unknown(name, needs):
            return wrong
        if lacking := [
            wanted for wanted in needs.features if wanted in self.own and wanted not in self.features
        ]:
            return self._not_computed(name, lacking[0])
        wanted = scorers_for(needs, self.own)
        if self.scored is None and (wanted or needs.classes):
            return UserError(
                f"{name} needs a model's scores, and no round of {self.pool.name} has finished yet.",
                code="no_scores",
                remedy="Pick with kmeans first, then finish a round.",
            )
        if lacking := [scorer for scorer in wanted if scorer not in self.scorers]:
            return self._not_scored(name, lacking)
        if "class_quality" in needs.classes and (self.quality is None or np.isnan(self.quality).all()):
            return self._no_quality(name)
        return None

    def _unknown(self, name: str, needs: Needs) -> UserError | None:
        known = {"feature": [*self.own, *_named("vector")], "score": _named("scalar")}
        for noun, names in (("feature", needs.features), ("score", needs.scores)):
            for wanted in names:
                if wanted not in known[noun]:
                    message = f"{name}: there is no {noun} {wanted!r}."
                    return UserError(message, code="bad_parameter", remedy=propose(wanted, known[noun]))
        return None

    def _not_computed(self, name: str, feature: str) -> UserError:
        return UserError(
            f"{name} needs {feature}, which is not computed of {self.pool.name} yet.",
            code="not_computed",
            remedy="Compute it on the pool's map page, or by manage.py embed.",
        )

    def _not_scored(self, name: str, lacking: list[str]) -> UserError:
        assert self.scored is not None
        scorers = " and ".join(lacking)
        return UserError(
            f"{name} needs {scorers}, which round {self.scored.number} of {self.pool.name} was not scored by.",
            code="not_scored",
            remedy=f"Finish a round with the scorer {scorers} on.",
        )

    def _no_quality(self, name: str) -> UserError:
        assert self.scored is not None
        return UserError(
            f"{name} needs the IoU of each class on validation frames, and round {self.scored.number} of "
            f"{self.pool.name} has none.",
            code="no_quality",
            remedy="They are set aside from 40 training labels in 20 cuts on; held-out frames never steer a choice.",
        )


def offer_of(pool: Pool, task: Task) -> Offer:
    """Look at what the pool's newest scored round left."""
    scored, own = Round.objects.of(pool, task.name).scored().first(), known_features()
    computed = frozenset(_computed(pool, own))
    if scored is None:
        return Offer(pool, task, None, frozenset(), None, own, computed)
    return Offer(pool, task, scored, frozenset(_scored_by(scored)), _quality(scored, task), own, computed)


def _computed(pool: Pool, own: Mapping[str, Feature]) -> Iterator[str]:
    """Names of the features that some of the first or last frames of the pool have."""
    members = pool.members.values_list("frame_id", flat=True)
    some = [*members.order_by("pk")[:_LOOKED_AT], *members.order_by("-pk")[:_LOOKED_AT]]
    for name, feature in own.items():
        if feature_present(name, feature.version, some).any():
            yield name


def scorers_for(needs: Needs, own: Mapping[str, Feature] | None = None) -> list[str]:
    """Names of the scorers that these needs take, each once; none where no model is needed.

    Args:
        needs: Of a strategy.
        own: Features that need no model, by name; looked up where not given.
    """
    own = known_features() if own is None else own
    features = [name for name in needs.features if name not in own]
    classes = [CLASS_SCORERS[name] for name in needs.classes if name in CLASS_SCORERS]
    return list(dict.fromkeys([*needs.scores, *features, *classes]))


def stored_as(scorer: str) -> str:
    """Name of the feature in which a scorer's numbers are kept, beside the entropies that are rows."""
    return scorer if SCORERS.get(scorer).outputs == "vector" else score_feature(scorer)


def _scored_by(scored: Round) -> Iterable[str]:
    """Names of the scorers with a number for at least one of the frames with the highest entropies."""
    rows = FrameScore.objects.filter(round=scored).values_list("frame_id", flat=True)
    some = list(rows.order_by("-entropy")[:_LOOKED_AT])  # an index has them in this order
    for name in SCORERS.names():
        if name == ranked_by(scored.task) or feature_present(stored_as(name), scored.pk, some).any():
            yield name


def _named(outputs: str) -> list[str]:
    return [name for name in SCORERS.names() if SCORERS.get(name).outputs == outputs]


def _quality(scored: Round, task: Task) -> NDArray[np.float64] | None:
    """IoU of each class on the validation frames: what held-out frames say must not steer what is labelled."""
    found = scored.report.get("validation") or {}
    ious = {row["name"]: row["iou"] for row in found.get("per_class", [])}
    if not ious:
        return None
    return np.array([np.nan if ious.get(name) is None else ious[name] for name in task.classes], np.float64)
