"""An order of the step ``palette``: colours from a file, what is left open told on the row, all of it in the zip."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rest_framework.test import APIClient

from active_learning.models import Order, OrderPicture
from active_learning.ordering import Wish
from core.models import User
from modeling.errors import UserError
from tests.active_learning.ordered import done, order, work
from tests.active_learning.ordered import packed as zip_of
from tests.active_learning.test_orders_api import as_user
from tests.annotation.house import House
from tests.modeling.studio.cels import DAY, NIGHT, three

__all__ = ["as_user"]

SETTINGS = {"models": DAY, "repaint": NIGHT}


def packed(files: dict[str, bytes]) -> bytes:
    """A zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_cut_is_painted_and_what_is_open_is_told(
    house: House, as_user: Callable[[User], APIClient]
) -> None:
    files = {"cuts.zip": packed(three("a/") | three("b/"))}
    made = done(order(house.annotator, files, [Wish("palette", SETTINGS)]))
    assert (made.total, made.whole, made.broken) == (8, 8, 0)
    client = as_user(house.annotator)
    rows = client.get(f"/api/studio/orders/{made.pk}/pictures/").json()["results"]
    assert [row["key"] for row in rows if row["left"]] == ["a/2", "b/2"]
    left = next(row["left"] for row in rows if row["key"] == "b/2")["palette"]
    assert (left["count"], left["text"]) == (1, "1 of 2 regions is left unpainted.")
    assert "hood/base" in left["lines"][0]
    row = next(row for row in rows if row["key"] == "b/1")
    picture = Image.open(io.BytesIO(b"".join(client.get(row["results"]["palette"]).streaming_content)))
    assert np.asarray(picture)[20, 25].tolist() == [50, 10, 30, 255]
    with zip_of(made) as archive:
        names = {name for name in archive.namelist() if name.startswith("palette/b/")}
        entries = json.loads(archive.read("palette/b/models.json"))["entries"]
        lines = [json.loads(line) for line in archive.read("manifest.jsonl").splitlines()]
    assert names == {f"palette/b/{key}.png" for key in ("0", "0_painted", "1", "2")} | {
        f"palette/b/{key}.regions.json" for key in "012"
    } | {"palette/b/models.json"}
    assert entries[0]["part"] == "hood"
    assert [line["key"] for line in lines if "left" in line] == ["a/2", "b/2"]
    page = client.get(made.get_absolute_url()).content.decode()
    assert page.count("1 open") == 2
    assert "GIMP Palette" in page
    assert "10 20 60" not in page  # of a setting's file its beginning is shown
    position = OrderPicture.objects.get(order=made, key="b/2").position
    look = client.get(f"{made.get_absolute_url()}pictures/{position}/").content.decode()
    assert "1 of 2 regions is left unpainted." in look
    assert "several regions of different entries went into it" in look


def test_the_form_takes_colours_as_files(house: House, client: Any) -> None:
    client.force_login(house.annotator)
    page = client.get("/studio/").content.decode()
    assert page.count('type="file" name="palette.') == 2
    assert 'accept=".json,.gpl,.csv"' in page


def test_an_order_with_nothing_painted_says_what_to_add(house: House) -> None:
    files = three()
    del files["0_painted.png"]
    made = order(house.annotator, {"cut.zip": packed(files)}, [Wish("palette", {})])
    with pytest.raises(UserError):
        work(made.job)
    failed = Order.objects.with_states().get(pk=made.pk)
    assert failed.state == "failed"
    assert "called 0_painted beside 0" in failed.job.error_text  # type: ignore[union-attr]


def test_colours_that_do_not_fit_are_refused_as_they_are_asked(
    house: House, as_user: Callable[[User], APIClient]
) -> None:
    wish = {"step": "palette", "settings": {"models": DAY, "repaint": NIGHT.replace("hood", "hod")}}
    answer = as_user(house.annotator).post("/api/studio/asked/", {"steps": [wish]}, format="json").json()
    assert answer["error"]["code"] == "unknown_entry"
    assert "hod" in answer["error"]["message"]
