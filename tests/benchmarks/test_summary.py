"""The last line of `make bench-editor`."""

from __future__ import annotations

import json

from bench_editor import headline
from editor.effort import ARMS, MOST

TIMES = {"n": 5, "p50": 1.5, "p95": 2.5, "max": 3.0}
ASKED = "stroke_ms_p95 fill_ms_p95 region_map_ms open_ms save_ms memory_mb actions_brush actions_fill actions_draft"


def frame(**actions: int | None) -> dict[str, object]:
    """One frame's result: actions by arm, the same for all that are not named."""
    return {arm: {"actions": actions.get(arm, 9)} for arm in ARMS}


def figures() -> dict[str, object]:
    """Figures as a run gives them."""
    parts = ("stroke_mouse", "fill", "region_map_color", "save", "open", "reopen")
    speed = {part: dict(TIMES) for part in parts} | {"region_map_lines": {**TIMES, "p50": 7.0}}
    speed["stroke_mouse"] = {"work": dict(TIMES), "painted": dict(TIMES)}
    speed["stroke_pen"] = {"work": {**TIMES, "p95": 4.5}, "painted": dict(TIMES)}
    speed["memory_mb"] = {"blank": 100.0, "editor": 350.0, "above_blank": 250.0}
    rows = [frame(brush=40, fill=8), frame(brush=20, fill=None), frame(brush=30, fill=2)]
    return {"speed": speed, "effort": {"procedural": {"median": {}, "frames": rows}}}


def test_the_summary_is_one_json_object_with_all_that_is_asked_for() -> None:
    found = json.loads(json.dumps(headline(figures())))
    assert set(ASKED.split()) <= set(found)
    assert all(isinstance(found[name], float | int) for name in ASKED.split())


def test_the_slower_device_and_the_slower_map_stand_for_both() -> None:
    found = headline(figures())
    assert found["stroke_ms_p95"] == 4.5
    assert found["region_map_ms"] == 7.0
    assert found["memory_mb"] == 250.0


def test_a_frame_that_was_given_up_counts_as_many_actions() -> None:
    found = headline(figures())
    assert found["actions_brush"] == 30
    assert found["actions_fill"] == 8 < MOST


def test_a_part_that_was_left_out_is_left_out() -> None:
    assert "stroke_ms_p95" not in headline({"effort": figures()["effort"]})
