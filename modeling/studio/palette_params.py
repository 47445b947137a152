"""What the step ``palette`` is asked for (torch-free): which picture is painted, and in which colours."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from modeling.errors import UserError
from modeling.registry import Params

COLORS, REPAINT = "The file of colour models", "The file of colours to repaint in"
"""What files are called that are handed over as parameters."""
_PALETTE: dict[str, Any] = {"text": "", "file": ".json,.gpl,.csv"}


class PaletteParams(Params):
    """Parameters of ``palette``."""

    painted: str = Field(
        "*_painted",
        max_length=200,
        description="What the painted picture of a drawing is called, * being the drawing's name: painted/* in a "
        "folder, ../cels/* in one beside; without *, the name of a picture that is painted itself",
        json_schema_extra={"text": "*_painted"},
    )
    lines: Literal["drawing", "douga"] = Field(
        "drawing",
        description="What is painted: the picture itself, a douga or ink on white, or a finished frame, by its "
        "predicted douga",
    )
    models: str = Field(
        "",
        max_length=400_000,
        description="Colour models that the entries come from, the painted picture being in the first; without, they "
        "are sampled (.json, .gpl, .csv)",
        json_schema_extra=_PALETTE,
    )
    repaint: str = Field(
        "",
        max_length=400_000,
        description="Colours of the same entries to paint in instead: night, sunset (.json, .gpl, .csv)",
        json_schema_extra=_PALETTE,
    )
    paint_in: str = Field(
        "",
        max_length=80,
        description="Name of the colour model to paint in, the first by default",
        json_schema_extra={"text": ""},
    )
    show: Literal["painted", "marked"] = Field(
        "painted",
        description="Transparent where nothing is painted, or over white, what is left open hatched",
    )
    least: float = Field(0.7, ge=0, le=1, description="Chance from which a region is painted")
    splits: bool = Field(False, description="Paint the pieces of regions that were parted, too")
    gap: int = Field(0, ge=0, le=64, description="Close passages of so many pixels")
    tolerance: int = Field(
        0, ge=0, le=255, description="Difference of a channel at which colours of the painted picture are one"
    )
    paper: str = Field(
        "",
        pattern="^([0-9A-Fa-f]{6})?$",
        description="Colour off the cel (FFFFFF) in painted pictures without transparency",
        json_schema_extra={"text": ""},
    )

    @field_validator("painted")
    @classmethod
    def _named(cls, painted: str) -> str:
        if not painted or painted == "*" or painted.count("*") > 1 or painted.startswith("/"):
            raise UserError(
                f"painted: {painted!r} does not say what painted pictures are called.",
                code="bad_parameter",
                remedy="Write *_painted, painted/* or the name of one.",
            )
        return painted

    @model_validator(mode="after")
    def _readable(self) -> PaletteParams:
        from modeling.paint.palettes import parse_palette, repainted

        models = parse_palette(self.models, COLORS) if self.models else None
        others = parse_palette(self.repaint, REPAINT) if self.repaint else None
        if models and others:
            models = repainted(models, others)
        if self.paint_in and (models or others):
            (models or others).check_model(self.paint_in)  # type: ignore[union-attr]
        return self
