"""The film strip, and labels copied from a neighbour drawing."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotation.models import Assignment
from annotation.selectors.film import film
from annotation.services.reviews import review_accept
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core import blobs
from core.models import User
from datasets.models import Cut, Frame
from datasets.pictures import encode_mask
from modeling.images import encode_png
from modeling.labelio import encode_label
from tests.annotation.house import CEL, House, cel_png

H, W = 90, 160


@pytest.fixture
def api(house: House) -> APIClient:
    client = APIClient()
    client.force_login(house.annotator)
    return client


def picture(x: int, plate: int = 0) -> np.ndarray:
    """A figure at column ``x`` over a painted plate that panned by ``plate`` px."""
    columns, rows = np.meshgrid(np.arange(W) - plate, np.arange(H))
    wave = 20 * np.sin(columns / 3.1) + 20 * np.cos(rows / 4.7) + 25 * np.sin((columns + rows) / 11)
    rgb = np.clip(np.stack([90 + wave, 120 - wave, 100 + 0.5 * wave], -1), 0, 255).astype(np.uint8)
    rgb[30:70, x : x + 24] = (230, 190, 60)
    return rgb


def mask(x: int) -> np.ndarray:
    label_map = np.zeros((H, W), np.uint8)
    label_map[30:70, x : x + 24] = 1
    return label_map


def paint(frame: Frame, rgb: np.ndarray) -> Frame:
    """Give a frame of the house another picture."""
    frame.height, frame.width = rgb.shape[:2]
    frame.blob = frame.proxy = blobs.put_bytes(encode_png(rgb))
    frame.save()
    return frame


def save(row: Assignment, user: User, png: bytes) -> None:
    row = Assignment.objects.get(pk=row.pk)
    working_copy_save(assignment=row, user=user, expected_version=0, label_png=png)


def hand_in(row: Assignment, user: User, png: bytes):
    save(row, user, png)
    return annotation_submit(assignment=Assignment.objects.get(pk=row.pk), user=user, expected_version=1)


def raw(api: APIClient, url: str) -> np.ndarray:
    answer = api.get(url)
    assert answer.status_code == 200
    return np.frombuffer(answer.content, np.uint8).reshape(H, W)


def strip(api: APIClient, row: Assignment, **query: int) -> dict:
    answer = api.get(reverse("assignment-film", args=[row.pk]), query)
    assert answer.status_code == 200
    return answer.json()


# --- film ---


def test_the_strip_shows_the_cut_in_order_with_states(api, house):
    rows = house.queue(*house.frames[:3])
    save(rows[0], house.annotator, cel_png(2))
    submitted = hand_in(rows[1], house.other, cel_png(3))
    shown = strip(api, rows[0])
    assert (shown["first"], shown["total"], shown["current"]) == (0, 4, 0)
    frames = shown["frames"]
    assert [row["key"] for row in frames] == [f"show/{2 * n:06d}" for n in range(4)]
    assert [row["state"] for row in frames] == ["open", "submitted", "open", "none"]
    assert [row["current"] for row in frames] == [True, False, False, False]
    assert [row["page"] for row in frames] == [
        f"/annotate/{rows[0].pk}/",
        None,
        f"/annotate/{rows[2].pk}/",
        None,
    ]
    assert frames[0]["label_url"] == f"/media/working-copies/{rows[0].pk}/1.png"
    assert frames[1]["label_url"] == f"/media/revisions/{submitted.pk}/label.png"
    assert frames[2]["label_url"] is None
    review_accept(revision=submitted, user=house.lead)
    assert strip(api, rows[0])["frames"][1]["state"] == "labelled"


def test_a_colleagues_unsubmitted_drawing_is_not_shown(api, house):
    rows = house.queue(*house.frames[:2])
    save(rows[1], house.other, cel_png(2))
    assert strip(api, rows[0])["frames"][1]["label_url"] is None


def test_a_drawing_that_returns_names_the_earliest(api, house):
    first, _, third, fourth = house.frames[:4]
    Frame.objects.filter(pk=third.pk).update(same_as=first)
    Frame.objects.filter(pk=fourth.pk).update(blob=third.blob)
    shown = strip(api, house.queue()[0])["frames"]
    assert [row["same_as"] for row in shown] == [None, None, first.pk, first.pk]


def test_a_cut_of_two_thousand_drawings_costs_few_queries(api, house, django_assert_max_num_queries):
    first = house.frames[0]
    Frame.objects.bulk_create(
        Frame(
            production=house.production,
            source=first.source,
            cut=first.cut,
            locator=f"more {number}",
            key=f"more/{number:06d}",
            index=1000 + number,
            width=4,
            height=4,
            blob=f"{number:064d}",
            proxy=first.blob,
        )
        for number in range(2000)
    )
    middle = Frame.objects.get(key="more/001000")
    house.pool.members.create(frame=middle, key=middle.key)
    row = house.queue(middle)[0]
    with django_assert_max_num_queries(12):
        shown = film(row, house.annotator)
    assert (shown.total, shown.current, shown.first, len(shown.frames)) == (2004, 1004, 904, 200)
    assert shown.frames[100].current
    last = strip(api, row, first=1990, count=50)
    assert (last["first"], len(last["frames"])) == (1990, 14)


def test_the_strip_is_only_for_those_who_may_see_the_frame(api, house):
    row = house.queue()[0]
    api.force_login(house.viewer)
    assert all(frame["page"] is None for frame in strip(api, row)["frames"])
    api.force_login(house.stranger)
    assert api.get(reverse("assignment-film", args=[row.pk])).status_code == 404


# --- carry ---


def carry(api: APIClient, row: Assignment, source: Frame):
    return api.post(reverse("assignment-carry", args=[row.pk]), {"from": source.pk}, format="json")


@pytest.fixture
def pair(house: House) -> tuple[Frame, Frame, Assignment]:
    """Two drawings of a figure that stepped 10 px to the right; the first one is labelled, the second is queued."""
    first = paint(house.frames[0], picture(50))
    second = paint(house.frames[1], picture(60))
    rows = house.queue(first, second)
    hand_in(rows[0], house.annotator, encode_label(mask(50), CEL))
    return first, second, rows[1]


def test_the_label_follows_the_figure_and_the_rest_is_locked(api, pair):
    first, _, row = pair
    told = carry(api, row, first).json()
    label, frozen = raw(api, told["label_url"]), raw(api, told["frozen_url"])
    truth = mask(60)
    assert np.count_nonzero(label != truth) < 0.05 * truth.sum()
    assert set(np.unique(frozen)) == {0, 1}
    assert (label == truth)[frozen == 1].all()
    assert (told["how"], told["copied"], told["guessed"]) == (
        "flow",
        int(frozen.sum()),
        int((frozen == 0).sum()),
    )
    x0, y0, x1, y1 = told["moved"]
    assert (x0 <= 50, y0 <= 30, x1 >= 84, y1 >= 70) == (True,) * 4
    assert (x1 - x0) * (y1 - y0) < 0.3 * W * H


@pytest.mark.usefixtures("pair")
def test_a_drawing_that_returns_is_taken_as_it_is(api, house):
    third = paint(house.frames[2], picture(50))
    again = house.queue(third)[0]
    told = carry(api, again, house.frames[0]).json()
    assert (told["how"], told["moved"], told["guessed"]) == ("same", None, 0)
    assert np.array_equal(raw(api, told["label_url"]), mask(50))


def test_what_ingest_found_is_used_and_not_computed_again(api, pair, monkeypatch):
    first, second, row = pair
    changed = np.zeros((H, W), bool)
    changed[20:40, 30:50] = True
    Frame.objects.filter(pk=second.pk).update(
        pan_x=0, pan_y=0, change_blob=blobs.put_bytes(encode_mask(changed))
    )
    monkeypatch.setattr("datasets.video.carry.motion_between", None)
    told = carry(api, row, first).json()
    assert told["moved"] == [30, 20, 50, 40]
    assert raw(api, told["frozen_url"])[50, 100] == 1
    assert raw(api, told["frozen_url"])[30, 40] == 0


def test_the_way_back_uses_it_too(api, house, monkeypatch):
    before, after = paint(house.frames[0], picture(50)), paint(house.frames[1], picture(60, plate=6))
    changed = np.zeros((H, W), bool)
    changed[28:72, 54:86] = True
    Frame.objects.filter(pk=after.pk).update(
        pan_x=6, pan_y=0, change_blob=blobs.put_bytes(encode_mask(changed))
    )
    rows = house.queue(before, after)
    hand_in(rows[1], house.annotator, encode_label(mask(60), CEL))
    monkeypatch.setattr("datasets.video.carry.motion_between", None)
    told = carry(api, rows[0], after).json()
    assert told["moved"] == [48, 28, 80, 72]
    assert np.count_nonzero(raw(api, told["label_url"]) != mask(50)) < 60


def test_a_pan_moves_the_whole_label(api, house):
    """The figure is painted on the plate here: everything moves by the pan, and what it brings in is not locked."""
    before, after = paint(house.frames[0], picture(50)), paint(house.frames[1], picture(58, plate=8))
    rows = house.queue(before, after)
    hand_in(rows[0], house.annotator, encode_label(mask(50), CEL))
    told = carry(api, rows[1], before).json()
    assert np.array_equal(raw(api, told["label_url"]), mask(58))
    frozen = raw(api, told["frozen_url"])
    assert frozen[:, 20:].all()
    assert not frozen[:, :8].any()


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda house: None, "carry_unlabelled"),
        (lambda house: paint(house.frames[0], np.zeros((20, 30, 3), np.uint8)), "carry_size"),
    ],
    ids=["no label", "another size"],
)
def test_what_cannot_be_copied_is_said_in_one_line(api, house, prepare, code):
    rows = house.queue(*house.frames[:2])
    if code == "carry_size":
        hand_in(rows[0], house.annotator, cel_png(3))
    prepare(house)
    answer = carry(api, rows[1], house.frames[0])
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


def test_only_drawings_of_the_cut_and_only_for_annotators(api, house, pair):
    first, _, row = pair
    assert carry(api, row, house.frames[5]).status_code == 404
    told = carry(api, row, first).json()
    api.force_login(house.viewer)
    assert carry(api, row, first).status_code == 403
    api.force_login(house.stranger)
    assert carry(api, row, first).status_code == 404
    assert api.get(told["label_url"]).status_code == 404


def test_a_carried_labels_address_cannot_be_made_up(api, house, pair):
    first, second, row = pair
    told = carry(api, row, first).json()
    other = house.queue(house.frames[2])[0]
    assert api.get(told["label_url"].replace(f"/{row.pk}/", f"/{other.pk}/")).status_code == 404
    assert Cut.objects.filter(frames=second).exists()


def test_a_douga_follows_its_lines(api, house):
    """Lines are followed by flow alone: colour would swallow them."""
    from annotation.services.assignments import Wanted, assignment_create_many
    from modeling.labels import get_kind

    kind = get_kind("douga")
    before, after = paint(house.frames[0], picture(50)), paint(house.frames[1], picture(54))

    def lines(x: int) -> np.ndarray:
        label_map = np.zeros((H, W), np.uint8)
        label_map[30:70, x : x + 24] = 6
        label_map[30:70, [x, x + 23]] = 1
        label_map[[30, 69], x : x + 24] = 11
        return label_map

    wanted = [Wanted(before.pk), Wanted(after.pk)]
    rows = assignment_create_many(pool=house.pool, kind="douga", frames=wanted, user=house.lead)
    hand_in(rows[0], house.annotator, encode_label(lines(50), kind))
    label = raw(api, carry(api, rows[1], before).json()["label_url"])
    line = np.isin(lines(54), (1, 11))
    assert (label == lines(54))[line].mean() > 0.85
    assert (lines(50) == lines(54))[line].mean() < 0.4
    assert set(np.unique(label)) == {0, 1, 6, 11}
