"""Bars and captions are no picture: found where they are drawn, and nothing is found where none are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor, nn

from datasets.quality import MEASURES
from modeling.images import encode_png, read_rgb
from modeling.inference.listed import Listed
from modeling.inference.predictor import Predictor
from modeling.inference.scoring import Panel, score_frames
from modeling.picture.bars import picture_box
from modeling.picture.captions import caption_boxes
from modeling.picture.mask import picture_mask
from modeling.tasks import TASKS
from tests.modeling.pictures import gradient

Picture = np.ndarray
LINES = ["Wait for me at the station!", "I have something to tell you."]
HEIGHT, WIDTH = 540, 960


def plate(light: bool = False) -> Picture:
    """A painted-looking ground, dark to middle or as light as letters."""
    low, high = (185, 250) if light else (40, 140)
    coarse = np.random.default_rng(3).integers(low, high, (7, 12, 3), np.uint8)
    return cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def pillow(rgb: Picture, lines: list[str], outline: bool, top: int | None = None) -> tuple[Picture, Picture]:
    """The frame with lines in Pillow's own font, and (H, W) bool: which pixels that are."""
    font, tall = ImageFont.load_default(28), 34
    drawn, ink = Image.fromarray(rgb), Image.new("L", (rgb.shape[1], rgb.shape[0]))
    around = 2 if outline else 0
    for number, line in enumerate(lines):
        at = rgb.shape[1] / 2, (rgb.shape[0] - 30 - tall * len(lines) if top is None else top) + tall * number
        for image, fill in ((drawn, "white"), (ink, 255)):
            edge = 255 if image is ink else "black"
            ImageDraw.Draw(image).text(
                at, line, fill=fill, font=font, anchor="ma", stroke_width=around, stroke_fill=edge
            )
    return np.asarray(drawn), np.asarray(ink) > 64


def strokes(rgb: Picture, lines: list[str], outline: bool) -> tuple[Picture, Picture]:
    """The same in OpenCV's."""
    ink = np.zeros(rgb.shape[:2], np.uint8)
    for number, line in enumerate(lines):
        (wide, _), _ = cv2.getTextSize(line, 0, 0.9, 2)
        cv2.putText(ink, line, ((WIDTH - wide) // 2, HEIGHT - 64 + 34 * number), 0, 0.9, 255, 2, cv2.LINE_AA)
    wider = cv2.dilate(ink, np.ones((5, 5), np.uint8)) if outline else ink
    white, black = ink[..., None] / 255, (wider if outline else np.zeros_like(ink))[..., None] / 255
    return np.uint8(rgb * (1 - black) * (1 - white) + 255 * white), wider > 64


def found(rgb: Picture) -> Picture:
    """(H, W) bool: what lies in a caption's box."""
    mask = np.zeros(rgb.shape[:2], bool)
    for box in caption_boxes(rgb):
        mask[box.top : box.bottom, box.left : box.right] = True
    return mask


@pytest.mark.parametrize("draw", [pillow, strokes])
@pytest.mark.parametrize(("light", "outline"), [(False, False), (False, True), (True, True)])
def test_captions_are_found_and_what_is_beside_them_is_not(draw, light: bool, outline: bool) -> None:
    drawn, ink = draw(plate(light), LINES, outline)
    mask = found(drawn)
    assert mask[ink].mean() > 0.98
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    mask[rows[0] - 16 : rows[-1] + 16, columns[0] - 32 : columns[-1] + 32] = False
    assert not mask.any()


def test_captions_are_found_at_either_end_at_any_size_and_after_jpeg() -> None:
    drawn, ink = pillow(plate(), LINES, True, top=24)
    assert found(drawn)[ink].mean() > 0.98
    large = cv2.resize(drawn, (1920, 1080), interpolation=cv2.INTER_CUBIC)
    assert found(large)[cv2.resize(ink.astype(np.uint8), (1920, 1080)) > 0].mean() > 0.98
    packed = cv2.imdecode(cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_COLOR)
    assert found(packed)[ink].mean() > 0.98


def test_a_line_behind_which_a_bright_spot_lies_is_covered_throughout() -> None:
    ground = plate()
    cv2.circle(ground, (480, 480), 30, (255, 255, 255), -1)
    drawn, ink = pillow(ground, LINES[:1], False)
    assert found(drawn)[ink].mean() > 0.98


def test_signs_and_words_to_one_side_are_picture() -> None:
    assert not found(pillow(plate(), LINES[:1], True, top=250)[0]).any()
    aside = np.zeros((HEIGHT, WIDTH, 3), np.uint8) + plate()
    cv2.putText(aside, "STATION", (40, 500), 0, 0.9, (255, 255, 255), 2, cv2.LINE_AA)
    assert not found(aside).any()


def test_frames_without_captions_lose_nothing() -> None:
    fence = plate()
    fence[400:480, ::12] = fence[400:480, 1::12] = 250
    for rgb in (plate(), plate(True), fence, np.zeros((HEIGHT, WIDTH, 3), np.uint8), gradient(200, 300)):
        assert picture_mask(rgb) is None


@pytest.mark.sample
def test_art_that_nobody_here_drew_loses_nothing(sample) -> None:
    files = sorted((sample / "frames").glob("*.webp"))[::6]
    assert [file.name for file in files if picture_mask(read_rgb(file)) is not None] == []


def test_the_filter_of_on_screen_text_knows_outlined_letters_on_light_ground_too() -> None:
    count = MEASURES["text"].compute
    assert count(pillow(plate(True), LINES, True)[0]) >= MEASURES["text"].threshold
    assert count(plate(True)) == 0


def test_a_figure_in_front_of_black_is_not_cut() -> None:
    rgb = np.zeros((100, 160, 3), np.uint8)
    rgb[20:90, 60:100] = 200
    assert picture_box(rgb) == (10, 90, 0, 160)  # as far as both ends are black from side to side
    rgb[20:, 60:100] = 200
    assert picture_box(rgb)[:2] == (0, 100)


def test_a_mask_of_another_size_leaves_out_every_pixel_that_is_touched() -> None:
    rgb = np.full((40, 20, 3), 200, np.uint8)
    rgb[:5] = rgb[-5:] = 0
    mask = picture_mask(rgb, (20, 10))
    assert mask is not None
    assert np.flatnonzero(mask.all(1)).tolist() == list(range(3, 17))
    assert not mask[:3].any()
    assert not mask[17:].any()


class Lit(nn.Module):
    """Sure of what is dark, unsure of what is white: the logit of a pixel is eight times its distance from white."""

    def forward(self, x: Tensor) -> Tensor:
        return 8 * (1 - x[:, :1])


def test_scores_of_a_captioned_frame_are_those_without_its_captions(tmp_path) -> None:
    ground = np.full((HEIGHT, WIDTH, 3), 96, np.uint8)
    drawn, _ = pillow(ground, LINES, False)
    predictor = Predictor(Lit(), TASKS.get("cel"), 240, torch.device("cpu"))
    panel = Panel.open(predictor, ["entropy"], None)
    clean = panel.frame(ground)["entropy"]
    assert panel.frame(drawn)["entropy"] == pytest.approx(clean, rel=1e-4)
    files = []
    for name, rgb in (("clean", ground), ("captioned", drawn)):
        (tmp_path / f"{name}.png").write_bytes(encode_png(rgb))
        files.append(Listed(name, tmp_path / f"{name}.png"))
    scores = [scored["entropy"] for _, scored in score_frames(predictor, files, ["entropy"])]
    assert scores == pytest.approx([clean, clean], rel=1e-4)
    everything = predictor.entropy(drawn)
    assert everything.mean() > 1.05 * clean  # it would have counted
