"""Which cuts are held out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeling.errors import UserError
from modeling.splits import SplitItem, plan_splits


def cuts(count: int, frames: int = 3, **more: str) -> list[SplitItem]:
    return [SplitItem(f"c{c}/{f}", cut=f"c{c}", **more) for c in range(count) for f in range(frames)]


def sides(items: list[SplitItem], seed: int = 0) -> dict[str, str]:
    """Side by cut; fails where a cut has two."""
    plan = plan_splits(items, seed=seed)
    found: dict[str, set[str]] = {}
    for item in items:
        found.setdefault(item.cut or item.key, set()).add(plan.splits[item.key])
    assert all(len(each) == 1 for each in found.values())
    return {cut: each.pop() for cut, each in found.items()}


@settings(deadline=None)
@given(st.integers(3, 40), st.integers(0, 5))
def test_a_fifth_of_the_cuts_is_held_out_and_at_least_one(count: int, seed: int) -> None:
    held_out = list(sides(cuts(count), seed).values()).count("test")
    assert held_out == max(1, round(count / 5))


def test_the_seed_decides() -> None:
    assert sides(cuts(20), 1) == sides(cuts(20), 1)
    assert sides(cuts(20), 1) != sides(cuts(20), 2)
    assert sides(cuts(20)[::-1], 1) == sides(cuts(20), 1)


def test_an_image_without_cut_is_its_own() -> None:
    found = sides([SplitItem(f"{i:03d}") for i in range(10)])
    assert list(found.values()).count("test") == 2


def test_cuts_of_one_name_in_two_productions_are_two() -> None:
    items = [SplitItem(f"{p}{c}", production=p, cut=f"c{c}") for p in "ab" for c in range(5)]
    assert list(plan_splits(items).splits.values()).count("test") == 2


def test_what_the_manifest_says_stays_and_counts() -> None:
    items = [*cuts(5), SplitItem("x", cut="x", split="test"), SplitItem("y", cut="y", split="train")]
    found = sides(items)
    assert found["x"] == "test"
    assert found["y"] == "train"
    assert list(found.values()).count("test") == 1


def test_one_frame_decides_for_its_cut() -> None:
    items = [*cuts(5), SplitItem("c3/9", cut="c3", split="test")]
    assert sides(items)["c3"] == "test"


def test_nothing_is_held_out_where_everything_is_to_train() -> None:
    assert set(plan_splits(cuts(6, split="train")).splits.values()) == {"train"}


def test_groups_unite_cuts() -> None:
    items = [
        SplitItem(f"c{c}/{f}", cut=f"c{c}", group="g" if c < 8 else "") for c in range(10) for f in range(2)
    ]
    found = sides(items)
    assert len({found[f"c{c}"] for c in range(8)}) == 1


def test_a_group_named_in_one_frame_holds_for_its_cut() -> None:
    items = [
        *cuts(6),
        SplitItem("c0/9", cut="c0", group="g"),
        SplitItem("c1/9", cut="c1", group="g", split="test"),
    ]
    found = sides(items)
    assert found["c0"] == found["c1"] == "test"


def test_a_contradiction_names_both_frames() -> None:
    items = [SplitItem("a", cut="c", split="train"), SplitItem("b", cut="c", split="test")]
    with pytest.raises(UserError, match="a is to train, b is held out") as caught:
        plan_splits(items)
    assert caught.value.code == "split_conflict"


# --- fewer than three cuts ---


def seconds(count: int, step: float) -> list[SplitItem]:
    return [SplitItem(f"{i:03d}", cut="c", time_s=i * step) for i in range(count)]


def test_the_last_block_of_a_clip_is_held_out_behind_a_gap_of_two_seconds() -> None:
    plan = plan_splits(seconds(50, 0.5))
    order = [plan.splits[f"{i:03d}"] for i in range(50)]
    # The block begins at 20.0 s; 18.5, 19.0 and 19.5 s lie within 2 s of it.
    assert order == ["train"] * 37 + ["gap"] * 3 + ["test"] * 10
    assert "optimistic" in plan.notes[0]


def test_a_short_clip_keeps_half_to_train() -> None:
    order = list(plan_splits(seconds(20, 1 / 24)).splits.values())
    assert order == ["train"] * 10 + ["gap"] * 6 + ["test"] * 4


def test_without_times_a_run_of_one_cut_is_close() -> None:
    items = [SplitItem(f"{i}", cut="c") for i in range(10)]
    assert list(plan_splits(items).splits.values()) == ["train"] * 5 + ["gap"] * 3 + ["test"] * 2


def test_two_single_images_need_no_gap() -> None:
    assert list(plan_splits([SplitItem("a"), SplitItem("b")]).splits.values()) == ["train", "test"]


def test_one_frame_trains_and_nothing_is_evaluated() -> None:
    plan = plan_splits([SplitItem("a")])
    assert plan.splits == {"a": "train"}
    assert "Nothing is held out" in plan.notes[0]
    assert plan_splits([]).splits == {}
