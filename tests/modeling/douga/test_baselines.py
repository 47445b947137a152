"""XDoG, Canny and the judge of table 5.5, on pictures of a few pixels."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from modeling.douga.baselines import EXTRACTORS, XdogParams, xdog
from modeling.douga.extractors import LineExtractor, edge_counts, judge, threshold_by_frequency
from modeling.douga.lines import MEASURES, f_score
from modeling.errors import UserError
from modeling.labels import IGNORE


def picture(value: int = 255) -> np.ndarray:
    """A black line of 2 px across a plain picture of 9 x 16."""
    rgb = np.full((9, 16, 3), value, np.uint8)
    rgb[4:6] = 0
    return rgb


def test_the_registry_names_four() -> None:
    assert EXTRACTORS.names() == ["xdog", "canny", "sketchkeras", "manga_line"]
    with pytest.raises(UserError, match="canny"):
        EXTRACTORS.get("cany")
    with pytest.raises(UserError, match="sigma"):
        EXTRACTORS.get("xdog").parse({"sigma": 0})


def test_xdog_finds_the_dark_line() -> None:
    entry = EXTRACTORS.get("xdog")
    mask = entry.build(entry.parse())(picture())
    assert mask.dtype == bool
    assert mask.shape == (9, 16)
    assert mask[4:6].all()
    assert not mask[:3].any()
    assert not mask[7:].any()


def test_xdog_of_a_plain_grey_is_its_formula() -> None:
    # no edges: (1 + p) g - p g = g = 0.2; 1 + tanh(10 (0.2 - 0.5)) = 0.0049, so the strength is 253.7
    plain = np.full((5, 5, 3), 51, np.uint8)
    assert xdog(plain, XdogParams()).tolist() == [[254] * 5] * 5
    assert not xdog(np.full((5, 5, 3), 204, np.uint8), XdogParams()).any()


def test_canny_finds_both_sides_of_the_line() -> None:
    entry = EXTRACTORS.get("canny")
    mask = entry.build(entry.parse({"sigma": 0}))(picture())
    found = mask[:, 4:12].all(1)
    assert found.any()
    assert not mask[:2].any()
    assert not mask[8:].any()
    wide = entry.build(entry.parse({"sigma": 0, "width": 3}))(picture())
    assert (wide | ~mask).all()
    assert wide.sum() > mask.sum()


def test_edges_against_areas_by_hand() -> None:
    classes = np.array([[1, 3, 0, 6], [0, 2, IGNORE, IGNORE]], np.uint8)
    mask = np.array([[1, 0, 1, 0], [0, 1, 1, 0]], bool)
    # edges: 1 and 2 found, 3 missed; areas: one flat area taken for a line, two not
    assert edge_counts(classes, mask).tolist() == [[2, 1], [1, 2]]


def test_threshold_by_the_frequency_of_true_lines() -> None:
    strength = np.array([[10, 20, 30, 40], [50, 60, 200, 250]], np.uint8)
    classes = np.array([[0, 0, 0, 0], [0, 1, 1, IGNORE]], np.uint8)
    # two of the seven counted pixels are lines: those above 50
    assert threshold_by_frequency([(strength, classes)]) == 51


def test_judging_pools_frames_and_chooses_one_threshold() -> None:
    classes = np.zeros((9, 16), np.uint8)
    classes[4:6] = 1
    dark = LineExtractor(lambda rgb: 255 - rgb[..., 0], threshold=None)
    found = judge(dark, [(picture(255), classes), (picture(200), classes)])
    # one picture has lines of 255 on 0, the other of 255 on 55
    assert found.threshold == 56
    assert found.table.shares.sum() == pytest.approx(1)
    assert found.table.accuracy == 1
    assert found.table.pixels == 2 * 9 * 16
    lines = np.sum(found.lines, axis=0)
    assert [f_score(lines[list(MEASURES).index(name)]) for name in ("0px", "cldice")] == [1, 1]


def test_judging_keeps_a_threshold_that_was_named() -> None:
    rgb, classes = picture(200), np.zeros((9, 16), np.uint8)
    found = judge(LineExtractor(lambda rgb: 255 - rgb[..., 0], threshold=50), [(rgb, classes)])
    assert found.threshold == 50
    assert found.table.shares.tolist() == [[0, 0], [1, 0]]
    assert found.table.recall == (None, 0)


def test_the_package_loads_no_torch() -> None:
    names = ("", ".baselines", ".extractors", ".lines", ".plugins", ".postprocess", ".tables")
    imports = "; ".join(f"import modeling.douga{name}" for name in names)
    code = f"import sys; {imports}; print(sorted({{'torch', 'django'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
