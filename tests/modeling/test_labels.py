"""Label kinds: palettes, classes and what a label map may hold."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.errors import UserError
from modeling.labels import IGNORE, KINDS, Entry, get_kind

CEL, DOUGA = get_kind("cel"), get_kind("douga")


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
    assert list(KINDS) == ["cel", "douga"]


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
