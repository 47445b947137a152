"""The same drawing over the same plate is found in whatever shape it comes back; another pose or plate is not."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from datasets.features import edge_grid
from datasets.lookalikes import candidates, likeness, look_of, may_be_alike
from datasets.lookalikes.candidates import mirrored_grids
from modeling.images import read_rgb
from modeling.picture.bars import inside_bars, picture_box
from tests.datasets.makers import Picture, figure, plate

SIZE = 480, 270


def shot(seed: int = 0, x: int = 40) -> Picture:
    """A figure over a plate with a skyline of its own."""
    rng = np.random.default_rng(seed + 50)
    picture = plate(seed)
    for left in range(0, 256, 16):
        top = int(rng.integers(60, 130))
        cv2.rectangle(picture, (left, top), (left + 13, 143), rng.integers(0, 255, 3).tolist(), -1)
    return cv2.resize(figure(picture, x), SIZE, interpolation=cv2.INTER_AREA)


def encoded(picture: Picture, kind: str, quality: int) -> Picture:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, kind, quality=quality)
    return read_rgb(buffer.getvalue())


def captioned(picture: Picture) -> Picture:
    drawn = picture.copy()
    for thick, tone in ((5, 0), (2, 255)):
        cv2.putText(drawn, "Wait for me at the station", (100, 245), 0, 0.65, (tone,) * 3, thick, cv2.LINE_AA)
    return drawn


def moved(picture: Picture, x: int, y: int) -> Picture:
    by = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return cv2.warpAffine(picture, by, SIZE, borderMode=cv2.BORDER_REPLICATE)


def letterboxed(picture: Picture) -> Picture:
    boxed = np.zeros_like(picture)
    boxed[30:240] = cv2.resize(picture, (480, 210), interpolation=cv2.INTER_AREA)
    return boxed


def covered(picture: Picture) -> Picture:
    boxed = picture.copy()
    boxed[:30] = boxed[-30:] = 4
    return boxed


REUSE: dict[str, Callable[[Picture], Picture]] = {
    "again": lambda picture: picture,
    "jpeg": lambda picture: encoded(picture, "JPEG", 50),
    "webp": lambda picture: encoded(picture, "WEBP", 40),
    "brighter": lambda picture: cv2.convertScaleAbs(picture, alpha=1.15, beta=8),
    "darker": lambda picture: cv2.convertScaleAbs(picture, alpha=0.6),
    "shifted": lambda picture: moved(picture, 4, -2),
    "captioned": captioned,
    "letterboxed": letterboxed,
    "covered by bars": covered,
    "all at once": lambda picture: encoded(
        captioned(moved(cv2.convertScaleAbs(picture, alpha=1.1, beta=5), 3, 2)), "JPEG", 60
    ),
}


@pytest.mark.parametrize("how", REUSE)
def test_reuse_is_found(how: str) -> None:
    assert likeness(look_of(shot()), look_of(REUSE[how](shot()))).same


def test_a_mirrored_frame_is_the_same_once_mirrored_back() -> None:
    mirrored = look_of(np.ascontiguousarray(shot()[:, ::-1]))
    assert not likeness(look_of(shot()), mirrored).same
    assert likeness(look_of(shot()), mirrored[:, ::-1]).same


def test_another_pose_over_the_same_plate_is_not_the_same() -> None:
    assert not likeness(look_of(shot(x=40)), look_of(shot(x=60))).same


def test_another_plate_is_not_the_same() -> None:
    assert not likeness(look_of(shot(0)), look_of(shot(1))).same


def test_a_small_figure_near_the_ground_is_no_caption() -> None:
    there = shot()
    cv2.ellipse(there, (330, 225), (22, 26), 0, 0, 360, (250, 250, 240), -1)
    assert not likeness(look_of(shot()), look_of(there)).same


def test_a_figure_as_light_as_the_plate_is_seen_by_its_colour() -> None:
    there = shot()
    grey = there[60:160, 380:440].mean((0, 1))
    there[60:160, 380:440] = grey + np.array(
        [40, -32, 48]
    )  # 0.299, 0.587 and 0.114 of these nearly cancel out
    assert not likeness(look_of(shot()), look_of(there)).same


def test_flat_frames_tell_nothing() -> None:
    black = look_of(np.zeros((54, 96, 3), np.uint8))
    assert not likeness(black, black).same


def test_only_what_correlates_is_looked_at() -> None:
    looks = np.array([look_of(shot(0)), look_of(shot(0))])
    others = np.array([look_of(captioned(shot(0))), 255 - look_of(shot(0))])
    assert may_be_alike(looks, others).tolist() == [True, False]
    assert may_be_alike(looks[:0], others[:0]).tolist() == []


def test_candidates_are_of_the_most_alike_cuts_and_say_which_way_round() -> None:
    ours = np.array([edge_grid(shot(0))])
    theirs = np.array([edge_grid(shot(seed)) for seed in (1, 0, 2)])
    found = candidates(ours, theirs, np.array([7, 5, 7]))
    assert (found.rows[0], found.columns[0], bool(found.mirrored[0])) == (0, 1, False)
    turned = candidates(ours, mirrored_grids(theirs), np.array([7, 5, 7]))
    assert (turned.columns[0], bool(turned.mirrored[0])) == (1, True)


def test_a_frame_without_edges_is_no_candidate() -> None:
    blank = np.zeros((1, 256), np.uint8)
    assert not len(candidates(blank, blank, np.array([1])).rows)
    assert not len(candidates(blank[:0], blank, np.array([1])).rows)


def test_bars_come_in_pairs_and_captions_may_lie_on_them() -> None:
    assert picture_box(letterboxed(shot())) == (30, 240, 0, 480)
    assert picture_box(captioned(letterboxed(shot())))[:2] == (30, 240)
    assert inside_bars(np.ascontiguousarray(letterboxed(shot()).transpose(1, 0, 2))).shape == (480, 210, 3)


def test_a_black_frame_and_a_dark_sky_have_no_bars() -> None:
    assert picture_box(np.zeros((90, 160, 3), np.uint8)) == (0, 90, 0, 160)
    night = shot()
    night[:60] = 5
    assert picture_box(night) == (0, 270, 0, 480)
