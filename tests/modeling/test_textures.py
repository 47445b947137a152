"""Textures: the materials, their mean of one, and the two sides of a picture."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.images import encode_png
from modeling.labels import IGNORE
from modeling.training.materials import EACH, MATERIALS, SIDE, picture
from modeling.training.pictures import PictureFolder
from modeling.training.textures import Texture, Textures, overlaid


@pytest.fixture(params=[(name, variant) for name in MATERIALS for variant in range(EACH)], ids=str)
def material(request) -> NDArray[np.uint8]:
    return picture(*request.param)


def test_a_material_tiles_and_keeps_brightness_and_color(material) -> None:
    assert material.shape == (SIDE, SIDE, 3)
    for axis in (0, 1):
        steps = np.abs(np.diff(material.astype(float), axis=axis, append=material.take([0], axis)))
        by_line = steps.mean((1 - axis, 2))
        assert by_line[-1] <= 1.2 * by_line[:-1].max()  # no seam
    factors = Texture.of(material).factors(SIDE, SIDE, 3, 5)
    assert factors.mean((0, 1), dtype=np.float64) == pytest.approx([1, 1, 1], abs=1e-5)
    assert factors.std() > 0.01


def test_a_material_is_the_same_each_time_and_no_other() -> None:
    assert np.array_equal(picture("concrete", 0), picture("concrete", 0))
    assert not np.array_equal(picture("concrete", 0), picture("concrete", 1))


def test_a_texture_is_tiled_from_its_offset_on() -> None:
    # 2 x 3, counted from 1: 1 2 3 / 4 5 6, whose mean is 3.5
    texture = Texture.of(np.repeat(np.arange(6, dtype=np.uint8).reshape(2, 3, 1), 3, 2))
    factors = texture.factors(3, 5, 1, 2)[..., 0] * 3.5
    assert factors == pytest.approx(np.array([[6, 4, 5, 6, 4], [3, 1, 2, 3, 1], [6, 4, 5, 6, 4]]))


def test_a_black_texture_changes_nothing() -> None:
    assert (Texture.of(np.zeros((2, 2, 3), np.uint8)).factors(4, 4, 0, 0) == 1).all()


def folder_of(tmp_path: Path, *values: int) -> Path:
    """Pictures of two columns: one ``value``, one black; factors 2 and 0 but for the count from 1."""
    for index, value in enumerate(values):
        rgb = np.zeros((1, 2, 3), np.uint8)
        rgb[:, 0] = value
        (tmp_path / f"{index}.png").write_bytes(encode_png(rgb))
    return tmp_path


def halves(value: int = 100) -> tuple[torch.Tensor, torch.Tensor]:
    """8 x 32 of one grey, with a fourth channel; cel on the right half."""
    image, cel = torch.full((4, 8, 32), value, dtype=torch.uint8), torch.zeros(1, 8, 32, dtype=torch.uint8)
    cel[..., 16:] = 1
    return image, cel


def drawn(cel: torch.Tensor, chance: float, folder: Path, seeds: int = 60) -> list[tuple[bool, bool]]:
    """Whether background and cel were covered, for each seed."""
    textures, image = Textures(str(folder)), halves()[0]
    made = [overlaid(image, cel, chance, textures, np.random.default_rng(seed)) for seed in range(seeds)]
    assert all(torch.equal(one[3], image[3]) for one in made)
    return [(bool((one[:3, :, :14] != 100).any()), bool((one[:3, :, 18:] != 100).any())) for one in made]


def test_the_sides_are_covered_independently(tmp_path) -> None:
    sides = drawn(halves()[1], 0.5, folder_of(tmp_path, 199))
    assert set(sides) == {(False, False), (False, True), (True, False), (True, True)}
    assert 20 <= sum(back for back, _ in sides) <= 40
    assert drawn(halves()[1], 1, tmp_path, 5) == [(True, True)] * 5
    assert drawn(halves()[1], 0, tmp_path, 5) == [(False, False)] * 5


def test_each_side_has_its_own_texture(tmp_path) -> None:
    textures, (image, cel) = Textures(str(folder_of(tmp_path, 19, 199))), halves()
    made = [overlaid(image, cel, 1, textures, np.random.default_rng(seed)) for seed in range(40)]
    # 19 and 0 count as 20 and 1, mean 10.5: 100 becomes 190 and 10; 200 and 1, mean 100.5: 199 and 1
    pairs = {(one[0, :, :14].max().item(), one[0, :, 18:].max().item()) for one in made}
    assert pairs == {(190, 190), (190, 199), (199, 190), (199, 199)}
    assert {one[0, :, :14].min().item() for one in made} == {10, 1}


def test_one_texture_covers_all_where_the_cel_is_unknown(tmp_path) -> None:
    unknown = torch.full((1, 8, 32), IGNORE, dtype=torch.uint8)
    assert set(drawn(unknown, 0.5, folder_of(tmp_path, 199))) == {(False, False), (True, True)}


def test_bright_pixels_are_cut_off_and_the_frame_in_memory_stays(tmp_path) -> None:
    image, cel = halves(200)
    made = overlaid(image, cel, 1, Textures(str(folder_of(tmp_path, 199))), np.random.default_rng(0))
    assert made[:3].max() == 255  # 200 * 200 / 100.5
    assert (image == 200).all()


def test_a_broken_picture_is_named_once_and_the_next_stands_for_it(tmp_path, caplog) -> None:
    folder_of(tmp_path, 10, 20, 30)
    (tmp_path / "1.png").write_bytes(b"no picture")
    (tmp_path / "notes.txt").write_text("not looked at")
    pictures = PictureFolder(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert [pictures[index].max() for index in (0, 1, 2, 1)] == [10, 30, 30, 30]
    assert [path.name for path in pictures.left_out] == ["1.png"]
    assert len(caplog.records) == 1
    assert "1.png" in caplog.text


def test_a_folder_without_pictures_is_refused(tmp_path) -> None:
    with pytest.raises(UserError, match="holds no picture"):
        PictureFolder(tmp_path)
    (tmp_path / "a.png").write_bytes(b"no picture")
    with pytest.raises(UserError, match="holds no picture"):
        PictureFolder(tmp_path)[0]


def test_large_pictures_are_kept_reduced(tmp_path) -> None:
    (tmp_path / "a.png").write_bytes(encode_png(np.zeros((10, 40, 3), np.uint8)))
    assert PictureFolder(tmp_path, side=20)[0].shape == (5, 20, 3)
    assert PictureFolder(tmp_path)[0].shape == (10, 40, 3)
