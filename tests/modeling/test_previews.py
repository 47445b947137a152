"""Pictures of errors, on maps of a few pixels."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from modeling.labels import IGNORE, KINDS
from modeling.training.previews import (
    GROUND,
    class_error_picture,
    class_sheet,
    coded_classes,
    coded_errors,
    preview,
    worst_box,
)

DOUGA = KINDS["douga"]
FLAT, LINE, SHADE = (0, 1, 6)


def test_errors_stand_out_in_the_colour_that_was_predicted() -> None:
    truth = np.array([[FLAT, LINE, SHADE, SHADE, IGNORE]], np.uint8)
    guess = np.array([[FLAT, SHADE, SHADE, FLAT, LINE]], np.uint8)
    assert class_error_picture(truth, guess, DOUGA)[0].tolist() == [
        [138, 138, 138],  # a quarter of white, three quarters of grey 100
        [201, 167, 235],  # C9A7EB
        [125, 116, 133],
        [255, 255, 255],
        [24, 24, 24],
    ]


def test_a_line_of_one_pixel_stays_when_it_is_reduced() -> None:
    classes = np.full((8, 8), SHADE, np.uint8)
    classes[2] = LINE
    small = coded_classes(classes, DOUGA).reduced((2, 2))
    assert small.tolist() == [[LINE, LINE], [SHADE, SHADE]]


def test_a_missed_line_stays_and_a_rim_does_not_hide_a_line_that_was_met() -> None:
    truth = np.zeros((8, 8), np.uint8)
    truth[1:3, :4], truth[5, 4:] = LINE, LINE
    guess = np.zeros((8, 8), np.uint8)
    guess[1:4, :4] = LINE  # a pixel too wide
    small = coded_errors(truth, guess, DOUGA).reduced((2, 2))
    # met: the line itself; wrong: 10 more than the class that was predicted, here flat where the line was
    assert small.tolist() == [[LINE, FLAT], [FLAT, 10 + FLAT]]


def test_the_worst_place_is_found() -> None:
    wrong = np.zeros((6, 9), bool)
    wrong[1, 1] = wrong[4, 6] = wrong[4, 8] = True
    rows, columns = worst_box(wrong, (2, 3))
    assert (rows.start, rows.stop, columns.start, columns.stop) == (3, 5, 6, 9)
    assert worst_box(np.zeros((2, 3), bool), (2, 3)) == (slice(0, 2), slice(0, 3))


def test_a_sheet_of_a_small_frame_is_one_row_at_native_pixels() -> None:
    rgb = np.full((10, 20, 3), 100, np.uint8)
    truth, guess = np.zeros((10, 20), np.uint8), np.zeros((10, 20), np.uint8)
    truth[5], guess[5] = LINE, SHADE
    sheet = class_sheet(rgb, truth, guess, DOUGA)
    assert sheet.shape == (10, 4 * 20 + 3 * 6, 3)
    panels = [sheet[:, start : start + 20] for start in range(0, sheet.shape[1], 26)]
    assert [panel[5, 0].tolist() for panel in panels] == [
        [100, 100, 100],
        [0, 0, 0],
        [150, 134, 168],  # half the frame, half the shade
        [201, 167, 235],
    ]
    assert [panel[0, 0].tolist() for panel in panels[1:]] == [
        [255, 255, 255],
        [178, 178, 178],
        [138, 138, 138],
    ]
    assert sheet[0, 20].tolist() == list(GROUND)


def test_a_sheet_of_a_large_frame_shows_the_worst_place_below() -> None:
    truth = np.zeros((540, 960), np.uint8)
    guess = truth.copy()
    guess[530, 950] = LINE
    sheet = class_sheet(np.zeros((540, 960, 3), np.uint8), truth, guess, DOUGA)
    assert sheet.shape == (2 * 270 + 6, 4 * 480 + 3 * 6, 3)
    assert sheet[265, 3 * 486 + 475].tolist() == [0, 0, 0], "one wrong pixel is seen in the whole"
    assert (sheet[276:, 3 * 486 :] == 0).all(-1).sum() == 1, "and at its own size below"


def test_pictures_of_many_classes_keep_their_colours() -> None:
    truth = np.zeros((8, 8), np.uint8)
    truth[:, 4] = 3
    data = preview(np.zeros((8, 8, 3), np.uint8), truth, truth, DOUGA, "classes")
    stored = np.asarray(Image.open(BytesIO(data)).convert("RGB"))
    assert stored[0, 8 + 6 + 4].tolist() == [0, 160, 60]
