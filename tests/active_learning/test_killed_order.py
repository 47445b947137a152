"""kill -9 of a real worker in the middle of an order, on both databases: nothing is lost or made twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.core.sites import Site, kill, until

PICTURES = 60

_START = f"""
import io, zipfile
from tests.active_learning.ordered import image, order
from tests.annotation.house import make_house
house = make_house()
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    for number in range({PICTURES}):
        archive.writestr(f"{{number:03d}}.png", image(number))
made = order(house.annotator, {{"all.zip": packed.getvalue()}})
out = str(made.job_id)
"""

_END = """
from active_learning.models import Order
from tests.active_learning.ordered import packed
made = Order.objects.get()
out = [made.state, made.total, made.whole, made.broken, len(packed(made).namelist())]
"""


@pytest.mark.slow
def test_a_killed_worker_loses_no_picture_of_an_order(site: Site) -> None:
    job = site.python(_START)
    first = site.worker("--queues", "training")
    until(lambda: len(_lines(site)) >= 3, seconds=120, why="three pictures")
    before = _lines(site)
    lane = site.holder(job)
    kill(first.pid)
    kill(lane)
    site.worker("--queues", "training")
    row = site.until_state(job, "done", seconds=240)
    assert row["attempt"] == 2
    assert site.python(_END) == ["done", PICTURES, PICTURES, 0, PICTURES + 2]
    after = _lines(site)
    assert after[: len(before)] == before
    assert len({line["key"] for line in after}) == len(after) == PICTURES


def _lines(site: Site) -> list[dict[str, Any]]:
    """The manifest, a torn last line left out."""
    files = list(site.data.glob("studio/*/results/manifest.jsonl"))
    lines = files[0].read_text().split("\n")[:-1] if files else []
    return [json.loads(line) for line in lines]
