"""What the editor sends and gets."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotation.models import KeptCopy, WorkingCopy
from modeling.labelio import decode_label
from tests.annotation.house import CEL, HEIGHT, WIDTH, House, cel_map, cel_png


@pytest.fixture
def api(house: House) -> APIClient:
    client = APIClient()
    client.force_login(house.annotator)
    return client


def content(answer) -> bytes:
    """All bytes of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def save(api: APIClient, pk: int, version: int, body: bytes, **headers: str):
    return api.put(
        reverse("assignment-working-copy", args=[pk]),
        body,
        content_type=headers.pop("content_type", "image/png"),
        headers={"If-Match": f'"{version}"', **headers},
    )


def test_next_frame_comes_with_all_the_editor_needs(api, house):
    house.queue()
    draft = house.draft(house.frames[0])
    answer = api.post(reverse("assignment-next"), {"pool": house.pool.pk, "kind": "cel"}).json()
    assert answer["frame"]["key"] == "show/000000"
    assert (answer["frame"]["width"], answer["frame"]["height"]) == (WIDTH, HEIGHT)
    assert answer["holder"] == "annotator"
    assert answer["draft"] == {
        "id": draft.pk,
        "model_version": "pool/cel/1",
        "label_url": f"/media/drafts/{draft.pk}/label.png",
        "entropy_url": None,
    }
    assert answer["working_copy"]["version"] == 0
    assert answer["next"]["frame"]["key"] == "show/000002"
    assert answer["urls"]["submit"] == f"/api/assignments/{answer['id']}/submit/"


def test_an_empty_queue_answers_204(api, house):
    assert api.post(reverse("assignment-next"), {}).status_code == 204


@pytest.mark.parametrize("form", ["png", "raw", "gzip"])
def test_a_save_reads_back_exactly(api, house, form):
    assignment = house.queue()[0]
    raw = cel_map(5).tobytes()
    body, headers = {
        "png": (cel_png(5), {}),
        "raw": (raw, {"content_type": "application/octet-stream"}),
        "gzip": (
            gzip.compress(raw),
            {"content_type": "application/octet-stream", "Content-Encoding": "gzip"},
        ),
    }[form]
    answer = save(api, assignment.pk, 0, body, **headers)
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    url = answer.json()["label_url"]
    assert np.array_equal(decode_label(content(api.get(url)), CEL), cel_map(5))
    assert api.get(url, {"raw": 1}).content == raw
    packed = api.get(url, {"raw": 1}, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == raw


def test_a_second_tab_gets_409_with_both_drawings(api, house):
    assignment = house.queue()[0]
    save(api, assignment.pk, 0, cel_png(5))
    answer = save(api, assignment.pk, 0, cel_png(7))
    assert answer.status_code == 409
    told = answer.json()
    assert told["error"]["code"] == "working_copy_conflict"
    assert told["current"]["version"] == 1
    assert told["current"]["saved_by"] == "annotator"
    assert np.array_equal(decode_label(content(api.get(told["kept"]["label_url"])), CEL), cel_map(7))
    assert np.array_equal(decode_label(content(api.get(told["current"]["label_url"])), CEL), cel_map(5))


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"\x02" * (HEIGHT * WIDTH), {}, "label_value"),
        (b"\x01" * (HEIGHT * WIDTH - 1), {}, "label_size"),
        (gzip.compress(bytes(10_000_000)), {"Content-Encoding": "gzip"}, "label_size"),
        (gzip.compress(bytes(HEIGHT * WIDTH))[:-4], {"Content-Encoding": "gzip"}, "label_body"),
        (b"no gzip", {"Content-Encoding": "gzip"}, "label_body"),
        (b"\x00" * 200_000, {}, "label_body"),
        (b"\x89PNG\r\n\x1a\nbroken", {}, "image_unreadable"),
    ],
    ids=["value", "short", "bomb", "cut", "no gzip", "long", "broken"],  # gzip's bytes hold the time
)
def test_what_is_no_label_is_refused_in_one_line(api, house, body, headers, code):
    assignment = house.queue()[0]
    answer = save(api, assignment.pk, 0, body, content_type="application/octet-stream", **headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert not WorkingCopy.objects.exclude(label="").exists()
    assert not KeptCopy.objects.exists()


def test_submit_answers_with_revision_and_the_next_frame(api, house):
    house.queue()
    first = api.post(reverse("assignment-next"), {}).json()
    save(api, first["id"], 0, cel_png(5))
    answer = api.post(first["urls"]["submit"], {"expected_version": 1}).json()
    assert answer["revision"]["number"] == 1
    assert answer["revision"]["origin"] == "person"
    assert answer["next_assignment"]["frame"]["key"] == "show/000002"
    assert answer["next_assignment"]["holder"] == "annotator"


def test_held_frames_say_who_holds_them_and_until_when(api, house):
    assignment = house.queue()[0]
    url = reverse("assignment-claim", args=[assignment.pk])
    assert api.post(url).status_code == 200
    api.force_login(house.other)
    answer = api.post(url)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "held"
    assert answer.json()["error"]["message"].startswith("annotator holds it until ")


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("stranger", 404)])
def test_only_annotators_of_the_production_may_claim(api, house, who, status):
    assignment = house.queue()[0]
    api.force_login(getattr(house, who))
    assert api.post(reverse("assignment-claim", args=[assignment.pk])).status_code == status
    assert api.post(reverse("assignment-next"), {}).status_code == 204


def test_pictures_are_only_for_those_who_may_see_the_frame(api, house):
    draft = house.draft(house.frames[0])
    url = reverse("draft-label", args=[draft.pk])
    assert api.get(url).status_code == 200
    assert "immutable" in api.get(url)["Cache-Control"]
    api.force_login(house.stranger)
    assert api.get(url).status_code == 404


def test_kinds_name_every_stored_value(api):
    kinds = {kind["name"]: kind for kind in api.get(reverse("kind-list")).json()}
    assert kinds["cel"]["entries"][1] == {"value": 1, "color": "#FFFFFF", "class_index": 1, "name": "cel"}
    assert len(kinds["douga"]["classes"]) == 10
    assert len(kinds["douga"]["entries"]) == 20
    assert kinds["douga"]["ignore"] == 255
