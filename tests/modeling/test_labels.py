"""Label kinds: palettes, classes and what a label map may hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modeling.errors import UserError
from modeling.labels import IGNORE, KINDS, Entry, drawable_kinds, get_kind, levels_of, require_drawable

CEL, DOUGA, DEPTH = get_kind("cel"), get_kind("douga"), get_kind("depth")


def test_stored_values_follow_the_table() -> None:
    colors = [entry.color for entry in DOUGA.entries]
    assert len(colors) == 20
    assert colors[:3] == ["FFFFFF", "000000", "3A1078"]
    assert colors[10] == "6B3410"
    assert colors[19] == "B0B0B0"
    assert len(set(colors)) == 20
    assert [entry.color for entry in CEL.entries] == ["000000", "FFFFFF"]


def test_further_colours_are_of_the_class_they_stand_beside() -> None:
    classes = DOUGA.to_classes(np.array([[0, 9, 10, 16, 19, 255]], np.uint8))
    assert classes.tolist() == [[0, 9, 1, 6, 9, IGNORE]]


def test_lines_and_fills() -> None:
    groups = [c.group for c in DOUGA.classes]
    assert groups == ["fill", "line", "line", "line", "line", "line", "fill", "fill", "fill", "fill"]


def test_validation_takes_entries_and_ignore() -> None:
    CEL.validate(np.array([[0, 1, 255]], np.uint8), (1, 3))


@pytest.mark.parametrize(("label_map", "code"), [
    (np.zeros((2, 2, 1), np.uint8), "label_shape"),
    (np.zeros((2, 2), np.int64), "label_dtype"),
    (np.zeros((3, 2), np.uint8), "label_size"),
    (np.full((2, 2), 2, np.uint8), "label_value"),
])  # fmt: skip
def test_validation_refuses(label_map: np.ndarray, code: str) -> None:
    with pytest.raises(UserError) as caught:
        CEL.validate(label_map, (2, 2))
    assert caught.value.code == code


def test_an_unknown_kind_proposes_the_nearest() -> None:
    with pytest.raises(UserError, match="Did you mean 'douga'"):
        get_kind("duoga")
    assert list(KINDS) == ["cel", "douga", "depth"]


def test_a_production_adds_entries_of_a_class() -> None:
    kind = DOUGA.extended([Entry(254, "101010", 1, "solid black"), Entry(20, "8844AA", 6, "shade 3")])
    assert kind.entries[20:] == (Entry(20, "8844AA", 6, "shade 3"), Entry(254, "101010", 1, "solid black"))
    assert kind.to_classes(np.array([[20, 254, 10, 255]], np.uint8)).tolist() == [[6, 1, 1, IGNORE]]
    kind.validate(np.array([[0, 19, 20, 254, 255]], np.uint8))
    with pytest.raises(UserError, match=r"no palette entries \[21\]"):
        kind.validate(np.array([[0, 21]], np.uint8))
    assert kind.extended([]) == DOUGA


@pytest.mark.parametrize(("added", "code"), [
    ([Entry(19, "8844AA", 6)], "entry_value"),
    ([Entry(255, "8844AA", 6)], "entry_value"),
    ([Entry(20, "8844AA", 6), Entry(20, "8844AB", 6)], "entry_value"),
    ([Entry(20, "8844AA", 10)], "entry_class"),
    ([Entry(20, "FF00FF", 6)], "entry_color"),
    ([Entry(20, "C9A7EB", 6)], "entry_color"),
    ([Entry(20, "8844AA", 6), Entry(21, "8844AA", 7)], "entry_color"),
])  # fmt: skip
def test_added_entries_are_told_apart(added: list[Entry], code: str) -> None:
    with pytest.raises(UserError) as caught:
        DOUGA.extended(added)
    assert caught.value.code == code


def test_depth_is_a_number_a_pixel_of_sixteen_bits() -> None:
    assert DEPTH.scalar
    assert DEPTH.dtype == np.uint16
    DEPTH.validate(np.array([[0, 1, 65535]], np.uint16), (1, 3))
    with pytest.raises(UserError, match="is uint16, not uint8"):
        DEPTH.validate(np.zeros((1, 3), np.uint8))


def test_what_is_learned_are_classes_or_shares_of_the_largest_number() -> None:
    assert CEL.truth_of(np.array([[0, 1, 255]], np.uint8)).tolist() == [[0, 1, IGNORE]]
    shares = DEPTH.truth_of(np.array([[0, 13107, 65535]], np.uint16))
    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares, [[0, 0.2, 1]], atol=1e-7)


def test_numbers_are_stored_within_what_is_known() -> None:
    stored = levels_of(np.array([[-0.5, 0, 1e-9, 0.2, 0.5, 1, 7]]))
    assert stored.dtype == np.uint16
    assert stored.tolist() == [[1, 1, 1, 13107, 32768, 65535, 65535]]


def test_a_kind_that_is_only_imported_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [kind.name for kind in drawable_kinds()] == ["cel", "douga", "depth"]
    assert require_drawable("depth") == DEPTH
    imported = replace(DEPTH, drawable=False)
    monkeypatch.setattr("modeling.labels.KINDS", {"cel": CEL, "depth": imported})
    assert drawable_kinds() == (CEL,)
    with pytest.raises(UserError, match="Depth is imported; drawing it in the editor comes later"):
        require_drawable("depth")
