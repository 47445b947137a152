"""Model tasks: what is learned from what, with which networks, judged by which number (torch-free)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from modeling.errors import UserError
from modeling.labels import KINDS
from modeling.registry import Entry, Registry
from modeling.tasks.params import Refine, TaskParams
from modeling.tasks.pictures import ColorizationParams, DeblurParams
from modeling.tasks.ways import CEL_WAYS, Way


class DougaParams(TaskParams):
    """Parameters of ``douga``."""

    cel: Literal["color", "synthetic_cel", "concatenated", "manual_cel"] = Field(
        "color",
        description="How the cel mask comes in (thesis 5.6): not at all, a predicted one removes the background "
        "or is a fourth channel, or a drawn one removes the background",
    )
    thin: bool = Field(True, description="Draw the lines of drafts at one width (thesis 5.7)")
    average: bool = Field(True, description="Give each area of drafts one fill (thesis 5.7)")
    width: int = Field(
        0,
        ge=0,
        le=9,
        description="Width of thinned lines in pixels, odd; 0 for 3 at 1080 lines (thesis 5.7) and in proportion",
    )
    baselines: bool = Field(
        False, description="Judge XDoG and Canny on the held-out frames as well (table 5.5 of the thesis)"
    )

    @field_validator("width")
    @classmethod
    def _odd(cls, width: int) -> int:
        if width and width % 2 == 0:
            raise ValueError("Input should be odd, or 0")
        return width

    @property
    def way(self) -> Way:
        """The model of section 5.6 that ``cel`` names."""
        return CEL_WAYS[self.cel]

    @property
    def refine(self) -> Refine | None:
        """The post-processing of section 5.7 that is switched on."""
        return self._postprocessed if self.thin or self.average else None

    def _postprocessed(
        self, classes: NDArray[np.uint8], probabilities: NDArray[np.floating[Any]]
    ) -> NDArray[np.uint8]:
        from modeling.douga.postprocess import postprocess

        return postprocess(classes, probabilities, thin=self.thin, average=self.average, width=self.width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Entry[Any]):
    """What is learned.

    ``target`` is ``label:KIND``, or ``colors:KIND`` or ``sharp:KIND``: a picture that is made of frames which have a
    label of that kind, as the parameters' ``subject`` says (docs/adr/0010). ``long_side`` is the working resolution in
    pixels, 0 for native pixels (design.md, section 4). ``networks``, ``losses`` and ``recipes`` list what fits, the
    default first; ``presets`` holds the parameters in which such an entry differs from its own defaults here,
    ``simulated`` the recipe of simulations of selection where that is another than the first. ``cut_by`` names the
    label kind whose class 1 may be cut out and set before something else in training, empty where nothing may: a cel
    cut out of its place is at another depth. ``scorers`` are what pages rank frames by, first of all, and then what a
    round asks beside it.
    ``evaluation`` names what held-out frames are asked beyond what they are counted by (`modeling.evaluations`), empty
    for nothing more. ``beside`` are further kinds whose labels training can use. ``restores`` says that its picture
    shows the same frame, only better, so that people may look at it in place of the frame. ``build(params)`` gives the
    number of output channels.
    """

    target: str
    long_side: int
    headline: str
    classes: tuple[str, ...]
    networks: tuple[str, ...]
    losses: tuple[str, ...]
    recipes: tuple[str, ...]
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    simulated: str = ""
    cut_by: str = "cel"
    scorers: tuple[str, ...] = ("entropy",)
    beside: tuple[str, ...] = ()
    restores: bool = False
    error_picture: str = "false_and_missed"
    evaluation: str = ""
    params: type[TaskParams] = field(default=TaskParams)
    build: Any = field(default=lambda params: 1)

    @property
    def kind(self) -> str:
        """Label kind of the target: what ``--task`` means to commands about labels."""
        return self.target.partition(":")[2]

    @property
    def picture(self) -> bool:
        """Whether a picture is made, which is no label and nobody's draft."""
        return not self.target.startswith("label:")

    @property
    def scalar(self) -> bool:
        """Whether a number a pixel is learned instead of a class."""
        return not self.picture and KINDS[self.kind].scalar

    def inputs_of(self, values: Mapping[str, Any] | None = None) -> tuple[str, ...]:
        """``frame``, ``label:KIND`` and ``prediction:KIND`` that it sees under these raw parameters.

        Raises:
            UserError: ``bad_parameter``.
        """
        return self.way_of(values).inputs

    def way_of(self, values: Mapping[str, Any] | None = None) -> Way:
        """How a frame is brought together with a mask under these raw parameters.

        Raises:
            UserError: ``bad_parameter``.
        """
        params: TaskParams = self.parse(dict(values or {}))
        return params.way

    @property
    def channels(self) -> int:
        """Output channels of its networks: one for two classes or a number, else one a class."""
        channels: int = self.build(self.params())
        return channels

    @property
    def network(self) -> str:
        """Name of the default network."""
        return self.networks[0]

    @property
    def loss(self) -> str:
        """Name of the default loss."""
        return self.losses[0]

    @property
    def recipe(self) -> str:
        """Name of the default recipe."""
        return self.recipes[0]


TASKS: Registry[Task] = Registry("task")
"""Model tasks by name."""


def require_classes(task: Task, what: str) -> None:
    """Refuse a task without classes for ``what`` compares them.

    Raises:
        UserError: ``no_classes``.
    """
    if not task.classes:
        raise UserError(f"{what} compares classes, and {task.name} has none.", code="no_classes")


def require_label(task: Task, what: str) -> None:
    """Refuse a task that makes pictures for ``what`` needs labels.

    Raises:
        UserError: ``makes_pictures``.
    """
    if task.picture:
        message = f"{what} needs a task that predicts labels, and {task.name} makes pictures."
        raise UserError(
            message, code="makes_pictures", remedy="Make pictures with predict, or in the Studio."
        )


CEL = TASKS.add(
    Task(
        name="cel",
        text="Separate the moving cel from its painted background",
        target="label:cel",
        long_side=960,
        headline="iou",
        classes=("background", "cel"),
        networks=("lite", "gcn", "tiny"),
        losses=("bce_dice", "bce", "focal"),
        recipes=("fast", "frozen", "thesis"),
        simulated="frozen",
    )
)

DOUGA = TASKS.add(
    Task(
        name="douga",
        text="Draw the lines and fills from which a cel was painted",
        target="label:douga",
        long_side=0,
        headline="mean_iou",
        classes=tuple(cls.name for cls in KINDS["douga"].classes),
        networks=("lite", "gcn", "tiny"),
        losses=(
            "mixed",
            "weighted_ce",
            "focal",
            "ce",
            "bce_dice",
            "dice",
            "tversky",
            "cldice",
            "skeleton_recall",
            "adversarial",
        ),
        recipes=("lines", "thesis"),
        presets=MappingProxyType({"gcn": MappingProxyType({"kernel": 49})}),
        error_picture="classes",
        evaluation="douga",
        params=DougaParams,
        build=lambda params: len(KINDS["douga"].classes),
    )
)

DEPTH = TASKS.add(
    Task(
        name="depth",
        text="Tell how near everything in a frame is",
        target="label:depth",
        long_side=640,
        headline="within_1_25",
        classes=(),
        networks=("densedepth", "lite", "tiny"),
        losses=("l1_gradient_ssim",),
        recipes=("depth",),
        cut_by="",
        scorers=("flip", "embedding"),
        error_picture="depth",
        evaluation="depth",
    )
)

COLORIZATION = TASKS.add(
    Task(
        name="colorization",
        text="Propose colours for the lines of a cel",
        target="colors:cel",
        long_side=512,
        headline="segments_right",
        classes=(),
        networks=("swish_unet", "tiny"),
        losses=("perceptual", "picture_l1", "perceptual_gan"),
        recipes=("colors",),
        cut_by="cel",
        scorers=("proposals", "flip"),
        beside=("douga",),
        error_picture="picture",
        evaluation="colorization",
        params=ColorizationParams,
        build=lambda params: 27,
    )
)

DEBLUR = TASKS.add(
    Task(
        name="deblur",
        text="Make blurred, shaken or combed frames sharp",
        target="sharp:cel",
        long_side=0,
        headline="ssim",
        classes=(),
        networks=("vdsr",),
        losses=("mse_gan", "mse", "l1_gradient_ssim_rgb"),
        recipes=("sharp",),
        cut_by="cel",
        scorers=("flip",),
        restores=True,
        error_picture="picture",
        evaluation="deblur",
        params=DeblurParams,
        build=lambda params: 3,
    )
)
