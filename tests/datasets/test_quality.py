"""Each measure tells what it is about from what it is not, on art made here; a pool leaves out what a lead says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from core import blobs
from core.jobs import run_inline
from core.models import AuditEntry, JobLogLine
from datasets.features import feature_write
from datasets.jobs import quality_measure_job
from datasets.models import Cut, Frame, Pool
from datasets.quality import FEATURE, MEASURES, VERSION, get_measure, measured
from datasets.quality_figures import counts, histogram, pool_quality, worst
from datasets.selectors import left_out_mask, quality_values
from datasets.services.quality import frames_leave_out, job_options, quality_measure_start
from modeling.errors import UserError
from modeling.images import encode_png
from modeling.picture.bars import inside_bars
from tests.annotation.house import House, make_house
from tests.datasets.makers import Picture
from tests.datasets.test_lookalikes import captioned, covered, shot

NAMES = list(MEASURES)


def crisp() -> Picture:
    """A frame with drawn outlines."""
    drawn = shot()
    for x in range(20, 460, 40):
        cv2.circle(drawn, (x, 80 + x % 70), 30, (20, 20, 30), 1)
    return drawn


def woven(picture: Picture, by: int = 8) -> Picture:
    """Every second row is of a later moment, in which all has moved by so many px."""
    mixed = picture.copy()
    mixed[1::2] = np.roll(picture, by, axis=1)[1::2]
    return mixed


POOR = {
    "blur": lambda picture: cv2.GaussianBlur(picture, (0, 0), 4),
    "combing": woven,
    "text": captioned,
    "dark": lambda picture: cv2.convertScaleAbs(picture, alpha=0.15),
    "bright": lambda picture: cv2.convertScaleAbs(picture, alpha=0.2, beta=200),
}


def values_of(picture: Picture) -> dict[str, float]:
    return dict(zip(NAMES, measured(picture).tolist(), strict=True))


def poor(name: str, value: float) -> bool:
    return bool(MEASURES[name].poor(np.array([value]), MEASURES[name].threshold)[0])


def test_a_plain_frame_is_poor_in_nothing() -> None:
    assert not [name for name, value in values_of(crisp()).items() if poor(name, value)]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_poor_is_told_by_its_own_measure(name: str) -> None:
    assert poor(name, values_of(POOR[name](crisp()))[name])


def test_bars_count_neither_as_dark_nor_as_anything_else() -> None:
    boxed, bare = covered(shot()), np.ascontiguousarray(shot()[30:-30])
    assert measured(boxed) == pytest.approx(measured(bare))
    assert inside_bars(boxed).shape == bare.shape


def test_a_comb_is_counted_by_hand() -> None:
    rows = np.repeat(np.array([0, 100] * 4 + [0] * 4, np.uint8), 5).reshape(12, 5)
    picture = np.repeat(rows[..., None], 3, axis=2)  # rows 1 to 7 stand out in turn: combs from rows 1 and 2
    assert MEASURES["combing"].compute(picture) == pytest.approx(1000 * 2 * 5 / 60)


def test_a_drawn_line_is_no_comb_and_a_fence_of_posts_no_comb_either() -> None:
    picture = np.full((40, 40, 3), 200, np.uint8)
    picture[20] = 0
    picture[:, ::4] = 0
    assert MEASURES["combing"].compute(picture) == 0


def test_an_empty_or_tiny_frame_is_measured_too() -> None:
    assert np.isfinite(measured(np.zeros((90, 160, 3), np.uint8))).all()
    assert np.isfinite(measured(np.full((3, 2, 3), 128, np.uint8))).all()


def test_unknown_measures_are_named() -> None:
    with pytest.raises(UserError, match="combing"):
        get_measure("combin")


# --- a pool ---


@pytest.fixture
def house(db: None) -> House:
    return make_house(8)  # two cuts of four


def paint(frame: Frame, picture: Picture) -> None:
    Frame.objects.filter(pk=frame.pk).update(blob=blobs.put_bytes(encode_png(np.ascontiguousarray(picture))))


def write_values(house: House, column: str, values: list[float]) -> None:
    rows = np.zeros((len(values), len(NAMES)), np.float32)
    rows[:, NAMES.index("dark")] = 60
    rows[:, NAMES.index(column)] = values
    feature_write(FEATURE, VERSION, [frame.pk for frame in house.frames], rows)


def ids_of(house: House) -> np.ndarray:
    return np.array([frame.pk for frame in house.frames])


def test_a_damaged_file_stops_nothing_and_what_is_measured_is_not_measured_again(house: House) -> None:
    paint(house.frames[0], POOR["text"](shot()))
    Frame.objects.filter(pk=house.frames[1].pk).update(blob=blobs.put_bytes(b"no picture"))
    job = run_inline(quality_measure_job, **job_options(house.pool))
    assert job.result == {"measured": 7, "unread": 1}
    assert f"Frame {house.frames[1].pk}" in JobLogLine.objects.get(job=job).text
    values = quality_values(ids_of(house))
    assert np.isnan(values[:, 0]).tolist() == [False, True] + [False] * 6
    assert values[0, NAMES.index("text")] >= 10
    assert run_inline(quality_measure_job, **job_options(house.pool)).result == {"measured": 0, "unread": 1}


def test_only_leads_measure_and_a_second_click_is_the_same_job(house: House) -> None:
    with pytest.raises(PermissionDenied):
        quality_measure_start(pool=house.pool, user=house.annotator)
    first = quality_measure_start(pool=house.pool, user=house.lead)
    assert quality_measure_start(pool=house.pool, user=house.lead).pk == first.pk


def test_leaving_out_is_reversible_recorded_and_a_leads(house: House) -> None:
    write_values(house, "blur", [0.1, 0.6, 0.5, 0.55, 0.2, 0.2, 0.2, 0.2])
    assert not left_out_mask(house.pool, ids_of(house)).any()
    with pytest.raises(PermissionDenied):
        frames_leave_out(pool=house.pool, thresholds={"blur": 0.55}, user=house.reviewer)
    pool = frames_leave_out(pool=house.pool, thresholds={"blur": 0.55}, user=house.lead)
    assert left_out_mask(pool, ids_of(house)).tolist() == [False, True, False, True] + [False] * 4
    assert AuditEntry.objects.get(action="pool.leave_out").data == {"before": {}, "after": {"blur": 0.55}}
    pool = frames_leave_out(pool=pool, thresholds={}, user=house.lead)
    assert not left_out_mask(pool, ids_of(house)).any()
    with pytest.raises(UserError, match="no threshold"):
        frames_leave_out(pool=pool, thresholds={"blur": float("nan")}, user=house.lead)


def test_counts_tell_the_sides_apart_and_the_worst_come_first(house: House) -> None:
    Cut.objects.filter(pk=house.frames[4].cut_id).update(split="test")
    write_values(house, "dark", [60, 10, 60, 20, 5, 60, 60, 60])
    quality = pool_quality(house.pool, house.viewer)
    found = counts(quality, {"dark": 20.0, "blur": 0.5})
    assert found["measures"] == {
        "dark": {"left_out": 2, "held_out": 1},
        "blur": {"left_out": 0, "held_out": 0},
    }
    assert found["together"] == {"left_out": 2, "held_out": 1}
    rows = worst(quality, MEASURES["dark"], size=3)
    order = [house.frames[at].pk for at in (4, 1, 3)]
    assert [(row.frame_id, row.held_out) for row in rows] == list(
        zip(order, [True, False, False], strict=True)
    )
    bars = histogram(quality, MEASURES["dark"])
    assert {bar.number: bar.frames for bar in bars if bar.frames} == {3: 1, 6: 1, 12: 1, 36: 5}
    assert not len(pool_quality(house.pool, house.stranger).ids)


def test_the_pages_show_save_and_refuse(house: House, client: Client) -> None:
    client.force_login(house.lead)
    address = f"/pools/{house.pool.pk}/quality/"
    assert b"Nothing is measured yet" in client.get(address).content
    write_values(house, "blur", [0.1, 0.6, 0.5, 0.55, 0.2, 0.2, 0.2, 0.2])
    assert b"Selection leaves nothing out now" in client.get(address).content
    client.post(f"{address}left-out/", {"measure": ["blur"], "blur": "0.58", "dark": "99"})
    assert Pool.objects.get().left_out == {"blur": 0.58}
    answer = client.post(f"{address}left-out/", {"measure": ["blur"], "blur": "much"}, follow=True)
    assert "is no number" in answer.content.decode()
    assert client.get(f"{address}numbers", {"blur": "0.5"}).json()["together"]["left_out"] == 3
    assert b"left out" in client.get(f"{address}frames/", {"by": "blur"}).content
    client.force_login(house.viewer)
    assert client.post(f"{address}left-out/").status_code == 403
