"""The colours every page is made of stand out from every ground they are put on (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static/css/sakkan.css"
GROUNDS = ("bg", "bg-raised", "bg-sunken", "bg-hover")
TEXTS = ("text", "text-quiet", "accent", "good", "warn", "bad")


def tokens() -> dict[str, tuple[int, int, int]]:
    """Read the custom properties of ``:root`` that are plain colours."""
    root = CSS.read_text().partition(":root {")[2].partition("}")[0]
    found = re.findall(r"--([\w-]+): #([0-9a-f]{6});", root)
    return {name: (int(color[:2], 16), int(color[2:4], 16), int(color[4:], 16)) for name, color in found}


def luminance(color: tuple[int, int, int]) -> float:
    """Relative luminance of an sRGB colour, 0 to 1."""
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (c / 255 for c in color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two tokens, 1 to 21."""
    light, dark = sorted((luminance(tokens()[one]), luminance(tokens()[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), itertools.product(TEXTS, GROUNDS))
def test_texts_stand_out(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


def test_a_primary_button_can_be_read() -> None:
    assert contrast("accent-text", "accent") >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_focus_is_seen(ground: str) -> None:
    assert contrast("focus", ground) >= 3
