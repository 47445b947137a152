"""Editor -> server -> PNG -> import -> editor, pixel for pixel: with ignore, further colours and added entries."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from annotation.models import AcceptedLabel, Assignment
from annotation.selectors.profiles import kind_of, profile_of
from annotation.services.assignments import Wanted, assignment_create_many
from annotation.services.labels_import import labels_import
from annotation.services.profiles import profile_set
from modeling.labels import IGNORE, get_kind
from tests.annotation.house import HEIGHT, WIDTH, House

ADDED = {
    "douga": [
        (20, "#223344", 1, "solid black"),
        (137, "#CC88AA", 6, "shade 3"),
        (254, "#010000", 4, "cel C"),
    ],
    "cel": [(20, "#FF8800", 1, "cel B"), (254, "#0088FF", 1, "cel C")],
}
VALUES = {
    kind: [*(int(value) for value in get_kind(kind).values), *(entry[0] for entry in added), IGNORE]
    for kind, added in ADDED.items()
}

# Each example goes on from the one before: versions count up, as they do for a person.
often = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def maps(kind: str) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.uint8, (HEIGHT, WIDTH), elements=st.sampled_from(VALUES[kind]))


@pytest.fixture
def queued(house: House) -> dict[str, Assignment]:
    """One frame queued for each kind, whose palettes the production extended."""
    for kind, added in ADDED.items():
        entries = [
            {"value": value, "color": color, "class_index": index, "name": name, "retired": False}
            for value, color, index, name in added
        ]
        profile = profile_of(house.production.pk, kind)
        profile_set(
            production=house.production,
            kind=kind,
            settings=profile.settings | {"entries": entries},
            version=profile.version,
            user=house.lead,
        )
    wanted = [Wanted(house.frames[0].pk, 0, "", False)]
    return {
        kind: assignment_create_many(pool=house.pool, kind=kind, frames=wanted, user=house.lead)[0]
        for kind in ADDED
    }


class Editor:
    """What the editor sends and fetches."""

    def __init__(self, house: House, assignment: Assignment) -> None:
        self.client = Client()
        self.client.force_login(house.annotator)
        self.place = reverse("assignment-detail", args=[assignment.pk])

    def detail(self) -> dict:
        return self.client.get(self.place).json()

    def save(self, label_map: np.ndarray) -> str:
        """PUT raw values, packed, as the editor does; returns where the saved label lies."""
        detail = self.detail()
        answer = self.client.put(
            detail["urls"]["working_copy"],
            gzip.compress(label_map.tobytes()),
            content_type="application/octet-stream",
            headers={"If-Match": f'"{detail["working_copy"]["version"]}"', "Content-Encoding": "gzip"},
        )
        assert answer.status_code == 200, answer.content
        return answer.json()["label_url"]

    def raw(self, url: str) -> np.ndarray:
        data = b"".join(self.client.get(url + "?raw=1", headers={"Accept-Encoding": "identity"}))
        return np.frombuffer(data, np.uint8).reshape(HEIGHT, WIDTH)

    def png(self, url: str) -> bytes:
        return b"".join(self.client.get(url))

    def paint(self, data: bytes) -> str:
        """Bring a file as a painting and take it; returns where the saved label lies."""
        brought = self.client.post(
            self.detail()["urls"]["elsewhere"], {"painting": SimpleUploadedFile("a.png", data)}
        ).json()
        assert not any(brought["counts"].values()), brought["counts"]
        return self.client.post(brought["url"] + "take/").json()["label_url"]


@often
@given(kind_and_map=st.sampled_from(list(ADDED)).flatmap(lambda k: st.tuples(st.just(k), maps(k))))
def test_what_is_drawn_comes_back_through_png_and_import(
    house: House, queued: dict[str, Assignment], tmp_path: Path, kind_and_map: tuple[str, np.ndarray]
) -> None:
    kind, label_map = kind_and_map
    editor = Editor(house, queued[kind])
    saved = editor.save(label_map)
    np.testing.assert_array_equal(editor.raw(saved), label_map)
    archive = tmp_path / "labels.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("show/000000.png", editor.png(saved))
    for read in ("strict", "blended", "thesis"):
        report = labels_import(pool=house.pool, kind=kind, source=archive, user=house.reviewer, read=read)
        assert (report.imported + report.known, report.refused, report.notes) == (1, [], [])
    revision = AcceptedLabel.objects.get(frame=house.frames[0], kind=kind).revision
    back = editor.raw(reverse("revision-label", args=[revision.pk]))
    np.testing.assert_array_equal(back, label_map)
    np.testing.assert_array_equal(editor.raw(editor.save(back)), label_map)


@often
@given(kind_and_map=st.sampled_from(list(ADDED)).flatmap(lambda k: st.tuples(st.just(k), maps(k))))
def test_what_is_drawn_comes_back_through_a_paint_program(
    house: House, queued: dict[str, Assignment], kind_and_map: tuple[str, np.ndarray]
) -> None:
    """The PNG opened and saved again in full colour, as paint programs do."""
    kind, label_map = kind_and_map
    editor = Editor(house, queued[kind])
    with Image.open(io.BytesIO(editor.png(editor.save(label_map)))) as image:
        buffer = io.BytesIO()
        image.convert("RGBA").save(buffer, "TIFF")
    editor.save(np.zeros_like(label_map))
    np.testing.assert_array_equal(editor.raw(editor.paint(buffer.getvalue())), label_map)


@often
@given(label_map=maps("douga"))
def test_the_classes_survive_as_well(
    house: House, queued: dict[str, Assignment], label_map: np.ndarray
) -> None:
    kind = kind_of(house.production.pk, "douga")
    editor = Editor(house, queued["douga"])
    back = editor.raw(editor.save(label_map))
    np.testing.assert_array_equal(kind.to_classes(back), kind.to_classes(label_map))
    assert ((kind.to_classes(back) == IGNORE) == (label_map == IGNORE)).all()
