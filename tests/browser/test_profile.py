"""The page of a production's profile: what one changes is seen at once, what is wrong is said at its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Profile
from annotation.services.drafts import draft_store
from core.models import Role, User
from modeling.images import read_rgb
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.browser.conftest import make_annotator
from tests.browser.drawing import drag, open_editor, saved, set_size, stored
from tests.browser.worlds import World, add_frame, make_world

pytestmark = pytest.mark.browser
DOUGA = get_kind("douga")


@pytest.fixture
def world(site: LiveServer) -> World:
    """Return a production with three douga, the first two with drafts."""
    return make_world(kind="douga")


def open_profile(page: Page, world: World, kind: str = "douga") -> None:
    page.goto(f"/productions/{world.production.pk}/profile/{kind}/")
    expect(page.locator("#wait")).to_be_hidden()


def pixel(page: Page, x: float, y: float) -> list[int]:
    """Colour of the preview under a point of the frame."""
    return page.evaluate(  # type: ignore[no-any-return]
        """([x, y]) => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
            const { preview } = globalThis.profilePage;
            const at = preview.viewport.toScreen(x, y);
            const context = preview.canvas.getContext("2d");
            done([...context.getImageData(Math.round(at.x), Math.round(at.y), 1, 1).data.slice(0, 3)]);
        })))""",
        [x, y],
    )


def plain(page: Page) -> None:
    """Show the colours alone."""
    for name in ("Names", "Samples"):
        page.get_by_label(name, exact=True).uncheck()
    page.locator("#opacity").fill("100")


def test_what_one_changes_is_seen_at_once_and_saved(page: Page, world: World, shots: Path) -> None:
    open_profile(page, world)
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    expect(page.locator("#legend")).to_contain_text("shading fill")
    page.get_by_label("Name of #C9A7EB").fill("shade 1")
    expect(page.locator("#legend")).to_contain_text("shade 1")
    page.get_by_role("button", name="Add a colour").click()
    page.get_by_label("Name of entry 20").fill("solid black")
    page.get_by_label("Class of entry 20").select_option("visible line")
    page.get_by_label("Colour of entry 20 as #RRGGBB").fill("#101010")
    page.get_by_role("button", name="Add a pencil").click()
    page.get_by_label("Meaning of pencil 4").select_option("color_edge")
    page.get_by_text("8 px", exact=True).click()
    page.get_by_label("shading line is in use").uncheck()
    expect(page.locator("#legend button", has_text="shading line")).to_contain_text("not in use")
    page.keyboard.press("Control+s")
    expect(page.locator("#said")).to_have_text("Saved")
    page.screenshot(path=shots / "profile-filled.png", full_page=True)
    stored = Profile.objects.get().settings
    assert stored["names"] == {"6": "shade 1"}
    assert stored["entries"] == [
        {"value": 20, "color": "#101010", "class_index": 1, "name": "solid black", "retired": False}
    ]
    assert stored["pencil"][3] == {"color": "#008000", "meaning": "color_edge"}
    assert (stored["gap"], 2 in stored["classes"]) == (8, False)
    page.reload()
    expect(page.locator("#version")).to_contain_text("Version 1, changed by mio")
    expect(page.get_by_label("Class of entry 20")).to_be_disabled()
    expect(page.get_by_role("button", name="Retire")).to_be_visible()


def test_colours_of_the_preview_follow_the_fields(page: Page, world: World) -> None:
    profile = Profile(production=world.production, kind="douga", version=1)
    entry = {"value": 20, "color": "#123456", "class_index": 6, "name": "shade 3", "retired": False}
    profile.settings = {"entries": [entry]}
    profile.save()
    label = np.full((180, 320), 20, np.uint8)
    kind = DOUGA.extended([(20, "123456", 6, "shade 3")])
    from annotation.labels import label_put
    from annotation.models import Origin, Revision, RevisionAction

    Revision.objects.create(
        frame=world.frames[2], kind="douga", number=1, action=RevisionAction.SUBMIT, origin=Origin.PERSON,
        author=world.user, label=label_put(label, kind),
    )  # fmt: skip
    open_profile(page, world)
    plain(page)
    expect(page.locator("#frame option").first).to_have_text("clip/000002")
    assert pixel(page, 160.5, 90.5) == [0x12, 0x34, 0x56]
    page.get_by_label("Colour of shade 3 as #RRGGBB").fill("#00ff7f")
    assert pixel(page, 160.5, 90.5) == [0, 0xFF, 0x7F]
    expect(page.get_by_label("Colour of shade 3", exact=True)).to_have_value("#00ff7f")
    page.get_by_label("Frame after").click()
    expect(page.locator("#legend")).to_contain_text("visible line")


def test_what_is_wrong_is_said_at_its_field(page: Page, world: World, shots: Path) -> None:
    open_profile(page, world)
    for number in (20, 21):
        page.get_by_role("button", name="Add a colour").click()
        page.get_by_label(f"Colour of entry {number} as #RRGGBB").fill("#FF00FF")
    page.get_by_label("Widest line").fill("0.5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Not saved: see what is marked (5)")
    first = page.get_by_label("Colour of entry 20 as #RRGGBB")
    expect(first).to_be_focused()
    expect(first).to_have_accessible_description("#FF00FF is the colour of ignore: choose another.")
    expect(page.get_by_label("Name of entry 21")).to_have_accessible_description(
        "Name it: an annotator chooses it by its name."
    )
    expect(page.get_by_label("Widest line")).to_have_attribute("aria-invalid", "true")
    page.screenshot(path=shots / "profile-wrong.png", full_page=True)
    page.get_by_role("button", name="Undo changes").click()
    expect(page.locator(".pf-problem")).to_have_count(0)
    expect(page.locator("#entries li")).to_have_count(0)
    assert not Profile.objects.exists()


def test_somebody_else_s_change_is_not_overwritten(page: Page, world: World) -> None:
    open_profile(page, world)
    Profile.objects.create(production=world.production, kind="douga", version=1, settings={"gap": 2})
    page.get_by_label("A speck is smaller than").fill("20")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("Somebody changed this profile meanwhile (version 1).")
    assert Profile.objects.get().settings == {"gap": 2}


def test_members_look_and_leads_change(
    world: World, sign_in: Callable[..., BrowserContext], shots: Path
) -> None:
    viewer = sign_in(make_annotator("aki", world, Role.VIEWER)).new_page()
    open_profile(viewer, world, "cel")
    expect(viewer.get_by_label("cel is in use")).to_be_disabled()
    expect(viewer.get_by_role("button", name="Save")).to_have_count(0)
    viewer.screenshot(path=shots / "profile-viewer.png", full_page=True)
    stranger = sign_in(User.objects.create_user("nobody")).new_page()
    answer = stranger.goto(f"/productions/{world.production.pk}/profile/cel/")
    assert answer is not None
    assert answer.status == 404


def test_a_production_without_frames_has_a_profile_too(page: Page, world: World, shots: Path) -> None:
    world.frames.clear()
    from datasets.models import Frame

    Frame.objects.all().delete()
    page.goto(f"/productions/{world.production.pk}/profile/douga/")
    expect(page.get_by_text("This production has no frames yet.")).to_be_visible()
    page.get_by_label("A hole is smaller than").fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Saved")
    page.screenshot(path=shots / "profile-empty.png", full_page=True)


def test_annotators_draw_with_what_the_profile_says(page: Page, world: World, shots: Path) -> None:
    entry = {"value": 20, "color": "#8844AA", "class_index": 6, "name": "shade 4", "retired": False}
    settings = {"entries": [entry], "names": {"6": "shade 1"}, "classes": [0, 1, 2, 6]}
    Profile.objects.create(production=world.production, kind="douga", version=1, settings=settings)
    view = open_editor(page, world.assignments[2].pk)
    expect(page.locator(".class-line .class-name")).to_have_text(
        ["flat area", "visible line", "shading line", "shading fill", "ignore"]
    )
    set_size(page, 5)
    page.keyboard.press("6")
    page.get_by_role("button", name="shade 4").click()
    drag(page, view, [(50.5, 80.5), (150.5, 80.5)])
    saved(page)
    page.screenshot(path=shots / "editor-added.png")
    label = stored(world.assignments[2].pk)
    assert label[80, 100] == 20
    assert np.unique(label).tolist() == [0, 20]


@pytest.mark.sample
def test_real_douga_through_the_defaults(page: Page, world: World, sample: Path, shots: Path) -> None:
    folder = sample / "real_douga"
    file = sorted((folder / "class").glob("*.png"))[0]
    label = np.array(Image.open(file))
    rgb = read_rgb(sorted((folder / "color").glob(f"{file.stem}*"))[0])
    frame = add_frame(world, "run/0001", rgb)
    draft_store(
        frame_id=frame.pk, kind="douga", model_version="Pool/douga/2", label_png=encode_label(label, DOUGA)
    )
    page.set_viewport_size({"width": 1920, "height": 1000})
    open_profile(page, world)
    expect(page.locator("#frame option").first).to_have_text("run/0001 · draft")
    counts = page.locator("[data-count-of]")
    expect(counts).to_have_text([re.compile("here")] * 8)
    page.screenshot(path=shots / "profile-real-douga.png")
    meet = page.locator("[data-count-of=fills-meet]")
    assert int(meet.inner_text().split()[0]) <= 24, meet.inner_text()
    meet.click()
    page.screenshot(path=shots / "profile-real-douga-close.png")
    page.get_by_label("Widest line").fill("1.5")
    expect(page.locator("[data-count-of=line-width]")).to_have_text(re.compile(r"^\d+ here"))
