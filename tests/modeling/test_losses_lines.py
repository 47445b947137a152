"""Losses of lines on drawn pictures, worked by hand. A digit is a class, ``.`` flat area, ``?`` ignored."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modeling.labels import DOUGA, IGNORE
from modeling.losses import LOSSES
from modeling.losses.lines import line_classes, soft_skeleton, tubed_skeletons


def drawn(*rows: str) -> torch.Tensor:
    """(1, H, W) uint8 classes."""
    codes = {".": 0, "?": IGNORE, **{str(digit): digit for digit in range(10)}}
    return torch.tensor([[[codes[mark] for mark in row] for row in rows]], dtype=torch.uint8)


def sure_of(classes: torch.Tensor, channels: int = 1) -> torch.Tensor:
    """Logits that leave no doubt."""
    if channels == 1:
        return torch.where(classes == 1, 30.0, -30.0)[:, None]
    return torch.nn.functional.one_hot(classes.long(), channels).permute(0, 3, 1, 2) * 60.0


def value(name: str, predicted: torch.Tensor, truth: torch.Tensor, channels: int = 1, **params) -> float:
    entry = LOSSES.get(name)
    return entry.build(entry.parse(params))(sure_of(predicted, channels), truth).item()


def test_the_schema_says_which_classes_are_lines() -> None:
    names = [DOUGA.classes[index].name for index in line_classes("douga", 10)]
    assert names == ["visible_line", "shading_line", "color_edge", "highlight_line", "book_line"]
    assert line_classes("douga", 1) == [1]


# --- clDice ---

LINE = drawn(".....", "11111", ".....")
BROKEN = drawn(".....", "11.11", ".....")


def test_cldice_of_a_line_broken_at_one_pixel() -> None:
    # Of the predicted skeleton 4 of 4 lie in the line, of the true one 4 of 5; one more of each smooths.
    recall = (4 + 1) / (5 + 1)
    assert value("cldice", BROKEN, LINE) == pytest.approx(1 - 2 * recall / (1 + recall), abs=1e-6)
    assert value("cldice", LINE, BROKEN) == pytest.approx(1 - 2 * recall / (1 + recall), abs=1e-6)


def test_cldice_of_a_line_too_wide_is_whole() -> None:
    wide = drawn("11111", "11111", "11111")
    assert value("cldice", wide, LINE) == pytest.approx(0, abs=1e-6)


def test_the_soft_skeleton_of_a_wide_line_is_its_middle() -> None:
    wide = drawn(".....", "11111", "11111", "11111", ".....")[:, None].float()
    assert soft_skeleton(wide, 3)[0, 0].tolist() == [[0] * 5, [0] * 5, [1] * 5, [0] * 5, [0] * 5]
    assert soft_skeleton(wide, 0).sum() == 0


def test_cldice_takes_line_classes_one_by_one_or_as_one() -> None:
    truth, other = drawn(".....", "11444", "....."), drawn(".....", "11111", ".....")
    # Class 1: 2 of 5 predicted lie in it, 2 of 2 found; class 4: nothing predicted, 0 of 3 found.
    first, second = 2 * (3 / 6) / (1 + 3 / 6), 2 * (1 / 4) / (1 + 1 / 4)
    assert value("cldice", other, truth, 10) == pytest.approx(1 - (first + second) / 2, abs=1e-6)
    assert value("cldice", other, truth, 10, as_one=True) == pytest.approx(0, abs=1e-6)


def test_fills_are_no_lines() -> None:
    truth, other = drawn("66666", "11111", "77777"), drawn("88888", "11111", ".....")
    assert value("cldice", other, truth, 10) == pytest.approx(0, abs=1e-6)
    assert value("skeleton_recall", other, truth, 10) == pytest.approx(0, abs=1e-6)


# --- skeleton recall ---

WIDE = drawn(".........", ".1111111.", ".1111111.", ".1111111.", ".........")
SKELETON = [".........", "......1..", ".11111...", ".........", "........."]
"""As scikit-image thins it: the middle, bent at one end."""


def picture(tube: np.ndarray) -> list[str]:
    return ["".join(".1"[int(marked)] for marked in row) for row in tube]


def test_the_skeleton_of_a_wide_line_is_its_middle() -> None:
    assert picture(tubed_skeletons(WIDE[0].numpy(), [1], 0)[0]) == SKELETON


def test_the_tube_stays_in_its_line() -> None:
    tube = picture(tubed_skeletons(WIDE[0].numpy(), [1], 2)[0])
    assert tube == [".........", ".1111111.", ".1111111.", ".111111..", "........."]
    assert not tubed_skeletons(WIDE[0].numpy(), [2], 2).any()


@pytest.mark.parametrize(
    ("radius", "found", "of"),
    [(0, 5, 6), (2, 7, 20)],  # 5 of the skeleton's 6 pixels; the middle row's 7 of the tube's 7 + 7 + 6
)
def test_recall_of_the_middle_of_a_wide_line(radius, found, of) -> None:
    middle = drawn(".........", ".........", ".1111111.", ".........", ".........")
    expected = 1 - (found + 1) / (of + 1)
    assert value("skeleton_recall", middle, WIDE, radius=radius) == pytest.approx(expected, abs=1e-6)


def test_recall_counts_each_line_class_alike() -> None:
    truth, other = drawn("11111111", "........", "22......"), drawn("11111111", "........", "........")
    # All of class 1; of class 2 none of 2 pixels, and one more of each smooths.
    assert value("skeleton_recall", other, truth, 10) == pytest.approx((0 + 1 - 1 / 3) / 2, abs=1e-6)


def test_recall_asks_nothing_beyond_the_skeleton() -> None:
    everything = torch.ones_like(LINE)
    assert value("skeleton_recall", everything, LINE) == pytest.approx(0, abs=1e-6)


def test_recall_needs_no_ignored_pixel() -> None:
    truth, other = drawn(".....", "11?11", "....."), drawn(".....", "11.11", ".....")
    assert value("skeleton_recall", other, truth) == pytest.approx(0, abs=1e-6)
