"""Colour models taken from painted drawings, and paintings made of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.paint.drawings import read_drawing, read_line_art, read_painted
from modeling.paint.models import make_models
from modeling.paint.rendering import decode_values, encode_values, ink_value, preview, render, value_map
from modeling.paint.sampling import BACKGROUND, FIRST, UNPAINTED, sample
from tests.modeling.paint.drawn import at, boxes, graph_of

INK, FUR, DARK, SCARF = (20, 10, 0), (220, 150, 90), (120, 80, 60), (200, 70, 60)
Classes = NDArray[np.uint8]


def doll() -> tuple[Classes, NDArray[np.uint8]]:
    """A figure of two parts, one with a shade behind an invisible border, over nothing; its painted cel."""
    classes = boxes((40, 60), (4, 4, 34, 30), (4, 30, 34, 50))
    classes[5:34, 12] = 2
    classes[5:34, 5:12] = 6
    painted = np.zeros((40, 60, 4), np.uint8)
    painted[4:35, 4:51] = (*FUR, 255)
    painted[5:34, 5:13] = (*DARK, 255)
    painted[5:34, 31:50] = (*SCARF, 255)
    painted[classes == 1] = (*INK, 255)
    return classes, painted


def test_every_flat_colour_becomes_an_entry_with_its_tone() -> None:
    classes, painted = doll()
    graph = graph_of(classes)
    found = sample(painted, classes, graph, character="inu")
    assert found.models.models == ("day",)
    assert dict(zip(found.models.names, found.models.colors().tolist(), strict=True)) == {
        "inu/part 1/base": list(SCARF),
        "inu/part 2/base": list(FUR),
        "inu/part 2/shade 1": list(DARK),
        "inu/line/line": list(INK),
    }
    places = {"inu/part 1/base": (40, 20), "inu/part 2/base": (20, 20), "inu/part 2/shade 1": (8, 20)}
    for name, place in places.items():
        assert found.values[at(graph, *place)] == FIRST + found.models.index_of(name)
    assert found.values[at(graph, 55, 2)] == BACKGROUND


def test_what_is_known_keeps_its_entry_and_the_rest_comes_after() -> None:
    classes, painted = doll()
    known = make_models(
        ["noon", "dusk"],
        [{"part": "scarf", "colors": {"noon": "C8463C", "dusk": "602020"}}],
    )
    found = sample(painted, classes, graph_of(classes), known=known)
    assert found.models.names[0] == "scarf/base"
    assert found.models.models == ("noon", "dusk")
    assert found.models.colors("dusk")[1].tolist() == list(FUR)
    assert found.shared == {}


def test_one_colour_of_two_entries_is_told() -> None:
    classes, painted = doll()
    rows = [{"part": part, "colors": {"day": "C8463C"}} for part in ("scarf", "shoe")]
    found = sample(painted, classes, graph_of(classes), known=make_models(["day"], rows))
    assert found.shared == {"C8463C": "scarf/base"}


def test_smoothed_rims_and_compression() -> None:
    classes, painted = doll()
    graph = graph_of(classes)
    rng = np.random.default_rng(0)
    rough = painted.copy()
    rough[5:34, 14:18, :3] = (130, 90, 50)
    assert sample(rough, classes, graph).models.names == sample(painted, classes, graph).models.names
    noisy = painted.copy()
    noisy[..., :3] = np.clip(noisy[..., :3] + rng.integers(-1, 2, noisy[..., :3].shape), 0, 255)
    left = sample(noisy, classes, graph).values
    assert UNPAINTED in left
    other = painted.copy()
    other[5:34, 5:12, 0] += 2
    assert (
        len(sample(other, classes, graph, known=sample(painted, classes, graph).models).models.entries) == 5
    )
    near = sample(other, classes, graph, known=sample(painted, classes, graph).models, tolerance=2)
    assert len(near.models.entries) == 4


def test_sizes_must_agree() -> None:
    classes, painted = doll()
    with pytest.raises(UserError, match="59x40") as caught:
        sample(painted[:, :59], classes, graph_of(classes))
    assert caught.value.code == "paint_size"


def test_painted_as_it_was_and_again_in_another_model() -> None:
    classes, painted = doll()
    graph = graph_of(classes)
    found = sample(painted, classes, graph)
    stored = value_map(found.values, classes, graph, ink_value(found.models))
    same = render(stored, found.models)
    border = classes == 2  # either side may have it
    assert np.array_equal(same[~border], painted[~border])
    assert {tuple(color) for color in same[border].tolist()} <= {(*FUR, 255), (*DARK, 255)}
    night = found.models.with_model("night", dict.fromkeys(found.models.names, "101840"))
    assert np.unique(render(stored, night, "night").reshape(-1, 4), axis=0).tolist() == [
        [0, 0, 0, 0],
        [16, 24, 64, 255],
    ]
    assert np.array_equal(render(stored, night, "day"), same)


def test_open_regions_are_transparent_and_hatched_in_the_preview() -> None:
    classes, painted = doll()
    graph = graph_of(classes)
    found = sample(painted, classes, graph)
    found.values[at(graph, 40, 20)] = UNPAINTED
    stored = value_map(found.values, classes, graph, ink_value(found.models))
    assert render(stored, found.models)[20, 40].tolist() == [0, 0, 0, 0]
    shown = preview(stored, classes, found.models)
    assert {tuple(color) for color in shown[6:33, 32:49].reshape(-1, 3).tolist()} == {
        (255, 0, 255),
        (255, 255, 255),
    }
    assert np.array_equal(decode_values(encode_values(stored)), stored)


def test_book_lines_hold_no_cel_and_values_beyond_the_models_are_refused() -> None:
    classes, painted = doll()
    graph = graph_of(classes)
    found = sample(painted, classes, graph)
    classes[20, 35:45] = 5
    stored = value_map(found.values, classes, graph)
    assert (stored[20, 35:45] == BACKGROUND).all()
    with pytest.raises(UserError) as caught:
        render(np.array([[9]], np.uint16), found.models)
    assert caught.value.code == "paint_values"
    with pytest.raises(UserError):
        decode_values(b"no picture")


def test_line_art_and_painted_files(tmp_path) -> None:
    from PIL import Image

    art = np.full((8, 8, 3), 255, np.uint8)
    art[2], art[4], art[6] = (30, 30, 30), (230, 40, 40), (220, 220, 220)
    assert read_line_art(art)[:, 0].tolist() == [0, 0, 1, 0, 3, 0, 0, 0]
    Image.fromarray(art).save(tmp_path / "art.png")
    assert np.array_equal(read_drawing(tmp_path / "art.png"), read_line_art(art))
    exact = np.full((4, 4, 3), 255, np.uint8)
    exact[1] = (0xC9, 0xA7, 0xEB)
    Image.fromarray(exact).save(tmp_path / "douga.png")
    assert read_drawing(tmp_path / "douga.png")[:, 0].tolist() == [0, 6, 0, 0]
    rgba = np.dstack([exact, np.full((4, 4), 255, np.uint8)])
    rgba[0, 0] = (9, 8, 7, 100)
    Image.fromarray(rgba).save(tmp_path / "cel.png")
    assert read_painted(tmp_path / "cel.png")[0, 0, 3] == 0
    assert read_painted(tmp_path / "cel.png")[1, 1].tolist() == [0xC9, 0xA7, 0xEB, 255]
    assert read_painted(tmp_path / "douga.png", paper="FFFFFF")[:, 0, 3].tolist() == [0, 255, 0, 0]
