"""Frames that a lead queues by hand."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from annotation.models import Assignment
from annotation.selectors.spread import spread_order, undrawn_frame_ids
from annotation.services.queueing import frames_queue
from datasets.models import Cut
from modeling.errors import UserError
from tests.annotation.house import House


def test_every_beginning_of_the_order_is_spread() -> None:
    assert spread_order(8) == [0, 4, 2, 6, 1, 5, 3, 7]
    assert spread_order(5) == [0, 4, 2, 1, 3]
    assert spread_order(1) == [0]
    assert spread_order(0) == []


def test_cuts_take_turns_and_what_is_queued_is_not_picked_again(house: House) -> None:
    house.frames[-1].cut = Cut.objects.create(
        production=house.production, name="late", source=house.frames[0].source
    )
    house.frames[-1].save()
    cuts = len({frame.cut_id for frame in house.frames})
    picked = undrawn_frame_ids(house.pool, "douga", cuts)
    assert len({frame.cut_id for frame in house.frames if frame.pk in picked}) == cuts
    picked = undrawn_frame_ids(house.pool, "douga", 2)
    rows = frames_queue(pool=house.pool, kind="douga", user=house.lead, count=2)
    assert {row.kind for row in rows} == {"douga"}
    rest = undrawn_frame_ids(house.pool, "douga", 100)
    assert not set(picked) & set(rest)
    assert len(rest) == len(house.frames) - 2
    assert undrawn_frame_ids(house.pool, "cel", 100) == [frame.pk for frame in house.frames]


def test_held_out_frames_are_queued_without_a_draft(house: House) -> None:
    Cut.objects.filter(pk=house.frames[0].cut_id).update(split="test")
    rows = frames_queue(pool=house.pool, kind="cel", user=None, keys=[house.frames[0].key])
    assert [row.with_draft for row in rows] == [False]


def test_refusals_are_sentences(house: House) -> None:
    with pytest.raises(PermissionDenied):
        frames_queue(pool=house.pool, kind="cel", user=house.annotator, count=1)
    with pytest.raises(UserError, match="no single frame named nowhere/1"):
        frames_queue(pool=house.pool, kind="cel", user=house.lead, keys=["nowhere/1"])
    house.queue()
    with pytest.raises(UserError, match="No frame of"):
        frames_queue(pool=house.pool, kind="cel", user=house.lead, count=3)


def test_the_page_and_the_command_queue(house: House, client: Client) -> None:
    client.force_login(house.lead)
    url = f"/pools/{house.pool.pk}/queue-frames/"
    assert client.post(url, {"kind": "douga", "count": 2, "keys": ""}).status_code == 302
    assert Assignment.objects.filter(kind="douga").count() == 2
    refused = client.post(url, {"kind": "douga", "count": 2, "keys": "nowhere"})
    assert refused.status_code == 400
    assert b"no single frame named nowhere" in refused.content
    call_command("queue_frames", house.pool.name, "--kind", "cel", "--count", "1")
    assert Assignment.objects.filter(kind="cel").count() == 1
    client.force_login(house.stranger)
    assert client.get(url).status_code == 404
    client.force_login(house.annotator)
    assert client.post(url, {"kind": "cel", "count": 1, "keys": ""}).status_code == 403
