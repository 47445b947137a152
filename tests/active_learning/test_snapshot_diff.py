"""What changed between two snapshots, as page, picture, API, job and command."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image

from active_learning.services.freezing import labels_freeze
from core.jobs.context import JobContext
from core.jobs.lease import claim_next
from core.jobs.runner import run_claimed
from core.models import Job, Membership, Role, User
from datasets.models import Difference, Production, Snapshot
from datasets.services import differences
from modeling.labelio import encode_label
from modeling.labels import KINDS
from tests.annotation.house import HEIGHT, WIDTH, House

KEYS = 3


@pytest.fixture
def two(house: House, tmp_path: Path) -> tuple[Snapshot, Snapshot]:
    """Labels of 4 columns on three frames; then frame n has 4 + n columns, and a fourth frame is labelled."""
    draw(house, [4] * KEYS, tmp_path / "first")
    old = labels_freeze(pool=house.pool, kind="cel", user=house.lead)
    draw(house, [4, 5, 6, 4], tmp_path / "second")
    return old, labels_freeze(pool=house.pool, kind="cel", user=house.lead)


def draw(house: House, columns: list[int], folder: Path) -> None:
    """Import labels whose first columns are cel, over those that are there."""
    for frame, width in zip(house.frames, columns, strict=False):
        path = folder / f"{frame.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        label = np.zeros((HEIGHT, WIDTH), np.uint8)
        label[:, :width] = 1
        path.write_bytes(encode_label(label, KINDS["cel"]))
    call_command("import_labels", house.pool.name, str(folder), "--kind", "cel")


def client_of(user: User) -> Client:
    """A signed-in client."""
    client = Client()
    client.force_login(user)
    return client


def pages_of(two: tuple[Snapshot, Snapshot]) -> tuple[str, str]:
    """The page and its API."""
    way = f"snapshots/{two[0].pk}/diff/{two[1].pk}/"
    return f"/{way}", f"/api/{way}"


def test_the_page_shows_the_most_changed_first(house: House, two: tuple[Snapshot, Snapshot]) -> None:
    page, _ = pages_of(two)
    text = client_of(house.viewer).get(page).content.decode()
    keys = [frame.key for frame in house.frames[:4]]
    first, second = (text.index(f"Before and after of {keys[at]}") for at in (2, 1))
    assert first < second
    assert f"Before and after of {keys[0]}" not in text
    assert f"{2 * HEIGHT} of {WIDTH * HEIGHT} px" in text
    assert f"<li>{keys[3]}</li>" in text
    snapshot = client_of(house.viewer).get(f"/snapshots/{two[1].pk}/").content.decode()
    assert page in snapshot


def test_the_picture_marks_what_changed(house: House, two: tuple[Snapshot, Snapshot]) -> None:
    page, _ = pages_of(two)
    client = client_of(house.viewer)
    answer = client.get(f"{page}picture", {"kind": "cel", "key": house.frames[1].key})
    assert answer.headers["Content-Type"] == "image/webp"
    strip = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int)
    assert strip.shape == (HEIGHT, 4 * WIDTH + 12, 3)
    last = strip[:, -WIDTH:]
    magenta = last[..., 0] - last[..., 1]
    assert magenta[:, 4].mean() > 60  # the fifth column, less what WebP blurs
    assert magenta[:, 10:].max() < 40
    assert client.get(f"{page}picture", {"kind": "cel", "key": "none"}).status_code == 404
    assert client.get(f"{page}picture", {"kind": "douga", "key": house.frames[1].key}).status_code == 404


def test_the_api_gives_everything(house: House, two: tuple[Snapshot, Snapshot]) -> None:
    _, api = pages_of(two)
    told = client_of(house.viewer).get(api).json()
    cel = told["labels"]["cel"]
    assert told["frames"]["added"] == 1
    assert [one["changed"] for one in cel["relabelled"]] == [2 * HEIGHT, HEIGHT]
    assert cel["changed"] == 3 * HEIGHT
    assert cel["confusion"][0][1] == 3 * HEIGHT
    assert Difference.objects.get().report["labels"]["cel"] == cel


@pytest.mark.parametrize("limit", ["AT_ONCE", "ROWS_AT_ONCE"])
def test_many_labels_or_frames_wait_for_a_job(
    limit: str, house: House, two: tuple[Snapshot, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differences, limit, 1)
    page, api = pages_of(two)
    client = client_of(house.viewer)
    answer = client.get(api)
    assert (answer.status_code, answer.json()) == (202, {"job_id": None, "done": False})
    assert "Compare them" in client.get(page).content.decode()
    assert client.post(f"{page}count/").status_code == 302
    waiting = client.get(page).content.decode()
    assert "data-waiting" in waiting
    assert client.post(api).json()["done"] is False
    claimed = claim_next(["default"], "test")
    assert claimed is not None
    run_claimed(JobContext(claimed))
    told = client.get(api).json()
    assert told["labels"]["cel"]["changed"] == 3 * HEIGHT
    assert client.post(api).json()["done"] is True
    assert Job.objects.count() == 1


def test_it_takes_a_role_for_both(house: House, two: tuple[Snapshot, Snapshot]) -> None:
    """Who may see one pool is not shown what it was compared with."""
    stranger = User.objects.create_user("elsewhere")
    elsewhere = Production.objects.create(name="Elsewhere")
    Membership.objects.create(user=stranger, production=elsewhere, role=Role.LEAD)
    client = client_of(stranger)
    for address in pages_of(two):
        assert client.get(address).status_code == 404
        assert client.post(address if "api" in address else f"{address}count/").status_code == 404
    assert not Difference.objects.exists()


def test_a_snapshot_and_itself(house: House, two: tuple[Snapshot, Snapshot]) -> None:
    page, _ = pages_of((two[0], two[0]))
    assert "Nothing: both hold the same frames" in client_of(house.viewer).get(page).content.decode()


def test_the_command(
    house: House, two: tuple[Snapshot, Snapshot], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    call_command("diff", two[0].pk[:16], two[1].pk)
    told = capsys.readouterr().out
    assert "added     1 frame\n" in told
    assert f"cel: 2 labels drawn anew in {3 * HEIGHT} pixels, 0 added, 0 dropped\n" in told
    assert f"  {3 * HEIGHT} pixels from background to cel\n" in told
    call_command("diff", two[0].pk, two[1].pk, "--json")
    assert json.loads(capsys.readouterr().out)["labels"]["cel"]["changed"] == 3 * HEIGHT
    with pytest.raises(SystemExit):
        call_command("diff", "zz", two[1].pk)
    assert "No snapshot begins with 'zz'." in capsys.readouterr().err
