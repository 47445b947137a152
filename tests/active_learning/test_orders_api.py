"""Orders through the API: two hundred mixed files, downloads by range, nobody else's, sent into a pool as drafts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rest_framework.test import APIClient

from active_learning.models import Order
from active_learning.services.order_sending import BEGUN, HELD_OUT
from annotation.labels import label_get
from annotation.models import Assignment, Draft
from annotation.services.assignments import Wanted, assignment_claim, assignment_create_many
from core.models import Job, User
from datasets.models import Cut, Frame, Ingest, Pool, Production
from modeling.labels import get_kind
from modeling.runs import RunFolder
from tests.active_learning.ordered import image, mixed, version_of, work
from tests.annotation.house import House
from tests.datasets.makers import on_twos, upload, write_clip, write_zip
from tests.modeling.conftest import snapshot, tiny_run, train_tiny

__all__ = ["snapshot", "tiny_run", "train_tiny"]
CANNY = [{"step": "lines", "settings": {"source": "canny"}}]
CEL = [{"step": "cel"}]


@pytest.fixture
def as_user() -> Callable[[User], APIClient]:
    """A client of the API that somebody is signed in with."""

    def enter(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        client.force_login(user)
        return client

    return enter


def order(client: APIClient, user: User, files: dict[str, bytes], steps: Any = CANNY) -> dict[str, Any]:
    """An order of these files that is done."""
    uploads = [str(upload(user, name, data).pk) for name, data in files.items()]
    made = client.post("/api/studio/orders/", {"uploads": uploads, "steps": steps}, format="json")
    assert made.status_code == 201, made.json()
    work(Job.objects.get(pk=made.json()["job_id"]))
    return client.get(f"/api/studio/orders/{made.json()['id']}/").json()  # type: ignore[no-any-return]


def test_two_hundred_mixed_files_three_of_them_broken(
    house: House, tiny_run: RunFolder, tmp_path: Path, as_user: Callable[[User], APIClient]
) -> None:
    version_of(house.pool, 1, tiny_run)
    members = mixed(197)
    members |= {"cut1/torn.png": image(1)[:-40], "cut2/words.jpg": b"hello", "nothing.tif": b""}
    archive = write_zip(tmp_path / "all.zip", members)
    client = as_user(house.annotator)
    made = order(client, house.annotator, {"all.zip": archive.read_bytes()}, CEL)
    assert (made["state"], made["total"], made["whole"], made["broken"]) == ("done", 200, 197, 3)
    address = f"/api/studio/orders/{made['id']}/pictures/"
    broken = client.get(address, {"broken": "true"}).json()["results"]
    assert [one["sentences"] for one in broken] == [
        ["nothing.tif is empty. Copy it again from its source."],
        ["cut1/torn.png breaks off: image file is truncated. Copy it again from its source."],
        ["cut2/words.jpg is not an image we read. Save it again as PNG, JPEG, WebP or TIFF."],
    ]
    packed = client.get(made["archive"])
    with zipfile.ZipFile(io.BytesIO(b"".join(packed.streaming_content))) as results:
        masks = [name for name in results.namelist() if name.startswith("cel/")]
        assert len(masks) == 197
        assert len(results.read("manifest.jsonl").splitlines()) == 200
    pictures = client.get(address, {"page_size": 200}).json()["results"]
    assert len(pictures) == 200
    picture = next(one for one in pictures if one["outcome"] == "whole")
    mask = Image.open(io.BytesIO(b"".join(client.get(picture["results"]["cel"]).streaming_content)))
    assert mask.size == (picture["width"], picture["height"])
    assert client.get(picture["before"]).status_code == 200


def test_a_download_goes_on_where_it_broke_off(house: House, as_user: Callable[[User], APIClient]) -> None:
    client = as_user(house.annotator)
    made = order(client, house.annotator, {"a.png": image(1)})
    whole = client.get(made["archive"])
    data = b"".join(whole.streaming_content)
    rest = client.get(made["archive"], headers={"Range": "bytes=10-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206
    assert data[:10] + b"".join(rest.streaming_content) == data
    assert whole.headers["Content-Length"] == str(len(data))
    tail = client.get(made["archive"], headers={"Range": "bytes=-22"})
    assert b"".join(tail.streaming_content) == data[-22:]
    beyond = client.get(made["archive"], headers={"Range": f"bytes={len(data)}-"})
    assert beyond.status_code == 416
    waiting = Order.objects.create(owner=house.annotator, title="waiting", steps=CANNY)
    assert client.get(f"/media/orders/{waiting.pk}/results.zip").status_code == 404


def test_what_steps_ask_is_told_as_they_are_set(house: House, as_user: Callable[[User], APIClient]) -> None:
    version = version_of(house.pool, 1)
    client = as_user(house.annotator)

    def asked(*steps: Any) -> Any:
        return client.post("/api/studio/asked/", {"steps": list(steps)}, format="json")

    assert asked(*CANNY).json() == []
    answer = asked({"step": "cel"}, {"step": "lines"}).json()
    assert [(one["task"], one["default"], bool(one["problem"])) for one in answer] == [
        ("cel", version.pk, False), ("douga", None, True),
    ]  # fmt: skip
    assert asked({"step": "cutout", "settings": {"feather": -1}}).json()["error"]["code"] == "bad_parameter"
    assert asked({"step": "cuttout"}).json()["error"]["code"] == "unknown_step"
    names = [step["name"] for step in client.get("/api/studio/steps/").json()]
    assert names[:3] == ["cel", "cutout", "douga"]


def test_an_order_is_nobody_elses(house: House, as_user: Callable[[User], APIClient]) -> None:
    made = order(as_user(house.annotator), house.annotator, {"a.png": image(1)})
    lead = as_user(house.lead)
    address = f"/api/studio/orders/{made['id']}/"
    assert lead.get("/api/studio/orders/").json()["results"] == []
    answers = [
        lead.get(address),
        lead.delete(address),
        lead.get(f"{address}pictures/"),
        lead.get(made["archive"]),
    ]
    answers += [
        lead.get(f"/media/orders/{made['id']}/0/{name}") for name in ("before", "lines", "lines/thumb")
    ]
    assert {answer.status_code for answer in answers} == {404}
    mine = as_user(house.annotator)
    assert [one["id"] for one in mine.get("/api/studio/orders/").json()["results"]] == [made["id"]]
    assert mine.delete(address).status_code == 204
    assert not Order.objects.exists()


# --- into a pool ---


def send(client: APIClient, made: dict[str, Any], **values: Any) -> Any:
    """Send an order's results and do the job."""
    address = f"/api/studio/orders/{made['id']}/"
    answer = client.post(f"{address}send/", {"production": "New show", **values}, format="json")
    if answer.status_code == 202:
        work(Job.objects.get(pk=answer.json()["job_id"]))
        return client.get(address).json()["sendings"][0]
    return answer.json()["error"]


def test_results_become_drafts_of_the_version(
    house: House, tiny_run: RunFolder, tmp_path: Path, as_user: Callable[[User], APIClient]
) -> None:
    """Images and a clip's drawings; held-out ones get none."""
    version = version_of(house.pool, 1, tiny_run)
    clip = write_clip(tmp_path / "walk.mp4", on_twos(5)).read_bytes()
    files = {"a.png": image(1), "b.png": image(2), "walk.mp4": clip}
    client = as_user(house.lead)
    made = order(client, house.lead, files, [*CEL, *CANNY])
    sent = send(client, made, licence="CC0", rights="Studio Mio", year=1999)
    pool = Pool.objects.get(name="New show")
    frames = Frame.objects.in_pool(pool)
    train = frames.filter(cut__split="train")
    assert (sent["state"], sent["pool"], frames.count()) == ("done", pool.pk, 7)
    drafts = Draft.objects.filter(frame__in=frames)
    assert 0 < train.count() < 7
    assert set(drafts.values_list("frame_id", flat=True)) == set(train.values_list("pk", flat=True))
    assert {(one.kind, one.model_version) for one in drafts} == {("cel", version.name)}
    assert sent["drafted"] == train.count()
    assert sent["left"] == {HELD_OUT: 7 - train.count()}
    results = {(one.sha256, one.index): one for one in Order.objects.get().pictures.all()}
    for draft in drafts.select_related("frame__source"):
        index = draft.frame.index if draft.frame.source.kind == "video" else None
        one = results[draft.frame.source.sha256, index]
        mask = np.asarray(Image.open(one.order.results / one.results["cel"]))
        np.testing.assert_array_equal(label_get(draft.label, get_kind("cel")), mask)
    assert frames.filter(licence="CC0", rights="Studio Mio").count() == 7
    assert Production.objects.get(name="New show").year == 1999


def test_what_people_draw_is_not_touched(
    house: House, tiny_run: RunFolder, as_user: Callable[[User], APIClient]
) -> None:
    """Of frames that are there already, one that somebody holds gets no draft; sent twice is sent once."""
    version_of(house.pool, 1, tiny_run)
    client = as_user(house.lead)
    files = {f"{number}.png": image(number) for number in range(5)}
    made = order(client, house.lead, files, CEL)
    send(client, made, production="Show", pool="other")
    pool = Pool.objects.get(name="other")
    Draft.objects.all().delete()
    Cut.objects.filter(frames__memberships__pool=pool).update(split="train")
    begun = Frame.objects.in_pool(pool).order_by("pk").first()
    assert begun is not None
    assignment_create_many(pool=pool, kind="cel", frames=[Wanted(begun.pk, 1, "", True)], user=house.lead)
    assignment_claim(assignment=Assignment.objects.get(frame=begun), user=house.annotator)
    again = send(client, made, production="Show", pool="other")
    assert (again["drafted"], again["left"]) == (4, {BEGUN: 1})
    assert not Draft.objects.filter(frame=begun).exists()
    before = set(Draft.objects.values_list("pk", flat=True))
    assert send(client, made, production="Show", pool="other")["drafted"] == 4
    assert set(Draft.objects.values_list("pk", flat=True)) == before


def test_sending_needs_labels_and_the_lead(
    house: House, tiny_run: RunFolder, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(house.annotator)
    lines = order(client, house.annotator, {"a.png": image(1)})
    assert send(client, lines)["code"] == "nothing_to_send"
    version_of(house.pool, 1, tiny_run)
    cel = order(client, house.annotator, {"a.png": image(1)}, CEL)
    assert send(client, cel, production="Show")["code"] == "permission_denied"


def test_the_page_sends_with_the_terms_of_an_ingest(
    house: House, tiny_run: RunFolder, as_user: Callable[[User], APIClient]
) -> None:
    version_of(house.pool, 1, tiny_run)
    client = as_user(house.lead)
    made = order(client, house.lead, {"a.png": image(1)}, CEL)
    page = f"/studio/orders/{made['id']}/"
    typed = {"production": "Town", "licence": "CC BY 4.0", "rights": "x" * 301, "year": "1700"}
    refused = client.post(f"{page}send/", typed, format="multipart")
    words = refused.content.decode()
    assert refused.status_code == 400
    assert "at most 300 characters" in words
    assert "greater than or equal to 1880" in words
    assert 'value="CC BY 4.0"' in words
    assert not Ingest.objects.exists()
    typed |= {"rights": "Studio Mio", "year": ""}
    sent = client.post(f"{page}send/", typed, format="multipart")
    assert (sent.status_code, sent["Location"]) == (302, f"{page}#send")
    ingest = Ingest.objects.get()
    assert (ingest.licence, ingest.rights, ingest.pool.name) == ("CC BY 4.0", "Studio Mio", "Town")
    again = client.post(f"{page}send/", typed, format="multipart")
    assert (again.status_code, Ingest.objects.count()) == (400, 1)
    assert "being worked on" in again.content.decode()
