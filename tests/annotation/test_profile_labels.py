"""Entries that a production added, from the API through saving, review and freezing to the classes that models see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from active_learning.services.freezing import labels_freeze
from annotation.labels import label_get
from annotation.models import Assignment, Revision
from annotation.profiles import defaults
from annotation.services.assignments import Wanted, assignment_create_many
from annotation.services.labels_import import labels_import
from annotation.services.profiles import profile_set
from annotation.services.reviews import review_accept
from annotation.thumbs import label_thumb
from core.models import User
from datasets.formats import Terms
from datasets.models import Production
from datasets.services.exports import export_write
from datasets.services.snapshots import snapshot_folder
from modeling.labelio import encode_label
from modeling.labels import Entry, get_kind
from modeling.snapshots import Snapshot
from tests.annotation.house import HEIGHT, WIDTH, House

DOUGA = get_kind("douga")
SHADE = {"value": 20, "color": "#8844AA", "class_index": 6, "name": "shade 3", "retired": False}


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def address(house: House, kind: str = "douga") -> str:
    return reverse("profile-detail", args=[house.production.pk, kind])


def add(house: House, version: int = 0, production: Production | None = None, **changes: Any) -> None:
    settings = {**defaults(DOUGA), "entries": [SHADE], **changes}
    where = production or house.production
    profile_set(production=where, kind="douga", settings=settings, version=version, user=house.lead)


def douga_map() -> np.ndarray:
    """(HEIGHT, WIDTH) flat area with a line, a shade of the table and one of the production's."""
    label_map = np.zeros((HEIGHT, WIDTH), np.uint8)
    label_map[4], label_map[5:8], label_map[8:12] = 1, 15, 20
    return label_map


def queued(house: House) -> Assignment:
    wanted = [Wanted(house.frames[0].pk)]
    return assignment_create_many(pool=house.pool, kind="douga", frames=wanted, user=house.lead)[0]


def save(house: House, assignment: Assignment) -> Any:
    return client_of(house.annotator).put(
        reverse("assignment-working-copy", args=[assignment.pk]),
        douga_map().tobytes(),
        content_type="application/octet-stream",
        headers={"If-Match": '"0"'},
    )


def accepted(house: House) -> Revision:
    """The map drawn, handed in and accepted."""
    assignment = queued(house)
    assert save(house, assignment).status_code == 200
    url = reverse("assignment-submit", args=[assignment.pk])
    assert client_of(house.annotator).post(url, {"expected_version": 1}).status_code == 200
    revision = assignment.revisions.get()
    review_accept(revision=revision, user=house.reviewer)
    return revision


# --- the address ---


def test_members_read_and_leads_write(house: House) -> None:
    profile = client_of(house.viewer).get(address(house)).json()
    assert profile == {**defaults(DOUGA), "version": 0, "kind": "douga", "production": house.production.pk,
                       "changed_by": None, "changed_at": None}  # fmt: skip
    profile["entries"] = [SHADE]
    assert client_of(house.reviewer).put(address(house), profile).status_code == 403
    assert client_of(house.stranger).get(address(house)).status_code == 404
    answer = client_of(house.lead).put(address(house), profile)
    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["changed_by"]) == (1, "lead")
    assert client_of(house.lead).put(address(house), profile | {"gap": 2}).status_code == 409
    assert client_of(house.annotator).get(address(house)).json()["entries"] == [SHADE]


def test_wrong_fields_are_named(house: House) -> None:
    profile = client_of(house.lead).get(address(house)).json()
    profile["entries"] = [{**SHADE, "color": "#FF00FF"}]
    answer = client_of(house.lead).put(address(house), profile)
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"] == {
        "entries.0.color": "#FF00FF is the colour of ignore: choose another."
    }
    shapeless = client_of(house.lead).put(address(house), {"version": 0, "gap": "wide"})
    assert shapeless.json()["error"]["fields"]["gap"] == ["A valid integer is required."]
    assert client_of(house.lead).get(address(house, "duoga")).json()["error"]["code"] == "unknown_kind"


def test_the_audit_page_says_what_was_changed(house: House) -> None:
    add(house, gap=16)
    page = client_of(house.lead).get("/audit/").content.decode()
    assert "profile.set" in page
    assert "changed: entries, gap" in page


def test_the_editor_is_told_the_whole_profile(house: House) -> None:
    add(house, names={"6": "shade 1"})
    answer = client_of(house.annotator).post(reverse("assignment-claim", args=[queued(house).pk])).json()
    assert answer["profile"]["entries"] == [SHADE]
    assert answer["profile"]["names"] == {"6": "shade 1"}
    assert set(defaults(DOUGA)) <= set(answer["profile"])


# --- what is drawn with it ---


def test_only_that_production_may_store_its_entries(house: House) -> None:
    assignment = queued(house)
    refused = save(house, assignment)
    assert refused.json()["error"]["message"] == "douga has no palette entries [20]."
    add(house)
    assert save(house, assignment).status_code == 200
    stored = client_of(house.annotator).get(
        reverse("working-copy-label", args=[assignment.pk, 1]), {"raw": "1"}
    )
    assert stored.content == douga_map().tobytes()


def test_what_was_drawn_stays_readable_after_a_change(house: House) -> None:
    add(house)
    revision = accepted(house)
    retired = {**SHADE, "color": "#123456", "retired": True}
    add(house, 1, entries=[retired])
    np.testing.assert_array_equal(label_get(revision.label, DOUGA), douga_map())
    answer = client_of(house.viewer).get(reverse("revision-label", args=[revision.pk]), {"raw": "1"})
    assert answer.content == douga_map().tobytes()
    assert label_thumb(revision.label, "douga", revision.frame).startswith(b"RIFF")


@pytest.mark.usefixtures("data_dir")
def test_a_snapshot_shows_models_the_class(house: House) -> None:
    add(house)
    accepted(house)
    snapshot = labels_freeze(pool=house.pool, kind="douga", user=house.lead)
    folder = Snapshot.open(snapshot_folder(snapshot))
    row = folder.frames()[0]
    assert folder.label_kind(row, "douga").added == (Entry(20, "8844AA", 6, "shade 3"),)
    np.testing.assert_array_equal(np.unique(folder.classes(row, "douga")), [0, 1, 6])
    assert labels_freeze(pool=house.pool, kind="douga", user=house.lead) == snapshot


@pytest.mark.usefixtures("data_dir")
def test_exports_know_the_entries(house: House, tmp_path: Path) -> None:
    add(house)
    accepted(house)
    snapshot = labels_freeze(pool=house.pool, kind="douga", user=house.lead)
    report = export_write(
        snapshot=snapshot,
        format="coco",
        kind="douga",
        out_dir=tmp_path / "coco",
        terms=Terms(unknown_licences=True),
    )
    assert report["annotations"] == {"train": 2, "test": 0}
    export_write(
        snapshot=snapshot,
        format="snapshot",
        kind="douga",
        out_dir=tmp_path / "folder",
        terms=Terms(unknown_licences=True),
    )
    copied = Snapshot.open(tmp_path / "folder")
    assert (copied.classes(copied.frames()[0], "douga")[8:12] == 6).all()


def test_labels_are_imported_by_the_production_of_each_frame(house: House, tmp_path: Path) -> None:
    add(house)
    file = tmp_path / "show" / "000000.png"
    file.parent.mkdir()
    file.write_bytes(encode_label(douga_map(), DOUGA.extended([Entry(20, "8844AA", 6)])))
    report = labels_import(pool=house.pool, kind="douga", source=tmp_path, user=house.lead)
    assert (report.imported, report.refused) == (1, [])
    assert label_get(Revision.objects.get().label, DOUGA)[8, 0] == 20
