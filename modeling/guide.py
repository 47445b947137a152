"""The labelling guide: what is drawn how, a rule a case, for each label kind.

The editor shows these texts beside the canvas and the docs print them (`as_markdown`); the procedural production draws
after them, by test (``tests/datasets/procedural/test_guide.py``). Each rule has a pair of pictures that the production
drew (`datasets.procedural.guide`). Classes: Kugler 2020, section 5.1; relative fills: figure 5.11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from modeling.labels import CEL, DEPTH, DOUGA, get_kind


@dataclass(frozen=True, slots=True)
class Rule:
    """One case: ``name`` (a slug, unique in its kind) names the pictures, ``title`` and ``text`` are for people."""

    name: str
    title: str
    text: str


_DOUGA = (
    Rule(
        "relative",
        "Base tone and light are relative",
        "A shade is darker and a highlight lighter than the base tone beside it; the base stays bare. The "
        "same two tones may be shade and base, or base and highlight: the cut's light decides. Choose once, "
        "keep it for the cut.",
    ),
    Rule(
        "levels",
        "Levels of shade",
        "Every level is a shading fill, with a shading line towards the next lighter tone. Shades of one tone"
        " that run into each other are one fill with one border.",
    ),
    Rule(
        "lines",
        "Coloured outline or separating line",
        "A line that the picture shows is a visible line, whatever its colour. Where two colours or tones "
        "meet without one, the border is a colour edge, shading line or highlight line: only the douga has "
        "it.",
    ),
    Rule(
        "eyes",
        "Lights in the eye",
        "Each light in an eye is a highlight fill inside its highlight line. The white, the pupil and "
        "coloured rings are colour fills with colour edges; the lid's shade is shade; the iris is bare.",
    ),
    Rule(
        "brows",
        "Brows through hair",
        "A brow that shows through the hair is drawn whole: outline as visible line, inside bare. Lines and "
        "fills of the hair end at it.",
    ),
    Rule(
        "black",
        "Solid blacks",
        "Lashes, lids and black areas are an outline, bare inside, unless this production's profile has them "
        "solid. What is so dark that no shade shows on it has none.",
    ),
    Rule(
        "blush",
        "Blush",
        "Blush is a colour fill inside a colour edge, never shade. Blush in strokes is a small area for each "
        "stroke.",
    ),
    Rule(
        "cast",
        "Shadows on the plate",
        "What a figure throws on floor or wall belongs to the plate: nothing is drawn. What falls on the "
        "figure itself, as hair does on a face, is shade.",
    ),
    Rule(
        "effects",
        "Effects and smears",
        "What is blurred or lets the plate through (smears, dust, light, subtitles) is ignore. A stretched "
        "drawing that has its lines is drawn like any other.",
    ),
    Rule(
        "books",
        "Books",
        "Where a painted element in front covers the cel, it is a book fill inside a book line, and nothing "
        "behind it is drawn. Where it covers the plate alone, nothing is drawn.",
    ),
)

_CEL = (
    Rule(
        "moves",
        "Cel: what is drawn for the frame",
        "Figures with all they wear and hold, out to the outer edge of their lines.",
    ),
    Rule(
        "plate",
        "Painted, even if outlined",
        "Trees, signs, furniture, posters, painted passers-by: what belongs to the plate is background, "
        "however clear its lines. A plate alone is an empty mask, and that is a label, too.",
    ),
    Rule(
        "gaps",
        "Gaps",
        "Plate that shows between arm and body, legs or locks of hair is background.",
    ),
    Rule(
        "full",
        "Full frames",
        "In a close-up the cel may fill the whole frame. Then everything is cel.",
    ),
    Rule(
        "books",
        "Books cover the cel",
        "A painted element in front of the figure is background where it covers the figure.",
    ),
    Rule(
        "cast",
        "Shadows on the plate",
        "A figure's shadow on floor or wall is background. A shade on the figure is cel.",
    ),
    Rule(
        "transparent",
        "Partly transparent",
        "What lets the plate through (glow, light, haze, glass) is background. Over a cel it changes nothing:"
        " the cel stays cel.",
    ),
    Rule(
        "effects",
        "Effects and smears",
        "Where a smear or blur has no edge to follow, what nobody can decide is ignore; the part that covers "
        "the plate is cel. A stretched drawing with lines is cel.",
    ),
)

_DEPTH = (
    Rule(
        "near",
        "Near is large",
        "Depth is relative to the cut: 100 % for what comes nearest in it, next to nothing for sky and horizon."
        " A thing keeps its depth all through the cut, unless it moves to or from the viewer.",
    ),
    Rule(
        "flat",
        "A cel is one depth",
        "A figure is one drawing with all it wears and holds: one layer, one depth, taken from the cel mask. "
        "Each of several figures has its own.",
    ),
    Rule(
        "hides",
        "What hides is nearer",
        "Whatever cuts something off lies in front of it, by however little: a figure is nearer than all it "
        "covers of the plate, of two figures the whole one is. Only the floor before its feet is nearer still.",
    ),
    Rule(
        "floor",
        "What recedes is a gradient",
        "A flat floor or road falls off evenly from its near edge to the horizon, a wall seen at a slant along "
        "its foot: one gradient each. What stands on it has the depth of where it stands.",
    ),
    Rule(
        "books",
        "Books are in front",
        "A painted element that covers the figure is a layer of its own, nearer than the figure. Through its "
        "gaps one sees what lies behind.",
    ),
    Rule(
        "cast",
        "Light has no depth",
        "Shadows, light, haze and reflections have the depth of what they fall on: they are no layer.",
    ),
    Rule(
        "effects",
        "Leave open what nobody can tell",
        "What has no place in depth (smears, subtitles, effects without an edge) belongs to no layer: it stays"
        " hatched and counts nowhere.",
    ),
)

GUIDES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {CEL.name: _CEL, DOUGA.name: _DOUGA, DEPTH.name: _DEPTH}
)
"""Rules of each label kind that people draw, in the order in which they are shown."""


def as_markdown(kind: str) -> str:
    """The rules of a kind as a Markdown list, for the docs.

    Raises:
        UserError: ``unknown_kind``.
    """
    return "\n".join(f"- **{rule.title}.** {rule.text}" for rule in GUIDES[get_kind(kind).name])
