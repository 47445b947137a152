"""What the Studio can make of a picture: a registry of steps, each one file a picture (torch-free)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import Field, field_validator

from modeling.errors import UserError
from modeling.registry import Entry, Params, Registry
from modeling.studio.palette_params import PaletteParams
from modeling.studio.places import MOST_TEXT, parse_dots, parse_place

if TYPE_CHECKING:
    from modeling.studio.sheet import Series, Sheet


@dataclass(frozen=True, slots=True)
class Left:
    """What a step left for a person: how much of it, one sentence, and a line for each of the larger ones."""

    count: int
    text: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """The bytes of a file, and what was left open in it."""

    data: bytes
    left: Left | None = None


Make: TypeAlias = "Callable[[Sheet], bytes | Output]"
"""From a picture on its way to its file."""
Chosen: TypeAlias = "list[tuple[Step, Params]]"
"""Steps with their parameters, in the order in which they are made."""


@dataclass(frozen=True, slots=True)
class Step(Entry[Any]):
    """One result. ``build(params)`` gives a `Make`; ``tasks(params)`` names the model tasks that it asks.

    ``drafts`` is the task whose draft its file is, byte for byte, empty where it is no label. Of a step that is
    ``serial`` a result rests on other pictures, too: ``build(params)`` gives a function from their `Series` to its
    `Make`, which is asked in their order and may have been broken off before any of them. ``beside`` says which further
    files in its folder belong to the results.
    """

    tasks: Callable[[Any], tuple[str, ...]]
    suffix: str = ".png"
    drafts: str = ""
    serial: bool = False
    beside: str = ""

    def make(self, params: Any, series: Series) -> Make:
        """What makes the step's file of each picture in turn.

        Raises:
            UserError: What the step finds missing in the series.
        """
        built = self.build(params)
        return built(series) if self.serial else built  # type: ignore[no-any-return]


class PlainParams(Params):
    """No parameters."""


class CutoutParams(Params):
    """Parameters of ``cutout``."""

    feather: float = Field(
        1.0, ge=0, le=16, description="Width in px of the soft edge at 1080 lines; 0 for a hard one"
    )


class LinesParams(Params):
    """Parameters of ``lines``."""

    source: Literal["douga", "xdog", "canny"] = Field(
        "douga", description="Whose lines: the douga model's, or edges that need no model"
    )
    invisible: bool = Field(
        False, description="Borders of shades, colours and highlights, too, in their colours (douga only)"
    )
    paper: Literal["white", "none"] = Field("white", description="White paper, or none: transparent")


class BlurParams(Params):
    """Parameters of ``blur``."""

    focus: float | None = Field(
        None, ge=0, le=1, description="Depth that is sharp, 1 the nearest; the cel's where none is given"
    )
    focus_at: str = Field(
        "",
        max_length=60,
        description="Place whose depth is sharp instead: x,y from the upper left corner 0,0 to 1,1",
        json_schema_extra={"text": "", "click": "place"},
    )
    aperture: float = Field(
        0.03,
        gt=0,
        le=0.2,
        description="Radius of blur at the other end of the depth, relative to the long side",
    )
    shape: Literal["disc", "hexagon", "gaussian"] = Field(
        "disc", description="Of a point of light out of focus"
    )

    @field_validator("focus_at")
    @classmethod
    def _place(cls, focus_at: str) -> str:
        if focus_at:
            parse_place(focus_at)
        return focus_at


LINES_OF = {"drawing": (), "douga": ("douga",), "cel": ("cel",)}
"""Tasks whose models are asked for the lines that are coloured."""


class ColoursParams(Params):
    """Parameters of ``colours``."""

    lines: Literal["drawing", "douga", "cel"] = Field(
        "drawing",
        description="What is coloured: the picture itself, ink on white, the visible lines of its predicted douga, or "
        "lines extracted from its predicted cel",
    )
    show: Literal["painted", "proposals"] = Field(
        "painted",
        description="One picture with a colour a segment, or all nine proposals and below them that picture",
    )
    dots: str = Field(
        "",
        max_length=MOST_TEXT,
        description="Dots of colour as hints: lines key,x,y,#rrggbb, x and y from 0,0 to 1,1; without a key for every "
        "picture. A segment with a dot takes its colour",
        json_schema_extra={"text": "", "file": ".csv,.txt", "click": "dots"},
    )
    reference: str = Field(
        "",
        max_length=1000,
        pattern="^($|[^@])",
        description="Key of a picture of the same character that is painted already, on white",
        json_schema_extra={"text": "", "key": "picture"},
    )

    @field_validator("dots")
    @classmethod
    def _dots(cls, dots: str) -> str:
        parse_dots(dots)
        return dots


def _cel(params: PlainParams) -> Make:
    from modeling.studio.masks import cel_mask

    return cel_mask


def _cutout(params: CutoutParams) -> Make:
    from modeling.studio.masks import cutout

    return lambda sheet: cutout(sheet, params.feather)


def _douga(params: PlainParams) -> Make:
    from modeling.studio.drawn import douga

    return douga


def _lines(params: LinesParams) -> Make:
    from modeling.studio.drawn import lines

    return lambda sheet: lines(sheet, params)


def _depth(params: PlainParams) -> Make:
    from modeling.studio.masks import depth

    return depth


def _blur(params: BlurParams) -> Make:
    from modeling.studio.masks import blur

    return lambda sheet: blur(sheet, params)


def _colours(params: ColoursParams) -> Callable[[Series], Make]:
    from modeling.studio.painted import Colours

    return lambda series: Colours(series, params)


def _palette(params: PaletteParams) -> Callable[[Series], Make]:
    from modeling.studio.palette import PaletteStep

    return lambda series: PaletteStep(series, params)


def _deblur(params: PlainParams) -> Make:
    from modeling.studio.painted import deblur

    return deblur


STEPS: Registry[Step] = Registry("step")
"""Steps by name, in the order in which pages list them."""

for _step in (
    Step("cel", "Cel mask", PlainParams, _cel, tasks=lambda params: ("cel",), drafts="cel"),
    Step(
        "cutout", "Cel cut out, transparent around it", CutoutParams, _cutout, tasks=lambda params: ("cel",)
    ),
    Step(
        "douga",
        "Douga in ten classes",
        PlainParams,
        _douga,
        tasks=lambda params: ("douga",),
        drafts="douga",
    ),
    Step(
        "lines",
        "Cleaned lines",
        LinesParams,
        _lines,
        tasks=lambda params: ("douga",) if params.source == "douga" else (),
    ),
    Step(
        "depth",
        "Depth, 16 bits, nearer is brighter",
        PlainParams,
        _depth,
        tasks=lambda params: ("depth",),
        drafts="depth",
    ),
    Step("blur", "Background out of focus", BlurParams, _blur, tasks=lambda params: ("cel", "depth")),
    Step(
        "colours",
        "Colours for lines",
        ColoursParams,
        _colours,
        tasks=lambda params: ("colorization", *LINES_OF[params.lines]),
        serial=True,
    ),
    Step(
        "palette",
        "Colours of a painted drawing for its cut",
        PaletteParams,
        _palette,
        tasks=lambda params: ("douga",) if params.lines == "douga" else (),
        serial=True,
        beside="**/*.json",
    ),
    Step("deblur", "Sharpened", PlainParams, _deblur, tasks=lambda params: ("deblur",)),
):
    STEPS.add(_step)


def chosen_steps(names: Sequence[str], settings: Mapping[str, Mapping[str, Any]] | None = None) -> Chosen:
    """The steps of these names with validated parameters, each once.

    Args:
        names: In the order in which they are made.
        settings: Raw parameters by step.

    Raises:
        UserError: ``unknown_step``, ``bad_parameter``, ``no_steps`` or ``unused_setting``.
    """
    return STEPS.chosen(names, settings)


def step_settings(pairs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read ``cutout.feather=2`` into raw parameters by step; ``palette.models=@FILE`` is what a file holds.

    Raises:
        UserError: ``bad_setting``, ``setting_file``.
    """
    found: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        step, dot, parameter = name.partition(".")
        value = _read(value) if value.startswith("@") else value
        if not (equals and dot and step and parameter):
            raise UserError(
                f"{pair!r} is no setting.",
                code="bad_setting",
                remedy="Write STEP.NAME=VALUE: cutout.feather=2.",
            )
        found.setdefault(step, {})[parameter] = value
    return found


def _read(value: str) -> str:
    path = Path(value.removeprefix("@"))
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        message = f"{path} is no text that can be read."
        raise UserError(message, code="setting_file", remedy="Name a file after the @.") from None


def tasks_of(chosen: Chosen) -> list[str]:
    """The model tasks that these steps ask, each once."""
    return list(dict.fromkeys(task for step, params in chosen for task in step.tasks(params)))
