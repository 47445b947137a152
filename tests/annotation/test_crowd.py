"""Ten annotators at once never get the same frame, on either database."""

from __future__ import annotations

from tests.core.sites import Site

CALL = "from tests.annotation.crowd import {0}\nout = {0}({1})"


def test_ten_at_once_get_ten_frames(site: Site) -> None:
    taken = site.python(CALL.format("everyone_takes_the_next", "10, 12"))
    frames = [frame for got in taken.values() for frame in got]
    assert len(frames) == len(set(frames)) == 10


def test_when_frames_run_short_nobody_shares(site: Site) -> None:
    taken = site.python(CALL.format("everyone_takes_the_next", "10, 4"))
    assert sorted(len(got) for got in taken.values()) == [0] * 6 + [1] * 4
    assert len({frame for got in taken.values() for frame in got}) == 4


def test_one_frame_goes_to_one_of_ten(site: Site) -> None:
    assert len(site.python(CALL.format("everyone_takes_the_same", "10"))) == 1
