"""Pictures of where a run errs, for people: the thesis's figure 4.10 of two classes, sheets of many, and of depth."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modeling.images import read_rgb, resize_long_side
from modeling.labelio import label_colors
from modeling.labels import IGNORE, KINDS, LabelKind, levels_of
from modeling.pictures.subjects import TruePicture
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.targets import Target, target_of
from modeling.tasks import Task
from modeling.training.evaluation import Judged, Labeller

PREVIEWS = 12
PREVIEW_SIDE = 640
PANEL_SIDE = 480
"""Long side of each panel of a sheet."""
GAP = 6
"""Between the panels of a sheet, in px."""
GROUND = (19, 20, 24)
FAINT, MIDDLE = 0.25, 100
"""What is right keeps so much of its colour and is this grey beyond it: wrong black and wrong white both stand out."""
THIN, WRONG = 8.0, 4.0
"""How much more a pixel of a line, or a wrong one, weighs when a picture is reduced: both are a pixel wide."""
FAR_OFF = 0.25
"""Error of a depth in 0..1 that is drawn in full colour."""
INSET = 0.3
"""Width of the small input, relative to the picture."""

BACKGROUND_RIGHT, CEL_RIGHT, FALSE_CEL, MISSED_CEL, UNCOUNTED = (
    (128, 128, 128),
    (255, 255, 255),
    (220, 40, 40),
    (40, 80, 230),
    (24, 24, 24),
)

Picture = NDArray[np.uint8]
Classes = NDArray[np.uint8]


def error_picture(rgb: Picture, truth: Classes, prediction: Classes) -> Picture:
    """Draw the thesis's figure 4.10.

    White and grey where cel and background are right, red background taken for cel, blue cel that was missed,
    dark where nothing counts; the input small in the top left corner.

    Args:
        rgb: (H, W, 3) uint8 input.
        truth: (H, W) uint8 classes, 255 ignored.
        prediction: (H, W) uint8 classes.

    Returns:
        (H, W, 3) uint8.
    """
    colors = np.array([[BACKGROUND_RIGHT, FALSE_CEL], [MISSED_CEL, CEL_RIGHT]], np.uint8)
    counted = truth != IGNORE
    picture = colors[np.where(counted, truth, 0), prediction]
    picture[~counted] = UNCOUNTED
    return _with_inset(picture, rgb)


def _with_inset(picture: Picture, rgb: Picture) -> Picture:
    inset = resize_long_side(rgb, max(1, round(max(rgb.shape) * INSET)))
    picture[: inset.shape[0], : inset.shape[1]] = inset
    return picture


class Coded(NamedTuple):
    """A picture of few colours: (H, W) uint8 ``codes``, (H, W) float32 ``weights`` of its pixels in a reduction."""

    codes: NDArray[np.uint8]
    weights: NDArray[np.float32]

    def reduced(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """(h, w) codes, each the heaviest of those that it covers; the codes themselves where the size is the same."""
        if size == self.codes.shape:
            return self.codes
        present = np.unique(self.codes)
        votes = [
            cv2.resize(
                np.where(self.codes == code, self.weights, 0), size[::-1], interpolation=cv2.INTER_AREA
            )
            for code in present
        ]
        return np.asarray(present[np.argmax(votes, axis=0)], np.uint8)


def coded_classes(classes: Classes, kind: LabelKind) -> Coded:
    """A class map whose lines stay when it is reduced."""
    return Coded(classes, np.where(_line_mask(classes, kind), THIN, 1.0).astype(np.float32))


def coded_errors(truth: Classes, prediction: Classes, kind: LabelKind) -> Coded:
    """The predicted class where it is right, that and the number of classes where it is wrong, 255 where uncounted."""
    wrong, counted = truth != prediction, truth != IGNORE
    codes = np.where(wrong, prediction + len(kind.classes), prediction).astype(np.uint8)
    lines = _line_mask(truth, kind) | _line_mask(prediction, kind)
    weights = np.where(lines & counted, THIN, np.where(wrong & counted, WRONG, 1.0))
    return Coded(np.where(counted, codes, np.uint8(IGNORE)), weights.astype(np.float32))


def _line_mask(classes: Classes, kind: LabelKind) -> NDArray[np.bool_]:
    """(H, W) bool, where a class of the group ``line`` is."""
    table = np.zeros(256, bool)
    table[[index for index, cls in enumerate(kind.classes) if cls.group == "line"]] = True
    return table[classes]


def class_colors(kind: LabelKind) -> Picture:
    """(256, 3) uint8: the classes' colours, then the same for `coded_errors`, where the right ones are faint."""
    # The classes' own colours come first among the entries.
    colors = kind.palette[: len(kind.classes)]
    table = np.full((256, 3), UNCOUNTED, np.uint8)
    table[: len(colors)] = colors * FAINT + (1 - FAINT) * MIDDLE
    table[len(colors) : 2 * len(colors)] = colors
    return table


def class_error_picture(truth: Classes, prediction: Classes, kind: LabelKind) -> Picture:
    """Draw where a map of many classes errs: what is right faint, what is wrong in the colour that was predicted.

    Args:
        truth: (H, W) uint8 classes, 255 ignored and dark.
        prediction: (H, W) uint8 classes.
        kind: Names the colours.

    Returns:
        (H, W, 3) uint8.
    """
    return class_colors(kind)[coded_errors(truth, prediction, kind).codes]


def class_sheet(rgb: Picture, truth: Classes, prediction: Classes, kind: LabelKind) -> Picture:
    """Frame, truth, prediction over the frame, and difference, side by side.

    A frame of more than 480 px is reduced to that, lines staying lines, and a second row shows the place with the most
    wrong pixels at native ones.

    Args:
        rgb: (H, W, 3) uint8 frame.
        truth: (H, W) uint8 classes, 255 ignored.
        prediction: (H, W) uint8 classes.
        kind: Whose classes they are.

    Returns:
        (h, w, 3) uint8.
    """
    height, width = truth.shape
    scale = min(1.0, PANEL_SIDE / max(height, width))
    size = max(1, round(height * scale)), max(1, round(width * scale))
    rows = [_row(rgb, truth, prediction, kind, size)]
    if size != truth.shape:
        box = worst_box((truth != prediction) & (truth != IGNORE), size)
        rows.append(_row(rgb[box], truth[box], prediction[box], kind, size))
    return _framed([_framed(row, axis=1) for row in rows], axis=0)


def depth_sheet(
    rgb: Picture, truth: NDArray[np.float32], prediction: NDArray[np.float32], kind: LabelKind
) -> Picture:
    """Frame, true depth, guessed depth, and where they differ: red where the guess is too near, blue too far.

    Args:
        rgb: (H, W, 3) uint8 frame.
        truth: (H, W) in 0..1, 0 unknown and dark.
        prediction: (H, W) in 0..1.
        kind: Draws depths.

    Returns:
        (h, w, 3) uint8; panels of more than 480 px are reduced.
    """
    known = truth > 0
    panels = [
        rgb,
        np.where(known[..., None], label_colors(levels_of(truth), kind), np.uint8(UNCOUNTED[0])),
        label_colors(levels_of(prediction), kind),
        depth_errors(truth, prediction),
    ]
    side = min(PANEL_SIDE, max(truth.shape))
    return _framed([resize_long_side(np.asarray(panel, np.uint8), side) for panel in panels], axis=1)


def depth_errors(truth: NDArray[np.float32], prediction: NDArray[np.float32]) -> Picture:
    """(H, W, 3) uint8: white where a guess is right, red where too near, blue where too far, full at `FAR_OFF`."""
    off = np.clip((prediction - truth) / FAR_OFF, -1, 1)[..., None]
    near, far = (np.array(color, np.float32) for color in (FALSE_CEL, MISSED_CEL))
    white = np.float32(255)
    colors = np.where(off > 0, white + off * (near - white), white - off * (far - white))
    colors[truth == 0] = UNCOUNTED
    return np.asarray(colors.round(), np.uint8)


def _row(
    rgb: Picture, truth: Classes, prediction: Classes, kind: LabelKind, size: tuple[int, int]
) -> list[Picture]:
    frame = np.asarray(
        cv2.resize(rgb, size[::-1], interpolation=cv2.INTER_AREA) if size != truth.shape else rgb, np.uint8
    )
    drawn, guessed = (coded_classes(each, kind).reduced(size) for each in (truth, prediction))
    wrong = class_colors(kind)[coded_errors(truth, prediction, kind).reduced(size)]
    return [frame, _painted(drawn, kind), _overlaid(frame, guessed, kind), wrong]


def _painted(classes: Classes, kind: LabelKind) -> Picture:
    """(H, W, 3) uint8 in the classes' own colours, dark where nothing counts."""
    codes = np.minimum(classes.astype(np.int64) + len(kind.classes), IGNORE)
    return class_colors(kind)[codes]


def _overlaid(frame: Picture, classes: Classes, kind: LabelKind) -> Picture:
    """The frame seen through the colours of fills, lines opaque."""
    colors = _painted(classes, kind)
    mixed = cv2.addWeighted(frame, 0.5, colors, 0.5, 0)
    return np.where(_line_mask(classes, kind)[..., None], colors, mixed).astype(np.uint8)


def worst_box(wrong: NDArray[np.bool_], size: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of the window of ``size`` with the most wrong pixels, the first of several.

    Args:
        wrong: (H, W) bool, at least as large as the window.
        size: Height and width of the window.
    """
    sums = np.pad(wrong.astype(np.int64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    height, width = size
    inside = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    top, left = np.unravel_index(int(inside.argmax()), inside.shape)
    return slice(int(top), int(top) + height), slice(int(left), int(left) + width)


def _framed(pictures: list[Picture], axis: int) -> Picture:
    """Pictures beside (1) or below (0) each other, the ground showing between them."""
    shape = list(pictures[0].shape)
    shape[axis] = GAP
    between = np.full(shape, GROUND, np.uint8)
    spaced = [part for picture in pictures for part in (between, picture)]
    return np.concatenate(spaced[1:], axis)


def write_previews(
    run: RunFolder,
    snapshot: Snapshot,
    judged: list[Judged],
    task: Task,
    label: Labeller,
    target: Target | None = None,
) -> None:
    """Draw the worst frames into ``previews/``, named by rank and key; ``target`` as in `judge`."""
    kind, target = KINDS[task.kind], target or target_of(task)
    worst = sorted(judged, key=lambda item: (-item.wrong, item.row.key))[:PREVIEWS]
    for rank, item in enumerate(worst):
        rgb = read_rgb(snapshot.path(item.row.file))
        truth, labels = target.truth(snapshot, item.row, rgb), label(item.row, rgb)
        guess = target.prediction(labels.predicted)
        if isinstance(truth, TruePicture):
            data = picture_preview(truth, guess, labels.draft)
        else:
            data = preview(rgb, truth, guess, kind, task.error_picture)
        run.publish(f"previews/{rank:02d}-{_slug(item.row.key)}.webp", data)


def preview(
    rgb: Picture, truth: NDArray[Any], prediction: NDArray[Any], kind: LabelKind, style: str
) -> bytes:
    """A WebP of one frame's errors; ``style`` is a task's ``error_picture``."""
    buffer = BytesIO()
    if style == "false_and_missed":
        picture = resize_long_side(error_picture(rgb, truth, prediction), PREVIEW_SIDE)
        Image.fromarray(picture).save(buffer, "WEBP", quality=90)
    elif style == "depth":
        Image.fromarray(depth_sheet(rgb, truth, prediction, kind)).save(buffer, "WEBP", quality=90)
    else:
        # Lossless: the colours of lines one pixel wide would run.
        Image.fromarray(class_sheet(rgb, truth, prediction, kind)).save(buffer, "WEBP", lossless=True)
    return buffer.getvalue()


def picture_preview(truth: TruePicture, made: Picture, finished: Picture | None) -> bytes:
    """A WebP of a picture that was made: `picture_sheet`."""
    buffer = BytesIO()
    Image.fromarray(picture_sheet(truth, made, finished)).save(buffer, "WEBP", quality=92)
    return buffer.getvalue()


def picture_sheet(truth: TruePicture, made: Picture, finished: Picture | None = None) -> Picture:
    """What there was, what is true, what was made, and that as people get it (without: where it differs), side by side.

    Args:
        truth: Pictures of (H, W, 3) uint8.
        made: (H, W, 3) uint8.
        finished: (H, W, 3) uint8, None where nothing is done to what is made.

    Returns:
        (h, w, 3) uint8; panels of more than 480 px are reduced.
    """
    last = np.abs(made.astype(np.int16) - truth.rgb).astype(np.uint8) if finished is None else finished
    side = min(PANEL_SIDE, max(made.shape))
    panels = (truth.shown, truth.rgb, made, last)
    return _framed([resize_long_side(panel, side) for panel in panels], axis=1)


def _slug(key: str) -> str:
    return re.sub(r"[^\w.-]+", "-", key)
