"""Scorers by name: numbers about a frame that a run's prediction gives (torch-free specs, torch inside ``build``).

All means are over pixels at working size; letterbox bars, captions, padding and ignored pixels are left out.
Entropies are in nats. A task of one channel counts as two classes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from modeling.errors import UserError
from modeling.registry import Entry, Params, Registry

if TYPE_CHECKING:
    from modeling.inference.predictor import Predictor
    from modeling.scorers.base import Measure
    from modeling.tasks import Task


class BandParams(Params):
    """Parameters of scorers that look at borders."""

    radius: int = Field(
        2, ge=1, le=32, description="How far from a border of classes still counts, in pixels"
    )


class DropoutParams(Params):
    """Parameters of ``bald``."""

    passes: int = Field(8, ge=2, le=100, description="Forward passes under dropout")
    seed: int = Field(0, description="Of the dropped channels, which are the same for every frame")


class EnsembleParams(Params):
    """Parameters of ``ensemble``."""

    runs: tuple[str, ...] = Field((), description="Run folders that vote beside the one that scores")


class ProjectionParams(Params):
    """Parameters of ``gradient``."""

    size: int = Field(256, ge=8, le=4096, description="Numbers a frame")
    seed: int = Field(0, description="Of the random projection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer(Entry[Any]):
    """What a frame is measured by.

    ``outputs`` says whether a frame gets a number or a vector. ``cost(params)`` is how many forward passes it takes
    beyond the one that all scorers share. ``needs_runs`` where further run folders must be named in ``params.runs``.
    ``build(params, predictor)`` returns a `modeling.scorers.base.Measure`; it raises UserError where the run cannot
    be asked this.
    """

    outputs: Literal["scalar", "vector"] = "scalar"
    cost: Callable[[Any], int] = lambda params: 0
    needs_runs: bool = False
    numbers: bool = False
    """Whether it can be asked of a run that predicts numbers or makes pictures, which have no classes."""
    proposals: bool = False
    """Whether it asks what several proposals of a picture differ in."""

    def refusal(self, task: Task) -> str:
        """Why a run of that task cannot be asked this, empty where it can."""
        if self.proposals:
            return "" if task.picture and task.channels > 3 else f"{task.name} makes no proposals."
        if task.classes or self.numbers:
            return ""
        return f"It asks how sure classes are, and {task.name} has none."

    def measure(self, params: Any, predictor: Predictor) -> Measure:
        """Build what a run's frames are measured by.

        Raises:
            UserError: ``no_classes``, or what ``build`` raises.
        """
        if refused := self.refusal(predictor.task):
            raise UserError(refused, code="no_classes", remedy="Score by flip, bald or ensemble.")
        made: Measure = self.build(params, predictor)
        return made

    @property
    def passes(self) -> int:
        """Extra forward passes under the default parameters; those of ``needs_runs`` are one a run."""
        return self.cost(self.params())


def _from(module: str, name: str) -> Callable[[Any, Predictor], Measure]:
    """Import the module, and torch with it, only when a scorer is built."""

    def build(params: Any, predictor: Predictor) -> Measure:
        measure: Measure = getattr(import_module(f"modeling.scorers.{module}"), name)(params, predictor)
        return measure

    return build


SCORERS: Registry[Scorer] = Registry("scorer")
"""Scorers by name."""

_LISTED = (
    Scorer(
        name="entropy",
        text="Mean entropy of the pixels' classes (Kugler 2020, 4.1)",
        params=Params,
        build=_from("uncertainty", "entropy"),
    ),
    Scorer(
        name="calibrated_entropy",
        text="The same at the temperature fitted on the validation split (Guo et al. 2017)",
        params=Params,
        build=_from("uncertainty", "calibrated_entropy"),
    ),
    Scorer(
        name="margin",
        text="Mean of 1 less the lead of the likeliest class over the next",
        params=Params,
        build=_from("uncertainty", "margin"),
    ),
    Scorer(
        name="least_confidence",
        text="Mean of 1 less the probability of the likeliest class",
        params=Params,
        build=_from("uncertainty", "least_confidence"),
    ),
    Scorer(
        name="boundary_entropy",
        text="Mean entropy along the predicted borders of classes; 0 where there are none",
        params=BandParams,
        build=_from("uncertainty", "boundary_entropy"),
    ),
    Scorer(
        name="class_entropy",
        text="Mean entropy of the pixels predicted as each class",
        params=Params,
        build=_from("classes", "ClassEntropy"),
        outputs="vector",
    ),
    Scorer(
        name="class_share",
        text="Share of pixels predicted as each class",
        params=Params,
        build=_from("classes", "ClassShare"),
        outputs="vector",
    ),
    Scorer(
        name="embedding",
        text="The network's deepest features, averaged over the frame",
        params=Params,
        build=_from("deep", "Embedding"),
        numbers=True,
        outputs="vector",
    ),
    Scorer(
        name="gradient",
        text="Deepest features times what is missing to certainty, projected at random (after BADGE, Ash et al. 2020)",
        params=ProjectionParams,
        build=_from("deep", "Gradient"),
        outputs="vector",
    ),
    Scorer(
        name="bald",
        text="Mutual information between prediction and dropped channels (BALD by MC dropout; Gal et al. 2017)",
        params=DropoutParams,
        build=_from("repeated", "bald"),
        numbers=True,
        cost=lambda params: params.passes,
    ),
    Scorer(
        name="flip",
        text="Divergence from the prediction of the mirrored frame (after EquAL, Golestaneh and Kitani 2020)",
        params=Params,
        build=_from("repeated", "flip"),
        numbers=True,
        cost=lambda params: 1,
    ),
    Scorer(
        name="ensemble",
        text="Mutual information between prediction and model, over several runs",
        params=EnsembleParams,
        build=_from("repeated", "ensemble"),
        numbers=True,
        cost=lambda params: len(params.runs),
        needs_runs=True,
    ),
)
_OF_PICTURES = Scorer(
    name="proposals",
    text="How far the proposals of a picture differ",
    params=Params,
    build=_from("repeated", "proposals"),
    proposals=True,
)
for _scorer in (*_LISTED, _OF_PICTURES):
    SCORERS.add(_scorer)

DEFAULT = tuple(scorer.name for scorer in _LISTED if not scorer.passes and not scorer.needs_runs)
"""Scorers of a round that asks for none in particular: those without a further pass."""


def default_for(task: Task) -> tuple[str, ...]:
    """Scorers of a run that is asked for none in particular: `DEFAULT`, or the task's own where it has no classes."""
    return DEFAULT if task.classes else task.scorers


def parse_scorers(
    names: Sequence[str], settings: Mapping[str, Mapping[str, Any]] | None = None
) -> list[tuple[Scorer, Params]]:
    """The scorers of these names with their validated parameters, in this order, each once.

    Args:
        names: In the order of their results.
        settings: Raw parameters by scorer.

    Raises:
        UserError: ``unknown_scorer``, ``bad_parameter``, ``no_scorers`` or ``unused_setting``.
    """
    return SCORERS.chosen(names, settings)


def scorer_settings(pairs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read ``bald.passes=4`` or ``ensemble.runs=RUN,RUN`` into raw parameters by scorer.

    What may be several is split at commas, or a JSON array.

    Raises:
        UserError: ``bad_setting`` or ``unknown_scorer``.
    """
    settings: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        scorer, dot, param = name.partition(".")
        if not (equals and dot and param):
            message = f"{pair!r} is no setting of a scorer."
            raise UserError(message, code="bad_setting", remedy="Write SCORER.PARAM=VALUE.")
        several = SCORERS.get(scorer).params.model_fields.get(param)
        is_list = several is not None and isinstance(several.default, tuple)
        settings.setdefault(scorer, {})[param] = _several(value) if is_list else value
    return settings


def _several(value: str) -> list[str]:
    if not value.startswith("["):
        return value.split(",")
    try:
        return [str(item) for item in json.loads(value)]
    except ValueError:
        raise UserError(f"{value} is no JSON array.", code="bad_setting") from None
