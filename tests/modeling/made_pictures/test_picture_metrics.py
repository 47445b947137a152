"""Figures of pictures by hand, and what a report says of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from modeling.comparing import Pairs, compare, frame_figures, wrong_shares
from modeling.counting import counting_of, pooled
from modeling.evaluations import EVALUATIONS
from modeling.pictures.metrics import COLUMNS, SHAPE, entropy_bits, figures_of, picture_counts, similarity_map
from modeling.pictures.subjects import TruePicture
from modeling.tasks import TASKS
from modeling.training.previews import picture_sheet


def grey(value: int, height: int = 9, width: int = 10) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def truth_of(rgb: np.ndarray, segments: np.ndarray | None = None) -> TruePicture:
    return TruePicture(rgb, np.ones(rgb.shape[:2], bool), rgb, segments)


def test_psnr_is_of_the_pixels_that_count() -> None:
    counted = np.zeros((9, 10), bool)
    counted[:, :5] = True
    made = grey(100)
    made[:, 5:] = 0
    made[:, :5] = 100 + 51  # a fifth of the range
    figures = figures_of(picture_counts(TruePicture(grey(100), counted, grey(0)), made))
    assert figures["psnr"] == pytest.approx(-20 * math.log10(0.2))
    assert figures["segments_right"] is None


def test_no_error_is_a_hundred_decibels_and_nothing_has_no_figure() -> None:
    same = figures_of(picture_counts(truth_of(grey(3)), grey(3)))
    assert (same["psnr"], same["ssim"], same["entropy"]) == (100, pytest.approx(1), 0)
    nothing = TruePicture(grey(3), np.zeros((9, 10), bool), grey(3))
    figures = figures_of(picture_counts(nothing, grey(3)))
    assert figures["psnr"] is figures["ssim"] is None


def test_ssim_of_flat_greys_is_their_luminance_term() -> None:
    c1 = (0.01 * 255) ** 2
    expected = (2 * 100 * 50 + c1) / (100**2 + 50**2 + c1)
    np.testing.assert_allclose(similarity_map(grey(100), grey(50)), expected, rtol=1e-4)


def test_entropy_is_in_bits() -> None:
    rgb = grey(0)
    assert entropy_bits(rgb) == 0
    rgb[:, 5:] = 255
    assert entropy_bits(rgb) == 1
    assert entropy_bits(rgb, np.arange(10)[None].repeat(9, 0) < 5) == 0


def test_segments_are_counted_with_the_colour_that_they_have() -> None:
    segments = np.zeros((9, 10), np.int32)
    segments[:, 5:] = 1
    made = grey(200)
    made[:, 5:] = 90
    counts = picture_counts(truth_of(grey(200), segments), made)
    assert dict(zip(COLUMNS, counts[0], strict=True))["segments"] == 2
    assert figures_of(counts)["segments_right"] == 0.5


def test_counts_add_up_over_frames_and_models_are_compared_by_them() -> None:
    counting = counting_of(TASKS.get("deblur"))
    counts = [counting.counts(truth_of(grey(100)), grey(value)) for value in (100, 50)]
    assert pooled(counting, []).shape == SHAPE == counts[0].shape
    assert counting.headline(pooled(counting, counts)) == pytest.approx(
        np.mean([counting.headline(one) for one in counts])
    )
    assert counting.wrong(counts[0]) == pytest.approx(0)
    both = np.array(counts)
    assert frame_figures(both, "ssim").tolist() == [counting.headline(one) for one in counts]
    assert wrong_shares(both, "ssim")[1] == counting.wrong(counts[1])
    compared = compare(Pairs(["a", "b"], both[[1, 1]], both), (), "ssim")
    assert compared.headline.value == pytest.approx(
        (counting.headline(counts[0]) - counting.headline(counts[1])) / 2
    )


def test_a_report_holds_what_is_made_what_there_was_and_what_else_there_is() -> None:
    entry = EVALUATIONS.get("deblur")
    evaluation = entry.build(entry.parse())
    truth = TruePicture(grey(100), np.ones((9, 10), bool), grey(50))
    for cut in "abc":
        evaluation.add(grey(100), truth, grey(100), production="p", cut=cut)
    report = evaluation.report()
    assert (report["frames"], report["cuts"]) == (3, 3)
    assert report["made"]["psnr"] == 100 > report["shown"]["psnr"]
    assert {"unsharp", "wiener"} <= report.keys()
    assert "finished" not in report
    assert report["intervals"]["shown"]["psnr"] == [report["shown"]["psnr"]] * 2
    assert report["groups"]["p"]["made"] == report["made"]
    assert report["made"]["fsim"] == pytest.approx(1, abs=1e-6)
    assert "fid" in report["not_reported"]


def test_a_sheet_shows_four_panels() -> None:
    truth = TruePicture(grey(10), np.ones((9, 10), bool), grey(20))
    sheet = picture_sheet(truth, grey(40))
    assert sheet.shape == (9, 4 * 10 + 3 * 6, 3)
    assert [int(sheet[0, at, 0]) for at in (0, 16, 32, 48)] == [20, 10, 40, 30]
    assert int(picture_sheet(truth, grey(40), grey(50))[0, 48, 0]) == 50
