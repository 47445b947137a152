"""Orders of the Studio: taken, made, broken off and gone on with, removed."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from PIL import Image

from active_learning.models import ModelVersion, Order, Outcome
from active_learning.order_archive import has_archive
from active_learning.order_cleanup import ORDER_DAYS, old_orders, packed_orders, stray_orders
from active_learning.ordering import Wish, asked_by, chosen_of
from active_learning.services.orders import order_cancel, order_create, order_delete, order_retry
from core.cleanup import remove
from core.errors import ConflictError
from core.jobs import JobCancelled
from core.models import JobState
from datasets.models import Upload
from datasets.services.uploads import upload_path
from modeling.errors import UserError
from modeling.runs import RunFolder
from tests.active_learning.ordered import CANNY, done, image, order, packed, version_of, work
from tests.annotation.house import House
from tests.datasets.makers import on_twos, upload, write_clip, write_zip
from tests.modeling.conftest import snapshot, tiny_run, train_tiny

__all__ = ["snapshot", "tiny_run", "train_tiny"]


def test_images_a_zip_and_a_clip_in_one_order(house: House, tiny_run: RunFolder, tmp_path: Any) -> None:
    version_of(house.pool, 1, tiny_run)
    clip = write_clip(tmp_path / "walk.mp4", on_twos(5)).read_bytes()
    more = write_zip(tmp_path / "more.zip", {"a/one.png": image(1), "a/two.jpg": image(2, "jpg")})
    files = {"one.png": image(3), "walk.mp4": clip, "more.zip": more.read_bytes()}
    made = done(order(house.annotator, files, [Wish("cel", {}), Wish("cutout", {"feather": 0})]))
    rows = list(made.pictures.all())
    clips = [f"walk/{index:06d}" for index in range(0, 10, 2)]
    assert [row.key for row in rows] == ["one", "two", "one.png", *clips]
    assert (made.state, made.total, made.whole, made.broken) == (JobState.DONE, 8, 8, 0)
    assert all(set(row.results) == {"cel", "cutout"} for row in rows)
    mask = np.asarray(Image.open(made.results / rows[0].results["cel"]))
    assert mask.shape == (rows[0].height, rows[0].width)
    with packed(made) as archive:
        names = set(archive.namelist())
        lines = [json.loads(line) for line in archive.read("manifest.jsonl").splitlines()]
        assert archive.testzip() is None
    assert names == {"manifest.jsonl", "studio.json"} | {f for row in rows for f in row.results.values()}
    assert [(line["key"], line["source"]) for line in lines][:3] == [
        ("one", "one.png"), ("two", "two.jpg"), ("one.png", "one.png"),
    ]  # fmt: skip


def test_what_is_broken_off_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled after some pictures: these stay, and the rest is made when somebody goes on."""
    made = order(house.annotator, {f"{number}.png": image(number) for number in range(8)})
    told: list[Any] = []

    def cancel_in_the_middle(self: Any, event: Any) -> None:
        told.append(event)
        if len(told) == 3:
            raise JobCancelled

    from active_learning.services import order_run

    real = order_run._Kept.add
    monkeypatch.setattr(
        order_run._Kept, "add", lambda self, one: (real(self, one), cancel_in_the_middle(self, one))
    )
    with pytest.raises(JobCancelled):
        work(made.job)
    monkeypatch.undo()
    stopped = Order.objects.with_states().get(pk=made.pk)
    assert (stopped.state, stopped.whole) == (JobState.CANCELLED, 3)
    assert not has_archive(stopped)
    first = stopped.results / stopped.pictures.all()[0].results["lines"]
    before = first.stat().st_mtime_ns
    assert stopped.pictures.filter(outcome=Outcome.WAITING).count() == 5
    again = done(order_retry(order=stopped, user=house.annotator))
    assert (again.state, again.whole) == (JobState.DONE, 8)
    assert first.stat().st_mtime_ns == before


def test_nothing_readable_is_told_file_by_file(house: House, tmp_path: Any) -> None:
    made = order(house.annotator, {"walk.mp4": b"no clip", "art.zip": b"no zip"})
    with pytest.raises(UserError):
        work(made.job)
    made = Order.objects.with_states().get(pk=made.pk)
    assert made.state == JobState.FAILED
    assert [row.source for row in made.pictures.all()] == ["art.zip", "walk.mp4"]
    assert all(row.source in row.error for row in made.pictures.all())


def test_uploads_belong_to_one_order(house: House) -> None:
    one = upload(house.annotator, "a.png", image(1))
    taken = order_create(user=house.annotator, uploads=[one], wishes=CANNY)
    with pytest.raises(ConflictError, match="belongs to another order"):
        order_create(user=house.annotator, uploads=[one], wishes=CANNY)
    with pytest.raises(PermissionDenied):
        order_create(user=house.lead, uploads=[one], wishes=CANNY)
    order_cancel(order=taken, user=house.annotator)
    order_delete(order=taken, user=house.annotator)
    assert not Upload.objects.exists()
    assert not upload_path(one).exists()


def test_an_order_at_work_stays(house: House) -> None:
    made = order(house.annotator, {"a.png": image(1)})
    with pytest.raises(ConflictError, match="being worked on"):
        order_delete(order=made, user=house.annotator)
    made = done(made)
    folder = made.folder
    assert folder.is_dir()
    order_delete(order=made, user=house.annotator)
    assert not folder.exists()


def test_old_orders_lose_their_files_and_keep_what_they_said(house: House) -> None:
    old, new = (done(order(house.annotator, {"a.png": image(1)})) for _ in range(2))
    waiting = order(house.annotator, {"b.png": image(2)})
    long_ago = timezone.now() - timedelta(days=ORDER_DAYS + 1)
    Order.objects.filter(pk__in=[old.pk, waiting.pk]).update(created_at=long_ago)
    found = list(old_orders())
    assert [one.path for one in found] == [old.folder]
    assert remove(found[0]) > 0
    old.refresh_from_db()
    assert old.emptied_at is not None
    assert not old.folder.exists()
    assert old.pictures.get().outcome == Outcome.WHOLE
    assert not old.uploads.exists()
    assert has_archive(new)
    assert not has_archive(old)
    with pytest.raises(ConflictError, match="were removed"):
        order_retry(order=old, user=house.annotator)
    stray = new.folder.with_name("999999")
    stray.mkdir()
    assert list(stray_orders()) == []
    os.utime(stray, (0, 0))
    assert [one.path for one in stray_orders()] == [stray]


def test_results_lie_on_disk_once_and_what_was_packed_before_goes(house: House) -> None:
    made = done(order(house.annotator, {"a.png": image(1)}))
    with packed(made) as archive:
        assert set(archive.namelist()) == {"manifest.jsonl", "studio.json", "lines/a.png"}
    assert list(made.folder.rglob("*.zip")) == []
    assert list(packed_orders()) == []
    for name in ("results.zip", ".results.zip.7.part"):  # as an earlier version left them
        (made.folder / name).write_bytes(b"PK")
    assert [remove(one) for one in packed_orders()] == [2, 2]
    assert (made.results / "lines" / "a.png").is_file()
    assert list(packed_orders()) == []


def test_viewers_and_strangers_order_nothing(house: House) -> None:
    for user in (house.viewer, house.stranger):
        one = upload(user, "a.png", image(1))
        with pytest.raises(PermissionDenied, match="annotators"):
            order_create(user=user, uploads=[one], wishes=CANNY)


def test_the_version_promoted_last_serves_and_only_those_one_may_see(house: House) -> None:
    from datasets.models import Pool

    first, second = version_of(house.pool, 1), version_of(house.pool, 2)
    hidden = version_of(Pool.objects.create(name="theirs"), 1)
    ModelVersion.objects.filter(pk=hidden.pk).update(promoted_at=timezone.now())
    chosen = chosen_of([Wish("cel", {})])
    assert [one.default for one in asked_by(chosen, house.annotator)] == [second]
    ModelVersion.objects.filter(pk=first.pk).update(promoted_at=timezone.now())
    asked = asked_by(chosen, house.annotator)[0]
    assert (asked.versions, asked.default) == ([first, second], first)
    one = upload(house.annotator, "a.png", image(1))
    for versions, words in (({"cel": hidden.pk}, "or not for you"), ({"douga": first.pk}, "No step asks")):
        with pytest.raises(UserError, match=words):
            order_create(user=house.annotator, uploads=[one], wishes=[Wish("cel", {})], versions=versions)
    made = order_create(
        user=house.annotator, uploads=[one], wishes=[Wish("cel", {})], versions={"cel": second.pk}
    )
    assert list(made.versions.all()) == [second]
    with pytest.raises(UserError, match="No pool of yours has a model of douga yet"):
        order(house.annotator, {"b.png": image(1)}, [Wish("douga", {})])
