"""The loop by hand in a real Chromium: upload, select, draw, review, train, correct a draft, download."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pycocotools import mask as rle
from pytest_django.live_server_helper import LiveServer

from active_learning.models import ModelVersion, Round, RoundState
from annotation.labels import label_get
from annotation.models import Assignment, AssignmentState, Draft, Revision
from annotation.selectors import accepted_labels
from core.models import User
from core.services.sign_in import sign_in_path
from datasets.models import Frame, Pool
from datasets.procedural import produce
from modeling.labels import get_kind
from tests.browser.conftest import VIEW
from tests.browser.drawing import View, drag, fitted, set_size
from tests.core.sites import ROOT
from tests.postgres import with_database

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

WIDTH, HEIGHT = 160, 90
PATIENCE_MS = 240_000
"""For what a worker does; a busy machine takes long, and nothing here is timed."""
STROKE = [(40.5, 30.5), (110.5, 34.5), (80.5, 70.5)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of four short cuts."""
    made = produce(
        tmp_path_factory.mktemp("show") / "out", shows=1, cuts=4, seconds=0.5, size=(WIDTH, HEIGHT)
    )
    return made.shows[0].clip


@pytest.fixture
def worker(site: LiveServer, data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on the test's database and data; its words go to ``worker.log`` there."""
    environment = {
        **os.environ,
        "SAKKAN_DATA": str(data_dir),
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "OMP_NUM_THREADS": "1",
    }
    with (data_dir / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--device", "cpu"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        yield process
        process.terminate()
        process.wait(60)


def database_url() -> str:
    """The test database as ``DATABASE_URL`` names it."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return with_database(os.environ["DATABASE_URL"], name)


@pytest.fixture
def context(site: LiveServer, browser: Browser) -> Iterator[BrowserContext]:
    """A browser context in which nobody is signed in."""
    opened = browser.new_context(base_url=site.url, viewport=VIEW)
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; whatever its console calls an error fails the test."""
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(f"{opened.url}: {error}"))
    opened.on(
        "console", lambda line: errors.append(f"{opened.url}: {line.text}") if line.type == "error" else None
    )
    yield opened
    assert not errors, errors


class Album:
    """Screenshots in the order of the story."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder, self.count = page, folder, 0

    def take(self, name: str) -> None:
        """Photograph the whole page."""
        self.count += 1
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=self.folder / f"{self.count:02d}-{name}.png", full_page=True)


def test_the_loop_by_hand(
    page: Page, worker: subprocess.Popen[bytes], clip: Path, shots: Path, tmp_path: Path
) -> None:
    album = Album(page, shots)
    lead = User.objects.create_user("aoi")
    page.goto(sign_in_path(lead))
    expect(page.get_by_text("No frames yet.")).to_be_visible()
    album.take("empty")

    upload(page, clip, album)
    pool = Pool.objects.get(name="Loop")
    select(page, pool, album, strategy="kmeans", budget=3)
    draw_until_trainable(page, album)
    review_all(page, album)
    train(page, pool, album)

    select(page, pool, album, strategy="entropy", budget=2)
    correct_a_draft(page, album)
    review_all(page, album)
    train(page, pool, album)
    page.goto(f"/pools/{pool.pk}/")
    expect(page.get_by_role("heading", name="Learning curve")).to_be_visible()
    album.take("pool-two-rounds")
    assert ModelVersion.objects.filter(pool=pool).count() == 2

    zipped = download(page, pool, album, tmp_path)
    assert_holds_accepted(zipped, pool)
    look_round(page, pool, album)


def upload(page: Page, clip: Path, album: Album) -> None:
    """Hand a clip in on the upload page and watch its ingest to the end."""
    page.get_by_role("link", name="Upload frames").first.click()
    page.locator("#files").set_input_files(clip)
    page.get_by_label("Pool", exact=True).fill("Loop")
    page.get_by_label("Production", exact=True).fill("Show")
    page.get_by_label("Licence", exact=True).fill("CC0")
    expect(page.locator("#hint")).to_have_text("Everything is here.")
    album.take("upload")
    page.get_by_role("button", name="Start ingest").click()
    page.wait_for_url("**/ingests/*/")
    expect(page.locator("#state")).to_have_text("done", timeout=PATIENCE_MS)
    expect(page.locator("#items tr")).to_have_count(1)
    album.take("ingest")
    assert int(page.locator("#taken").inner_text()) == Frame.objects.count() > 0
    page.get_by_role("link", name="Frames", exact=True).click()
    album.take("frames")


def select(page: Page, pool: Pool, album: Album, *, strategy: str, budget: int) -> None:
    """Propose, look, confirm."""
    page.goto(f"/pools/{pool.pk}/")
    page.locator(f"a[href^='/pools/{pool.pk}/select/']").first.click()
    page.locator(f"input[name=strategy][value={strategy}]").check()
    page.get_by_label("Frames", exact=True).fill(str(budget))
    album.take(f"select-{strategy}")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{budget} frames by {strategy}")
    album.take(f"selection-{strategy}")
    page.get_by_role("button", name="Confirm and queue").click()
    page.wait_for_url(f"**/pools/{pool.pk}/*")
    album.take(f"pool-labeling-{strategy}")


def draw_until_trainable(page: Page, album: Album) -> None:
    """Take frames from the queue and hand in a stroke on each, until some train and some judge."""
    page.goto("/queue/")
    album.take("queue")
    page.get_by_role("link", name="Next frame").click()
    view = editor(page)
    album.take("editor-empty")
    submitted = Assignment.objects.filter(state=AssignmentState.SUBMITTED)
    while not (by_split(submitted, "train") >= 2 and by_split(submitted, "test") >= 2):
        stroke_and_submit(page, view, album if not submitted.exists() else None)


def by_split(assignments: object, split: str) -> int:
    """Count assignments on frames of this side."""
    return assignments.filter(frame__cut__split=split).count()  # type: ignore[attr-defined, no-any-return]


def editor(page: Page) -> View:
    """Wait until one can draw; return where the frame lies."""
    page.wait_for_url("**/annotate/*/")
    expect(page.locator("body")).to_have_attribute("data-state", "ready")
    return fitted(page, WIDTH, HEIGHT)


def stroke_and_submit(page: Page, view: View, album: Album | None) -> None:
    """Draw and hand in with the keys; the next frame opens in the same page."""
    key = page.locator("[data-text=key]").inner_text()
    set_size(page, 15)
    drag(page, view, STROKE)
    if album:
        album.take("editor-drawn")
    page.keyboard.press("Control+Enter")
    leave_open(page, key)
    expect(page.locator("[data-text=key]")).not_to_have_text(key)
    expect(page.locator("body")).to_have_attribute("data-state", "ready")


def leave_open(page: Page, key: str) -> None:
    """A young model's draft has specks: where the checks list some, hand it in all the same."""
    anyway = page.get_by_role("button", name="Submit anyway")
    expect(anyway.or_(page.locator("[data-text=key]").filter(has_not_text=key)).first).to_be_visible()
    if anyway.is_visible():
        anyway.click()


def review_all(page: Page, album: Album) -> None:
    """Accept with the key, one after the other, until nothing waits."""
    page.goto("/review/")
    album.take("review")
    waiting = Assignment.objects.filter(state=AssignmentState.SUBMITTED).count()
    page.locator("#next").click()
    for place in range(waiting):
        page.wait_for_url("**/review/*/")
        expect(page.locator("#wait")).to_be_hidden()
        if not place:
            album.take("review-one")
        before = page.url
        page.keyboard.press("a")
        page.wait_for_url(lambda url, before=before: url != before)
    expect(page.get_by_text("Nothing waits for review.")).to_be_visible()


def train(page: Page, pool: Pool, album: Album) -> None:
    """Start a round by the form and watch it until it is closed."""
    page.goto(f"/pools/{pool.pk}/")
    page.get_by_role("link", name="Start training").click()
    page.locator("input[name=network][value=tiny]").check()
    page.get_by_label("Train for").fill("4")
    page.get_by_label("Unit").select_option("steps")
    album.take("start")
    page.get_by_role("button", name="Start training").click()
    page.wait_for_url("**/rounds/*/")
    album.take("round-waiting")
    expect(page.locator(".figure-number").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-state]")).to_have_text("Closed", timeout=PATIENCE_MS)
    expect(page.locator("#loss-curve canvas")).to_be_visible()
    album.take("round-closed")
    assert Round.objects.filter(pool=pool).last().state == RoundState.CLOSED  # type: ignore[union-attr]


def correct_a_draft(page: Page, album: Album) -> None:
    """Wait for the drafts on the jobs page, then mend one and hand it in."""
    page.goto("/jobs/")
    row = page.locator("tr", has_text="Drafts for Loop")
    expect(row.get_by_text("Done")).to_be_visible(timeout=PATIENCE_MS)
    album.take("jobs")
    drafted = Assignment.objects.get(frame__in=Draft.objects.values("frame")[:1], state=AssignmentState.OPEN)
    page.goto(f"/annotate/{drafted.pk}/")
    view = editor(page)
    album.take("editor-draft")
    page.keyboard.press("u")
    album.take("editor-entropy")
    page.keyboard.press("u")
    stroke_and_submit(page, view, None)
    assert Revision.objects.get(assignment=drafted).draft is not None


def download(page: Page, pool: Pool, album: Album, folder: Path) -> Path:
    """Export the latest snapshot as COCO and fetch the zip."""
    page.goto(f"/pools/{pool.pk}/")
    page.get_by_role("link", name="Snapshots").click()
    album.take("snapshots")
    page.locator("tbody a").first.click()
    page.locator("input[name=format][value=coco]").check()
    page.get_by_role("button", name="Write it").click()
    link = page.get_by_role("link", name="Download zip")
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    album.take("snapshot")
    with page.expect_download() as caught:
        link.click()
    caught.value.save_as(folder / "dataset.zip")
    return folder / "dataset.zip"


def assert_holds_accepted(zipped: Path, pool: Pool) -> None:
    """The masks in the zip are those that were accepted, to the pixel."""
    with zipfile.ZipFile(zipped) as archive:
        names = [name for name in archive.namelist() if "/annotations/" in name]
        found = {key: mask for name in names for key, mask in masks(io.BytesIO(archive.read(name)))}
    kind = get_kind("cel")
    rows = list(accepted_labels(pool, "cel"))
    keys = Frame.objects.in_bulk([row.frame_id for row in rows])
    assert set(found) == {keys[row.frame_id].key for row in rows}
    for row in rows:
        np.testing.assert_array_equal(found[keys[row.frame_id].key], label_get(row.label_sha256, kind))


def masks(stream: io.BytesIO) -> Iterator[tuple[str, np.ndarray]]:
    """Key and mask of each image of a COCO document."""
    document = json.load(stream)
    for image in document["images"]:
        mask = np.zeros((image["height"], image["width"]), np.uint8)
        for annotation in document["annotations"]:
            if annotation["image_id"] == image["id"]:
                mask |= rle.decode(annotation["segmentation"])
        yield image["key"], mask


def look_round(page: Page, pool: Pool, album: Album) -> None:
    """Open what the story passed by; none of it may err."""
    frame = Frame.objects.filter(memberships__pool=pool).first()
    job = page.request.get("/api/jobs/").json()["results"][0]["id"]
    others = {
        "overview": "/",
        "frame": f"/frames/{frame.pk}/",  # type: ignore[union-attr]
        "job": f"/jobs/{job}/",
        "account": "/account/",
        "members": "/members/",
        "queue-after": "/queue/",
        "api-docs": "/api/docs/",
    }
    for name, url in others.items():
        answer = page.goto(url)
        assert answer is not None, url
        assert answer.status == 200, (url, answer)
        album.take(name)
