"""Depth drawn by layers: saved by compare-and-set, kept with its layers through every door."""

from __future__ import annotations

import gzip
import json
import os

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from annotation.labels import label_get, label_put
from annotation.models import (
    AcceptedLabel,
    Assignment,
    Draft,
    KeptCopy,
    Origin,
    Revision,
    RevisionAction,
    WorkingCopy,
)
from annotation.services.assignments import Wanted, assignment_create_many
from annotation.services.depth_layers import layers_get, layers_save
from annotation.services.drafts import draft_store
from annotation.services.reopening import label_reopen
from annotation.services.reviews import review_accept, review_return
from annotation.services.revisions import annotation_submit, revision_append, revision_restore
from annotation.services.working_copies import WorkingCopyConflict, working_copy_keep
from core import blobs
from modeling.depth.layers import layers_document
from modeling.errors import UserError
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.annotation.house import HEIGHT, WIDTH, House

DEPTH = get_kind("depth")
SIZE = HEIGHT, WIDTH


def whole(depth: float, name: str = "Plate") -> dict:
    return {"id": "l1", "name": name, "runs": None, "depth": depth}


def document(*layers: dict) -> bytes:
    return json.dumps(layers_document(layers, SIZE)).encode()


@pytest.fixture
def row(house: House) -> Assignment:
    wanted = [Wanted(house.frames[0].pk)]
    return assignment_create_many(pool=house.pool, kind="depth", frames=wanted, user=house.lead)[0]


@pytest.fixture
def api(house: House) -> APIClient:
    client = APIClient()
    client.force_login(house.annotator)
    return client


def draft_map() -> np.ndarray:
    levels = np.full(SIZE, 7, np.uint16)
    levels[:2] = 0
    return levels


def draft(house: House, frame: int = 0) -> Draft:
    return draft_store(
        frame_id=house.frames[frame].pk,
        kind="depth",
        model_version="pool/depth/1",
        label_png=encode_label(draft_map(), DEPTH),
    )


def save(row: Assignment, user, version: int, *layers: dict) -> WorkingCopy:
    fresh = Assignment.objects.get(pk=row.pk)
    return layers_save(assignment=fresh, user=user, expected_version=version, document=document(*layers))


def names(sha256: str) -> list[str]:
    return [layer["name"] for layer in layers_get(sha256)["layers"]]


def put(api: APIClient, row: Assignment, version: int, body: bytes, **headers: str):
    return api.put(
        reverse("assignment-layers", args=[row.pk]),
        body,
        content_type="application/octet-stream",
        headers={"If-Match": f'"{version}"', **headers},
    )


def test_layers_are_kept_and_the_map_is_worked_out(house: House, api: APIClient, row: Assignment) -> None:
    body = gzip.compress(document(whole(0.5)))
    answer = put(api, row, 0, body, **{"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    copy = WorkingCopy.objects.get(assignment=row)
    assert (label_get(copy.label, DEPTH) == 32768).all()
    assert api.get(reverse("assignment-layers", args=[row.pk])).json() == json.loads(document(whole(0.5)))
    assert put(api, row, 0, body, **{"Content-Encoding": "gzip"}).json()["version"] == 1


def test_whoever_saves_second_is_told_and_both_drawings_are_kept(
    house: House, api: APIClient, row: Assignment
) -> None:
    save(row, house.annotator, 0, whole(0.5))
    answer = put(api, row, 0, document(whole(0.9, "Mine")))
    assert answer.status_code == 409
    kept = KeptCopy.objects.get(assignment=row)
    assert names(kept.layers) == ["Mine"]
    asked = api.get(reverse("assignment-layers", args=[row.pk]), {"kept": kept.pk}).json()
    assert [layer["name"] for layer in asked["layers"]] == ["Mine"]
    with pytest.raises(WorkingCopyConflict):
        save(row, house.other, 1, whole(0.1))


def test_it_is_opened_with_the_draft_as_its_lowest_layer(
    house: House, api: APIClient, row: Assignment
) -> None:
    kept = draft(house)
    [lowest] = api.get(reverse("assignment-layers", args=[row.pk])).json()["layers"]
    assert lowest == {"id": "base", "name": "Draft", "runs": None, "map": kept.label}
    answer = api.get(reverse("layer-map", args=[row.pk, kept.label]), {"raw": 1})
    np.testing.assert_array_equal(np.frombuffer(answer.content, "<u2").reshape(SIZE), draft_map())
    copy = save(row, house.annotator, 0, {**whole(1), "runs": [0, WIDTH]}, lowest)
    expected = draft_map()
    expected[0] = 65535
    np.testing.assert_array_equal(label_get(copy.label, DEPTH), expected)


def test_a_held_out_frame_is_opened_without_one(house: House, api: APIClient) -> None:
    draft(house)
    wanted = [Wanted(house.frames[0].pk, with_draft=False)]
    [row] = assignment_create_many(pool=house.pool, kind="depth", frames=wanted, user=house.lead)
    assert api.get(reverse("assignment-layers", args=[row.pk])).json()["layers"] == []


def test_the_draft_may_be_handed_in_as_it_is(house: House, row: Assignment) -> None:
    kept = draft(house)
    copy = save(row, house.annotator, 0, {"id": "base", "name": "Draft", "runs": None, "map": kept.label})
    revision = annotation_submit(assignment=row, user=house.annotator, expected_version=copy.version)
    assert (revision.origin, revision.changed_share, revision.draft) == (Origin.DRAFT_UNCHANGED, 0, kept)


def test_no_map_of_another_frame_is_shown(house: House, api: APIClient, row: Assignment) -> None:
    foreign = draft(house, 1).label
    with pytest.raises(UserError, match="none of this frame's"):
        save(row, house.annotator, 0, {"id": "b", "name": "x", "runs": None, "map": foreign})
    assert api.get(reverse("layer-map", args=[row.pk, foreign])).status_code == 404
    assert not WorkingCopy.objects.filter(assignment=row).exclude(label="").exists()


def test_strangers_see_neither_layers_nor_maps(house: House, row: Assignment, client: Client) -> None:
    kept = draft(house)
    client.force_login(house.stranger)
    assert client.get(reverse("assignment-layers", args=[row.pk])).status_code == 404
    assert client.get(reverse("layer-map", args=[row.pk, kept.label])).status_code == 404


def test_a_map_that_was_saved_without_layers_is_kept_under_them(
    house: House, api: APIClient, row: Assignment
) -> None:
    raw = gzip.compress(draft_map().astype("<u2").tobytes())
    put_map = {"If-Match": '"0"', "Content-Encoding": "gzip"}
    address = reverse("assignment-working-copy", args=[row.pk])
    assert api.put(address, raw, content_type="application/octet-stream", headers=put_map).status_code == 200
    [lowest] = api.get(reverse("assignment-layers", args=[row.pk])).json()["layers"]
    save(row, house.annotator, 1, {**whole(1), "runs": [0, 1]}, lowest)
    save(row, house.annotator, 2, {**whole(1), "runs": [0, 2]}, lowest)
    assert KeptCopy.objects.filter(assignment=row, label=lowest["map"], layers="").count() == 1


def test_other_kinds_are_not_drawn_by_layers(house: House, api: APIClient) -> None:
    [cel] = house.queue(house.frames[0])
    with pytest.raises(UserError, match="not drawn by layers"):
        save(cel, house.annotator, 0, whole(1))
    assert api.get(reverse("assignment-layers", args=[cel.pk])).status_code == 404


def test_layers_go_with_their_version_through_every_door(house: House, row: Assignment) -> None:
    copy = save(row, house.annotator, 0, whole(0.5))
    first = annotation_submit(assignment=row, user=house.annotator, expected_version=copy.version)
    review_return(revision=first, user=house.reviewer, comment="nearer")
    returned = Revision.objects.get(action=RevisionAction.RETURN)
    save(row, house.annotator, 1, whole(0.8, "Nearer"))
    row.refresh_from_db()
    second = annotation_submit(assignment=row, user=house.annotator, expected_version=2)
    review_accept(revision=second, user=house.reviewer)
    assert [names(one.layers) for one in (first, returned, second)] == [["Plate"], ["Plate"], ["Nearer"]]
    restored = revision_restore(revision=first, user=house.reviewer)
    assert restored.layers == first.layers
    accepted = AcceptedLabel.objects.get(frame=house.frames[0], kind="depth")
    again = label_reopen(accepted=accepted, pool=house.pool, user=house.reviewer, comment="look again")
    assert again.assignment is not None
    assert (again.layers, again.assignment.working_copy.layers) == (first.layers, first.layers)


def test_versions_and_earlier_states_are_listed_with_their_layers(
    house: House, api: APIClient, row: Assignment
) -> None:
    save(row, house.annotator, 0, whole(0.5))
    row.refresh_from_db()
    working_copy_keep(assignment=row, user=house.annotator)
    save(row, house.annotator, 1, whole(0.8, "Nearer"))
    row.refresh_from_db()
    annotation_submit(assignment=row, user=house.annotator, expected_version=2)
    listed = api.get(reverse("assignment-revisions", args=[row.pk])).json()
    assert [version["action"] for version in listed] == ["submit", "earlier"]
    opened = [api.get(version["layers_url"]).json()["layers"] for version in listed]
    assert opened == [[whole(0.8, "Nearer")], [whole(0.5)]]


def test_a_version_is_opened_in_another_turn_with_the_map_it_stands_on(
    house: House, api: APIClient, row: Assignment
) -> None:
    raw = gzip.compress(draft_map().astype("<u2").tobytes())
    put_map = {"If-Match": '"0"', "Content-Encoding": "gzip"}
    address = reverse("assignment-working-copy", args=[row.pk])
    api.put(address, raw, content_type="application/octet-stream", headers=put_map)
    [lowest] = api.get(reverse("assignment-layers", args=[row.pk])).json()["layers"]
    save(row, house.annotator, 1, whole(1), lowest)
    row.refresh_from_db()
    revision = annotation_submit(assignment=row, user=house.annotator, expected_version=2)
    review_accept(revision=revision, user=house.reviewer)
    accepted = AcceptedLabel.objects.get(frame=house.frames[0], kind="depth")
    again = label_reopen(accepted=accepted, pool=house.pool, user=house.reviewer, comment="nearer")
    other = again.assignment
    assert other is not None
    assert other.pk != row.pk
    for query in ({}, {"revision": revision.pk}):
        layers = api.get(reverse("assignment-layers", args=[other.pk]), query).json()["layers"]
        assert layers == [whole(1), lowest]
    assert api.get(reverse("layer-map", args=[other.pk, lowest["map"]])).status_code == 200
    review_return(revision=again, user=house.reviewer, comment="nearer")
    version = other.working_copy.version
    assert save(other, house.annotator, version, whole(0.5), lowest).version == version + 1
    missing = {"revision": revision.pk + 100}
    assert api.get(reverse("assignment-layers", args=[row.pk]), missing).status_code == 404


def test_an_imported_map_that_comes_back_is_the_lowest_layer(house: House, api: APIClient) -> None:
    label = label_put(draft_map(), DEPTH)
    imported = revision_append(
        frame=house.frames[0],
        kind="depth",
        action=RevisionAction.IMPORT,
        origin=Origin.IMPORT,
        author=house.reviewer,
        label=label,
    )
    accepted = AcceptedLabel.objects.create(frame=house.frames[0], kind="depth", revision=imported)
    again = label_reopen(accepted=accepted, pool=house.pool, user=house.reviewer, comment="look again")
    review_return(revision=again, user=house.lead, comment="the floor")
    assert again.assignment is not None
    [lowest] = api.get(reverse("assignment-layers", args=[again.assignment.pk])).json()["layers"]
    assert lowest["map"] == label


def test_cleanup_keeps_the_layers_and_what_they_show(house: House, row: Assignment) -> None:
    copy = save(row, house.annotator, 0, whole(0.5))
    loose = blobs.put_bytes(b"nobody's")
    for sha256 in (copy.layers, copy.label, loose):
        os.utime(blobs.blob_path(sha256), (0, 0))
    call_command("cleanup", verbosity=0)
    assert [blobs.blob_path(sha256).is_file() for sha256 in (copy.layers, copy.label, loose)] == [
        True,
        True,
        False,
    ]


def test_the_page_is_that_of_layers_and_the_others_stay(
    house: House, row: Assignment, client: Client
) -> None:
    client.force_login(house.annotator)
    html = client.get(reverse("annotate", args=[row.pk])).content.decode()
    assert "editor/depth/main" in html
    assert 'id="layers"' in html
    [cel] = house.queue(house.frames[1])
    assert "editor/depth/main" not in client.get(reverse("annotate", args=[cel.pk])).content.decode()
