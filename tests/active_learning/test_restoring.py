"""Restored frames: made when somebody asks, or for a selection; looked at, and never the frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from active_learning.jobs import drafts_make, frame_restore_job
from active_learning.models import ModelVersion, RestoredFrame
from active_learning.services.restoring import restored_store
from active_learning.services.versions import model_version_promote
from annotation.models import Assignment
from core import blobs
from core.jobs import SHORT, run_inline
from core.models import Job, User
from modeling.errors import UserError
from modeling.runs import RunFolder
from tests.active_learning.conftest import Loop
from tests.active_learning.ordered import version_of, work
from tests.active_learning.world import MADE_PICTURE, FakeModeling
from tests.annotation.house import HEIGHT, WIDTH, House


def restoring(house: House, number: int = 1) -> ModelVersion:
    """A version that restores; the stand-in reads of its run which task it is."""
    version = version_of(house.pool, number, task="deblur")
    RunFolder(settings.SAKKAN_DATA / version.run_folder).publish_json("config.json", {"task": "deblur"})
    return version


@pytest.fixture
def version(house: House) -> ModelVersion:
    return restoring(house)


def of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def url(assignment: Assignment) -> str:
    return reverse("assignment-restored", args=[assignment.pk])


def ask(user: User, assignment: Assignment, method: str = "post") -> Any:
    return getattr(of(user), method)(url(assignment), content_type="application/json")


def test_it_is_made_once_and_the_frame_stays_what_it_is(
    house: House, version: ModelVersion, modeling: FakeModeling
) -> None:
    [assignment] = house.queue(house.frames[0])
    stored = house.frames[0].blob
    assert ask(house.annotator, assignment, "get").json()["state"] == "none"
    answer = ask(house.annotator, assignment).json()
    assert (answer["state"], answer["restored"]) == ("making", None)
    assert ask(house.other, assignment).json()["state"] == "making"
    job = Job.objects.get()  # one for both who asked
    assert job.name == frame_restore_job.module_path
    assert job.queue == SHORT, "it waits behind no training"
    assert work(job).result == {"restored": 1, "unrestored": 0}
    answer = ask(house.annotator, assignment).json()
    assert (answer["state"], answer["restored"]["model_version"]) == ("ready", "pool/deblur/1")
    picture = of(house.viewer).get(answer["restored"]["url"])
    assert b"".join(picture.streaming_content) == MADE_PICTURE
    house.frames[0].refresh_from_db()
    assert house.frames[0].blob == stored
    frame = of(house.viewer).get(reverse("frame-image", args=[house.frames[0].pk]))
    assert b"".join(frame.streaming_content) == blobs.blob_path(stored).read_bytes()
    assert Job.objects.count() == 1


def test_another_version_in_use_makes_it_anew(
    house: House, version: ModelVersion, modeling: FakeModeling
) -> None:
    [assignment] = house.queue(house.frames[0])
    ask(house.annotator, assignment)
    work(Job.objects.get())
    restoring(house, 2)
    assert ask(house.annotator, assignment).json()["state"] == "making"
    work(Job.objects.order_by("-created_at")[0])
    answer = ask(house.annotator, assignment).json()
    assert answer["restored"]["model_version"] == "pool/deblur/2"
    assert RestoredFrame.objects.count() == 2


def test_only_who_may_draw_has_it_made_and_strangers_see_nothing(
    house: House, version: ModelVersion, modeling: FakeModeling
) -> None:
    [assignment] = house.queue(house.frames[0])
    restored = restored_store(frame=house.frames[0], version=version, picture_png=MADE_PICTURE)
    picture = reverse("restored-picture", args=[restored.pk])
    assert ask(house.viewer, assignment, "get").json()["state"] == "ready"
    assert ask(house.viewer, assignment).status_code == 403
    for method in ("get", "post"):
        assert ask(house.stranger, assignment, method).status_code == 404
    assert of(house.stranger).get(picture).status_code == 404
    assert Client().get(picture).status_code in (302, 401, 403)
    assert not Job.objects.exists()


def test_a_pool_without_such_a_model_says_so(house: House) -> None:
    [assignment] = house.queue(house.frames[0])
    answer = ask(house.annotator, assignment)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "no_restoring_model"
    assert ask(house.annotator, assignment, "get").json()["state"] == "none"


def test_what_cannot_be_restored_is_told_and_tried_again(
    house: House, version: ModelVersion, modeling: FakeModeling
) -> None:
    [assignment] = house.queue(house.frames[0])
    modeling.stop_at, modeling.error = "draft", UserError("The image is damaged.", code="image_broken")
    ask(house.annotator, assignment)
    with pytest.raises(UserError, match="damaged"):
        work(Job.objects.get())
    answer = ask(house.annotator, assignment, "get").json()
    assert (answer["state"], answer["error"]) == ("failed", "The image is damaged.")
    assert ask(house.annotator, assignment).json()["state"] == "making"


@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH + 1, 3), (HEIGHT, WIDTH, 4)])
def test_a_picture_of_another_size_or_kind_is_refused(
    house: House, version: ModelVersion, shape: tuple[int, int, int]
) -> None:
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(np.zeros(shape, np.uint8)).save(buffer, "PNG")
    with pytest.raises(UserError, match="at its frame's size"):
        restored_store(frame=house.frames[0], version=version, picture_png=buffer.getvalue())


def test_a_selection_is_restored_where_a_lead_promoted_a_model_for_it(
    house: House, loop: Loop, modeling: FakeModeling
) -> None:
    version = restoring(house)
    selection = loop.select(budget=4)
    counts = run_inline(drafts_make, title="Drafts", selection_id=selection.pk)
    assert "restored" not in counts.result
    model_version_promote(version=version, user=house.lead)
    counts = run_inline(drafts_make, title="Drafts", selection_id=selection.pk)
    picked = set(selection.items.filter(held_out=False).order_by("rank").values_list("frame_id", flat=True))
    assert counts.result == {"drafted": 0, "failed": 0, "restored": 3, "unrestored": 1}
    restored = set(RestoredFrame.objects.values_list("frame_id", flat=True))
    assert len(picked) == 4
    assert restored < picked, "none of a held-out frame"
