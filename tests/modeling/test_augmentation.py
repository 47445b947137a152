"""Examples: what each change does to a picture and its classes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modeling.labels import IGNORE
from modeling.recipes import AugmentParams
from modeling.training.augmentation import Crop, Example, erase, over, random_view, recolor, without_cel

OFF = AugmentParams.model_validate(
    {
        "brightness_sd": 0, "contrast_sd": 0, "hue_sd": 0, "scale_min": 1, "scale_max": 1, "rotation": 0,
        "flip": 0, "erase": 0, "background": False, "plates": 0, "paste": 0,
    }
)  # fmt: skip


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def of(image: torch.Tensor, classes: torch.Tensor) -> Example:
    """An example of the task ``cel``."""
    return Example(image, classes, classes)


def frame() -> Example:
    """16 x 32; each pixel's red tells its column; the right half is cel."""
    image = torch.zeros(3, 16, 32, dtype=torch.uint8)
    image[0] = torch.arange(32, dtype=torch.uint8) * 8
    classes = torch.zeros(1, 16, 32, dtype=torch.uint8)
    classes[..., 16:] = 1
    return of(image, classes)


def test_all_switched_off_changes_nothing() -> None:
    image, classes, _ = frame()
    view = random_view(of(image, classes), Crop(16, 32, 32), OFF, rng())
    assert torch.equal(view[0], image)
    assert torch.equal(view[1], classes)
    assert torch.equal(recolor(image, OFF, rng()), image)
    assert erase(of(image, classes), OFF, rng()) == of(image, classes)


def test_flip_turns_picture_and_classes_together() -> None:
    image, classes, _ = frame()
    params = OFF.model_copy(update={"flip": 1.0})
    view = random_view(of(image, classes), Crop(16, 32, 32), params, rng())
    assert torch.equal(view[0], image.flip(-1))
    assert torch.equal(view[1], classes.flip(-1))


def test_beyond_its_border_a_frame_is_mirrored() -> None:
    params = OFF.model_copy(update={"scale_min": 0.5, "scale_max": 0.5})
    image, classes, _ = random_view(frame(), Crop(16, 32, 32), params, rng(2))
    columns = classes[0, 0].tolist()
    edges = [x for x in range(1, 32) if columns[x] != columns[x - 1]]
    assert (classes == classes[:, :1]).all()
    assert columns.count(1) == 16  # 16 columns show the frame, the others its mirror image
    assert 1 <= len(edges) <= 3
    assert (image[0, :, classes[0, 0] == 1].float().mean() > 150).item()


def test_a_view_is_turned_about_its_middle() -> None:
    params, turned = OFF.model_copy(update={"rotation": 45.0}), []
    for seed in range(20):
        classes = random_view(frame(), Crop(16, 32, 32), params, rng(seed))[1]
        middle = classes[0, 7:9, 14:18].tolist()
        assert [row[0] for row in middle] == [0, 0]
        assert [row[3] for row in middle] == [1, 1]
        turned.append((classes[0, 0] == 1).sum().item() != 16)
    assert any(turned)


@pytest.mark.parametrize("seed", range(8))
def test_classes_are_never_blended(seed) -> None:
    params = AugmentParams.model_validate({})
    image, classes, _ = random_view(frame(), Crop(24, 40, 32), params, rng(seed))
    assert image.shape == (3, 24, 40)
    assert set(classes.unique().tolist()) <= {0, 1, IGNORE}


def test_a_cel_is_put_over_another_plate() -> None:
    front, back = frame(), frame()
    front[1][0, 0, 0] = IGNORE
    back[0].fill_(7)
    image, classes, _ = over(front, back)
    assert torch.equal(classes, front[1])
    assert (image[:, :, :14] == 7).all()
    assert torch.equal(image[..., 18:], front[0][..., 18:])


def drawn() -> Example:
    """4 x 4 of ten classes; from the right: fill, then a line of two pixels, the cel ending in its middle.

    In the corners of the left column an ignored pixel, and what a book before the cel covers.
    """
    classes = torch.tensor([[0, 1, 1, 6]] * 4, dtype=torch.uint8)[None]
    classes[0, 0, 0], classes[0, 3, 0] = IGNORE, 9
    cel = torch.tensor([[0, 0, 1, 1]] * 4, dtype=torch.uint8)[None]
    return Example(torch.full((4, 4, 4), 200, dtype=torch.uint8), classes, cel)


def test_lines_and_books_go_along_with_a_cel_of_ten_classes() -> None:
    empty = torch.zeros(1, 4, 4, dtype=torch.uint8)
    back = Example(torch.full((4, 4, 4), 100, dtype=torch.uint8), empty, empty.clone())
    made = over(drawn(), back)
    assert torch.equal(made.classes, drawn().classes)
    assert torch.equal(made.cel, drawn().cel)
    # a Gaussian of 0.7 px weighs 0.21, 0.58, 0.21: that of row 1 meets the left column as the only one not kept
    assert made.image[0, 1].tolist() == [142, 179, 200, 200]
    assert torch.equal(made.image[3], made.image[0])  # a mask behind the colours is composited with them


def test_what_is_cut_out_replaces_the_classes_before_it_and_leaves_the_others() -> None:
    back = Example(
        torch.full((4, 4, 4), 100, dtype=torch.uint8),
        torch.full((1, 4, 4), 8, dtype=torch.uint8),
        torch.full((1, 4, 4), IGNORE, dtype=torch.uint8),
    )
    made = over(drawn(), back)
    assert made.classes[0].tolist() == [[IGNORE, 1, 1, 6], [8, 1, 1, 6], [8, 1, 1, 6], [9, 1, 1, 6]]
    # what the back's cel is stays unknown, but for what now lies before it
    assert made.cel[0].tolist() == [[0, 0, 1, 1], [IGNORE, 0, 1, 1], [IGNORE, 0, 1, 1], [0, 0, 1, 1]]


def test_erasure_blanks_the_cel_too() -> None:
    made = erase(drawn(), OFF.model_copy(update={"erase": 1.0}), rng(5))
    gone = (made.image[0] == 0).numpy()
    assert 0 < gone.sum() <= 4
    for part, before in zip(made, drawn(), strict=True):
        assert (part.numpy()[:, gone] == 0).all()
        assert np.array_equal(part.numpy()[:, ~gone], before.numpy()[:, ~gone])


def test_a_cel_is_painted_out_from_its_surroundings() -> None:
    image, classes = torch.full((3, 32, 48), 90, dtype=torch.uint8), torch.zeros(1, 32, 48, dtype=torch.uint8)
    image[:, 8:20, 16:30], classes[:, 8:20, 16:30] = 250, 1
    classes[0, 0, 0] = IGNORE
    plate, truth, _ = without_cel(of(image, classes))
    assert (plate.int() - 90).abs().max() <= 3  # Telea carries slopes on, and rounds
    assert truth.unique().tolist() == [0, IGNORE]
    assert image.max() == 250  # the frame in memory stays as it is


def test_erasure_blanks_up_to_half_a_side_in_both() -> None:
    params = OFF.model_copy(update={"erase": 1.0})
    image, classes = torch.full((3, 16, 32), 9, dtype=torch.uint8), torch.ones(1, 16, 32, dtype=torch.uint8)
    blank, truth, _ = erase(of(image, classes), params, rng(3))
    assert torch.equal(blank[0] == 0, truth[0] == 0)
    rows, columns = (truth[0] == 0).any(1).sum(), (truth[0] == 0).any(0).sum()
    assert 0 < rows <= 8
    assert 0 < columns <= 16
    assert image.min() == 9  # the frame in memory stays as it is


def test_hue_turns_by_a_normal_angle() -> None:
    red = torch.zeros(3, 2, 2, dtype=torch.uint8)
    red[0] = 255
    params = OFF.model_copy(update={"hue_sd": 45.0})
    angles = [_hue(recolor(red, params, rng(seed))) for seed in range(200)]
    assert np.std(angles) == pytest.approx(45, rel=0.2)


def _hue(image: torch.Tensor) -> float:
    import cv2

    pixel = image[:, 0, 0].numpy().reshape(1, 1, 3).astype(np.float32) / 255
    hue = float(cv2.cvtColor(pixel, cv2.COLOR_RGB2HSV)[0, 0, 0])
    return hue - 360 if hue > 180 else hue


def test_brightness_and_contrast_spread_as_asked() -> None:
    grey = torch.full((3, 2, 2), 100, dtype=torch.uint8)
    params = OFF.model_copy(update={"brightness_sd": 0.25})
    values = [recolor(grey, params, rng(seed))[0, 0, 0].item() for seed in range(200)]
    assert np.mean(values) == pytest.approx(100, abs=5)
    assert np.std(values) == pytest.approx(25, rel=0.2)
