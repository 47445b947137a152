"""Where files that hold many frames end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datasets.formats.shards import grouped
from modeling.snapshots import FrameRow


def rows(sizes: list[int]) -> list[FrameRow]:
    return [FrameRow(key=f"{n}", file="", sha256="", width=size, height=1) for n, size in enumerate(sizes)]


def sizes(found: list[FrameRow]) -> list[int]:
    return [row.width for row in found]


def test_a_group_ends_before_it_is_too_large() -> None:
    groups = grouped(rows([4, 5, 2, 11, 1]), lambda row: row.width, 10)
    assert [sizes(group) for group in groups] == [[4, 5], [2], [11], [1]]


def test_a_group_ends_at_its_most_rows() -> None:
    groups = grouped(rows([1, 1, 1]), lambda row: row.width, 10, most=2)
    assert [sizes(group) for group in groups] == [[1, 1], [1]]


@given(st.lists(st.integers(0, 30)), st.integers(1, 40), st.none() | st.integers(1, 4))
def test_every_row_is_in_one_group(given: list[int], limit: int, most: int | None) -> None:
    groups = list(grouped(rows(given), lambda row: row.width, limit, most))
    assert [size for group in groups for size in sizes(group)] == given
    assert all(len(group) == 1 or sum(sizes(group)) <= limit for group in groups)
    assert all(0 < len(group) <= (most or len(given)) for group in groups)
