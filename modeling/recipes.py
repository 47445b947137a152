"""Training recipes by name: how a network learns, apart from what it is (torch-free)."""

from __future__ import annotations

from copy import copy
from typing import Any, Literal, TypeVar

from pydantic import Field, create_model

from modeling.registry import Entry, Params, Registry

P = TypeVar("P", bound=Params)


class AugmentParams(Params):
    """Random changes to training examples (Kugler 2020, section 4.2); 0 switches one off."""

    brightness_sd: float = Field(
        0.25, ge=0, description="Standard deviation of the brightness factor around 1"
    )
    contrast_sd: float = Field(0.5, ge=0, description="Standard deviation of the contrast factor around 1")
    hue_sd: float = Field(45.0, ge=0, description="Standard deviation of the hue's rotation in degrees")
    scale_min: float = Field(
        0.5, gt=0, description="Smallest scale, 1 showing the frame at the training size"
    )
    scale_max: float = Field(2.0, gt=0, description="Largest scale")
    rotation: float = Field(10.0, ge=0, le=45, description="Largest rotation in degrees, either way")
    flip: float = Field(0.5, ge=0, le=1, description="Chance of a horizontal flip")
    erase: float = Field(
        0.5, ge=0, le=1, description="Chance that a rectangle of up to half each side is blanked"
    )
    background: bool = Field(
        True,
        description="Put cels before cel-free frames, each seen as often as a training frame's own background",
    )
    backgrounds_from: str = Field(
        "", description="Folder of further cel-free pictures for that, empty for the training frames alone"
    )
    texture: float = Field(
        0.0, ge=0, le=1, description="Chance that a texture lies on the cel, and likewise on the background"
    )
    textures_from: str = Field(
        "",
        description="Folder of textures, empty for built-in paper, wood, concrete, dirt and metal",
    )
    defocus: float = Field(
        0.0, ge=0, le=1, description="Chance that what lies behind the cel is out of focus"
    )
    rare: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Chance that an example lies round a pixel of a class drawn evenly from those of its frame",
    )
    plates: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Chance of another frame's plate, its own cel painted out, behind the cel",
    )
    paste: float = Field(
        0.0, ge=0, le=1, description="Chance that another frame's cel is pasted over this one"
    )


class RecipeParams(Params):
    """What every recipe says. Learning rates follow the share of the budget spent, in steps or in seconds."""

    optimizer: Literal["adam", "adamw"] = Field("adamw", description="Optimizer")
    learning_rate: float = Field(1e-3, gt=0, description="Highest learning rate")
    final_learning_rate: float = Field(1e-5, gt=0, description="Learning rate at the end")
    encoder_factor: float = Field(
        1.0, ge=0, description="The pretrained encoder's learning rate, relative; 0 keeps it as it is"
    )
    schedule: Literal["linear", "cosine"] = Field("cosine", description="Course of the learning rate")
    warmup: float = Field(0.0, ge=0, lt=1, description="Share of the budget over which the rate first rises")
    weight_decay: float = Field(0.0, ge=0, description="Weight decay")
    clip_norm: float = Field(0.0, ge=0, description="Largest norm of the gradient, 0 for any")
    batch: int = Field(8, ge=1, description="Examples a step")
    crop_width: int = Field(512, ge=32, description="Width of a training example in pixels")
    crop_height: int = Field(288, ge=32, description="Height of a training example in pixels")
    train_side: int = Field(
        0, ge=0, description="Long side at which scale 1 shows a frame, 0 for the working size"
    )
    working_side: int = Field(0, ge=0, description="Working resolution's long side, 0 for the task's")
    pyramid: int = Field(
        1, ge=1, le=6, description="Sizes whose logits a label map averages, each smaller by the root of two"
    )
    edge_radius: float = Field(
        0.0,
        ge=0,
        le=0.5,
        description="Radius, relative to the long side, in which label maps are given the frame's edges; 0 for none",
    )
    average: float = Field(
        0.0, ge=0, lt=1, description="Decay a step of the averaged weights that are kept, 0 for none"
    )
    freeze_norm: bool = Field(False, description="Keep the pretrained encoder's batch statistics")
    epochs: int = Field(0, ge=0, description="Budget in epochs where neither steps nor seconds are given")
    seconds: float = Field(0.0, ge=0, description="Budget in seconds where nothing else is given")
    validation: float = Field(
        0.0, ge=0, lt=1, description="Share of the training cuts kept for early stopping"
    )
    calibration: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Share of the training cuts kept to fit the temperature and to judge classes on, where none are "
        "for early stopping; from 20 cuts on",
    )
    patience: int = Field(
        0, ge=0, description="Epochs without a better validation loss before stopping, 0 never"
    )
    hard: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share of the training frames that is kept, the hardest for an earlier run; 0 keeps all",
    )
    weigh_by_selection: float = Field(
        0.0,
        ge=0,
        le=1,
        description="How far an example's loss is weighed by the frames that its selection had it stand for: "
        "0 not at all, 1 wholly, between them flattened",
    )
    augment: AugmentParams = Field(
        AugmentParams.model_validate({}), description="Random changes to the examples"
    )


def _variant(base: type[P], name: str, text: str, **defaults: Any) -> type[P]:
    """The same parameters, words and bounds with other defaults."""
    fields: dict[str, Any] = {}
    for key, value in defaults.items():
        info = copy(base.model_fields[key])
        info.default = value
        fields[key] = (type(value) if isinstance(value, Params) else info.annotation, info)
    return create_model(name, __base__=base, __doc__=text, **fields)


ThesisParams = _variant(
    RecipeParams,
    "ThesisParams",
    "Kugler 2020, section 4.6: Adam, 1e-4 falling to 1e-5, batches of 4, early stopping.",
    optimizer="adam",
    learning_rate=1e-4,
    schedule="linear",
    batch=4,
    crop_width=960,
    crop_height=544,
    epochs=4000,
    validation=0.2,
    patience=100,
)

FastAugment = _variant(
    AugmentParams,
    "FastAugment",
    "A few dozen labels hold a few plates: others, in other colours, keep colour from telling what is cel. They hold "
    "fewer close-ups still: large scales make them.",
    hue_sd=120.0,
    contrast_sd=0.35,
    scale_min=0.6,
    scale_max=2.8,
    rotation=5.0,
    erase=0.0,
    plates=0.9,
)

FastParams = _variant(
    RecipeParams,
    "FastParams",
    "The most of two minutes on two cores, from a pretrained encoder. What it learns at one size it does not know "
    "at another: frames are worked on at about the size it is trained at, whole ones, for their context.",
    learning_rate=2e-3,
    encoder_factor=0.1,
    warmup=0.1,
    weight_decay=0.01,
    clip_norm=1.0,
    freeze_norm=True,
    average=0.97,
    crop_width=320,
    crop_height=192,
    train_side=320,
    working_side=320,
    pyramid=3,
    edge_radius=0.0625,
    seconds=120.0,
    augment=FastAugment.model_validate({}),
)


FrozenAugment = _variant(
    AugmentParams,
    "FrozenAugment",
    "Mirrored and otherwise as they are: what is learned comes from the labels there are.",
    brightness_sd=0.0,
    contrast_sd=0.0,
    hue_sd=0.0,
    scale_min=1.0,
    scale_max=1.0,
    rotation=0.0,
    erase=0.0,
    background=False,
)

FrozenParams = _variant(
    RecipeParams,
    "FrozenParams",
    "The pretrained encoder stays as it is and the decoder learns small frames as they are: a cheap model that "
    "reaches its end in some hundred steps, whose quality is that of its labels.",
    learning_rate=2e-3,
    encoder_factor=0.0,
    warmup=0.1,
    weight_decay=0.01,
    clip_norm=1.0,
    batch=4,
    freeze_norm=True,
    average=0.97,
    crop_width=192,
    crop_height=112,
    train_side=192,
    working_side=192,
    edge_radius=0.0625,
    seconds=30.0,
    augment=FrozenAugment.model_validate({}),
)


LinesAugment = _variant(
    AugmentParams,
    "LinesAugment",
    "A line is a pixel or two wide: neither reduced nor turned. Half the examples lie round a class drawn evenly.",
    hue_sd=60.0,
    contrast_sd=0.25,
    scale_min=1.0,
    scale_max=1.0,
    rotation=0.0,
    erase=0.0,
    background=False,
    rare=0.5,
)

LinesParams = _variant(
    RecipeParams,
    "LinesParams",
    "Crops at native pixels, rare classes looked for, from a pretrained encoder: for lines on a CPU.",
    learning_rate=2e-3,
    encoder_factor=0.25,
    warmup=0.1,
    weight_decay=0.01,
    clip_norm=1.0,
    freeze_norm=True,
    average=0.97,
    crop_width=256,
    crop_height=256,
    seconds=240.0,
    augment=LinesAugment.model_validate({}),
)


DepthAugment = _variant(
    AugmentParams,
    "DepthAugment",
    "How far something is follows from where it stands and how large it is: crops show whole frames, or most of one.",
    hue_sd=60.0,
    contrast_sd=0.25,
    scale_min=1.0,
    scale_max=1.5,
    rotation=3.0,
    erase=0.0,
    background=False,
)

DepthParams = _variant(
    RecipeParams,
    "DepthParams",
    "Adam as in He and Jia 2023, for the rest the most of a few minutes on two cores, from a pretrained encoder. Crops "
    "of 256 px see whole frames only where these are small, and what was learned at one size is not known at another: "
    "frames are worked on at half the task's size. With crops of 640 px, say `working_side` 0 and `train_side` 0.",
    optimizer="adam",
    learning_rate=1e-3,
    encoder_factor=0.25,
    warmup=0.1,
    clip_norm=1.0,
    freeze_norm=True,
    average=0.97,
    crop_width=256,
    crop_height=160,
    train_side=256,
    working_side=320,
    edge_radius=0.02,
    seconds=300.0,
    augment=DepthAugment.model_validate({}),
)


StillAugment = _variant(
    AugmentParams,
    "StillAugment",
    "Colours stay what they are, and nothing is put before anything: they are what is learned.",
    brightness_sd=0.0,
    contrast_sd=0.0,
    hue_sd=0.0,
    scale_min=0.5,
    scale_max=1.2,
    rotation=5.0,
    erase=0.0,
    background=False,
    rare=0.8,
)

ColorsParams = _variant(
    RecipeParams,
    "ColorsParams",
    "Wang 2022 for a CPU: Adam with its 0.009 of L2, decoupled, since Adam would divide it by the gradient's size. "
    "Few large crops: the lowest of six levels sees nothing but margins in small ones.",
    learning_rate=1e-3,
    warmup=0.05,
    weight_decay=0.009,
    clip_norm=1.0,
    average=0.97,
    batch=2,
    crop_width=256,
    crop_height=160,
    seconds=300.0,
    augment=StillAugment.model_validate({}),
)

SharpAugment = _variant(
    StillAugment,
    "SharpAugment",
    "Native pixels: a frame that is scaled or turned is blurred by that already.",
    brightness_sd=0.1,
    contrast_sd=0.1,
    hue_sd=60.0,
    scale_min=1.0,
    scale_max=1.0,
    rotation=0.0,
    rare=0.5,
)

SharpParams = _variant(
    RecipeParams,
    "SharpParams",
    "Adam on crops at native pixels, blurred as they are made: for sharpness on a CPU.",
    optimizer="adam",
    learning_rate=1e-3,
    warmup=0.05,
    clip_norm=1.0,
    average=0.97,
    batch=8,
    crop_width=96,
    crop_height=96,
    seconds=300.0,
    augment=SharpAugment.model_validate({}),
)


def _build(params: RecipeParams, network: Any) -> Any:
    from modeling.training.optimization import optimizer_of

    return optimizer_of(params, network)


RECIPES: Registry[Entry[Any]] = Registry("recipe")
"""Recipes by name; ``build(params, network)`` returns the optimizer."""

RECIPES.add(Entry("fast", "Makes the most of two minutes on a CPU", FastParams, _build))
RECIPES.add(
    Entry("lines", "Crops at native pixels that look for rare classes: for douga", LinesParams, _build)
)
RECIPES.add(
    Entry("frozen", "A cheap decoder on a fixed encoder: to compare choices of frames", FrozenParams, _build)
)
RECIPES.add(Entry("depth", "Small whole frames, on a CPU: for depth", DepthParams, _build))
RECIPES.add(Entry("colors", "Crops with colours as they are: for colorization", ColorsParams, _build))
RECIPES.add(
    Entry("sharp", "Crops at native pixels, blurred as they are made: for deblur", SharpParams, _build)
)
RECIPES.add(
    Entry("thesis", "Adam, 1e-4 to 1e-5, early stopping: for a long run on a GPU", ThesisParams, _build)
)
