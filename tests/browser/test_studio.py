"""The Studio by hand: files in, steps chosen, an order, and its pictures under the slider."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from active_learning.models import Order, OrderPicture, OrderTake
from modeling.studio.steps import STEPS
from tests.active_learning.ordered import done, image, order, version_of
from tests.browser.test_pages import NAMELESS, WIDER
from tests.browser.worlds import World, picture, png
from tests.modeling.studio.cels import DAY, three


def archive() -> bytes:
    """A zip of three pictures, one of them broken."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.png", png(picture(0)))
        packed.writestr("b.png", png(picture(20)))
        packed.writestr("torn.png", png(picture(0))[:300])
    return buffer.getvalue()


def drop_and_choose(page: Page) -> None:
    """Bring the zip, and choose lines that need no model."""
    page.goto("/studio/")
    page.set_input_files("#files", [{"name": "cut.zip", "mimeType": "application/zip", "buffer": archive()}])
    expect(page.locator("#list li")).to_have_attribute("data-state", "done")
    page.get_by_role("checkbox", name=re.compile("^lines")).check()
    expect(page.locator("#problem")).to_have_text("No pool of yours has a model of douga yet.")
    expect(page.locator("#start")).to_be_disabled()
    page.locator("details:visible summary").click()
    page.get_by_label("source").select_option("canny")
    expect(page.locator("#problem")).to_be_hidden()


def test_from_a_zip_to_the_slider(page: Page, world: World, shots: Path) -> None:
    drop_and_choose(page)
    page.screenshot(path=shots / "studio.png")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/orders/*/")
    expect(page.locator("#state")).to_have_text("Queued")
    done(Order.objects.get())
    expect(page.locator("#state")).to_have_text("Done", timeout=10_000)
    expect(page.locator("#not-whole li")).to_have_text(
        "torn.png breaks off: image file is truncated. Copy it again from its source."
    )
    assert [page.locator(f"#{name}").inner_text() for name in ("whole", "broken", "total")] == ["2", "1", "3"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all (zip)").click()
    with zipfile.ZipFile(download.value.path()) as packed:
        assert {"lines/a.png", "lines/b.png", "manifest.jsonl"} < set(packed.namelist())
    page.screenshot(path=shots / "order.png")
    page.locator("#pictures a.thumb").first.click()
    expect(page.locator("h1")).to_have_text("a")


def test_colours_from_a_file_and_what_they_leave_open(page: Page, world: World, shots: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in three().items():
            packed.writestr(name, data)
    page.goto("/studio/")
    cut = {"name": "cut.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()}
    page.set_input_files("#files", [cut])
    page.get_by_role("checkbox", name=re.compile("^palette")).check()
    page.locator("details:visible summary").click()
    for words, problem in (
        ("no colours", "The file of colour models has no column part, or none with colours."),
        (DAY, None),
    ):
        file = {"name": "day.csv", "mimeType": "text/csv", "buffer": words.encode()}
        page.set_input_files('input[name="palette.models"]', [file])
        if problem:
            expect(page.locator("#problem")).to_contain_text(problem)
    expect(page.locator("#problem")).to_be_hidden()
    page.screenshot(path=shots / "studio-palette.png", full_page=True)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/studio/orders/*/")
    done(Order.objects.get())
    expect(page.locator("#pictures .tag.warn")).to_have_text("1 open", timeout=10_000)
    page.locator("#pictures a.thumb", has_text="1 open").click()
    expect(page.locator(".studio-left p")).to_have_text("1 of 2 regions is left unpainted.")
    expect(page.locator(".studio-left li")).to_contain_text(
        re.compile("hood/base or coat/base|coat/base or hood/base")
    )
    page.screenshot(path=shots / "studio-palette-picture.png", full_page=True)


@pytest.fixture
def made(world: World) -> Order:
    """An order of two pictures that is done, with two results each."""
    ready = done(order(world.user, {"a.png": image(1), "b.png": image(2)}))
    for one in ready.pictures.all():  # a second result without a model: the same lines, called otherwise
        one.results["cel"] = one.results["lines"]
        one.save()
    return ready


def test_the_slider_by_keyboard_and_pointer(page: Page, made: Order, shots: Path) -> None:
    page.goto(f"/studio/orders/{made.pk}/pictures/0/")
    slider, frame = page.get_by_role("slider"), page.locator("#frame")
    expect(slider).to_have_value("50")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("53")
    page.keyboard.press("End")
    expect(slider).to_have_value("100")
    page.keyboard.press("b")
    expect(slider).to_have_value("0")
    assert frame.evaluate("(e) => getComputedStyle(e).getPropertyValue('--at')") == "0%"
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 5)
    page.mouse.up()
    expect(slider).to_have_value("25")
    buttons = page.locator("[data-step]")
    expect(buttons).to_have_text(["1 lines", "2 cel"])
    page.keyboard.press("2")
    expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#after img")).to_have_attribute("src", f"/media/orders/{made.pk}/0/cel")
    page.screenshot(path=shots / "order-picture.png")
    page.keyboard.press("]")
    page.wait_for_url("**/pictures/1/?step=cel")
    expect(page.locator("h1")).to_have_text("b")
    expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("[")
    page.wait_for_url("**/pictures/0/?step=cel")


def test_a_result_is_made_again_with_what_is_clicked(
    page: Page, world: World, made: Order, shots: Path
) -> None:
    for number, task in enumerate(("depth", "cel", "colorization"), 1):
        made.versions.add(version_of(world.pool, number, task=task))
    steps = [("blur", STEPS.get("blur").parse()), ("colours", STEPS.get("colours").parse())]
    made.steps = [{"step": name, "settings": params.model_dump(mode="json")} for name, params in steps]
    made.save()
    first = made.pictures.get(position=0)
    first.results = dict.fromkeys(("blur", "colours"), first.results["lines"])
    first.save()

    page.goto(f"/studio/orders/{made.pk}/pictures/0/")
    expect(page.locator("#again")).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator("#again-says")).to_have_text("Click what shall be sharp.")
    box = page.locator("#frame").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page.locator("#again-says")).to_contain_text("Waiting")
    expect(page.get_by_role("slider")).to_have_value("50")
    take = first.takes.get()
    x, y = (float(part) for part in take.settings["focus_at"].split(","))
    assert abs(x - 0.25) < 0.01
    assert abs(y - 0.5) < 0.01
    (made.folder / "takes").mkdir()
    (made.folder / "takes" / "1.png").write_bytes(png(picture(0)))
    OrderTake.objects.filter(pk=take.pk).update(file="takes/1.png")
    expect(page.locator("#again-takes button")).to_have_text(["As ordered", "Take 1"])
    url = f"/media/orders/{made.pk}/0/takes/{take.pk}"
    expect(page.locator("#after img")).to_have_attribute("src", url)
    expect(page.locator("#save")).to_have_attribute("href", url)
    page.screenshot(path=shots / "order-take.png")
    page.get_by_role("button", name="As ordered").click()
    expect(page.locator("#after img")).to_have_attribute("src", f"/media/orders/{made.pk}/0/blur")
    remove = page.locator("#again-remove")
    expect(remove).to_be_hidden()
    page.get_by_role("button", name="Take 1").click()
    remove.get_by_text("Remove this take").click()
    page.screenshot(path=shots / "order-take-remove.png")
    page.keyboard.press("Escape")
    expect(remove.get_by_role("button")).to_be_hidden()
    remove.get_by_text("Remove this take").click()
    remove.get_by_role("button", name="Remove for good").click()
    expect(page.locator("#again-takes")).to_be_hidden()
    expect(remove).to_be_hidden()
    expect(page.locator("#after img")).to_have_attribute("src", f"/media/orders/{made.pk}/0/blur")
    assert not OrderTake.objects.exists()
    assert not (made.folder / "takes" / "1.png").exists()

    page.keyboard.press("2")
    expect(page.locator("#again-takes")).to_be_hidden()
    page.keyboard.press("p")
    page.locator("#again-color").fill("#12ab34")
    box = page.locator("#frame").bounding_box()
    assert box is not None
    for share in (0.25, 0.5, 0.5, 0.75):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
    expect(page.locator("#again-count")).to_have_text("2 dots")
    page.screenshot(path=shots / "order-dots.png")
    page.keyboard.press("Enter")
    expect(page.locator("#again-says")).to_contain_text("Waiting")
    dots = first.takes.get(step="colours").settings["dots"].splitlines()
    assert [line.rpartition(",")[2] for line in dots] == ["#12ab34", "#12ab34"]
    page.reload()
    expect(page.locator("#again-dots")).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator(".again-dot")).to_have_count(2)


@pytest.fixture
def colored(world: World, made: Order) -> OrderPicture:
    """The first picture of that order, as if colours had been ordered."""
    made.versions.add(version_of(world.pool, 1, task="colorization"))
    made.steps = [{"step": "colours", "settings": STEPS.get("colours").parse().model_dump(mode="json")}]
    made.save()
    first = made.pictures.get(position=0)
    first.results = {"colours": first.results["lines"]}
    first.save()
    return first


def test_an_answer_that_comes_late_offers_nothing_that_is_no_longer_asked(
    page: Page, colored: OrderPicture
) -> None:
    held: list[Route] = []
    page.route(re.compile(r"references/\?q=$"), lambda route: held.append(route))
    page.goto(f"/studio/orders/{colored.order_id}/pictures/0/")
    expect(page.locator("#again-dots")).to_be_visible()
    page.keyboard.press("p")
    page.get_by_label("Painted picture").fill("b")
    offered = page.locator("#again-pictures option")
    expect(offered).to_have_count(1)
    with page.expect_response(lambda answer: answer.url.endswith("?q=")) as late:
        held[0].continue_()
    late.value.finished()
    expect(offered).to_have_count(1)


def test_colours_are_made_again_after_a_painted_picture(
    page: Page, colored: OrderPicture, shots: Path
) -> None:
    page.goto(f"/studio/orders/{colored.order_id}/pictures/0/")
    expect(page.locator("#again-dots")).to_be_visible()
    page.keyboard.press("p")
    field, says = page.get_by_label("Painted picture"), page.locator("#again-says")
    field.press_sequentially("pb1")
    expect(page.locator("#again-dot-tools"), "p is no shortcut in the field").to_be_visible()
    field.press("Enter")
    expect(says).to_have_text(
        "There is no picture pb1 to be the reference. Choose one that is offered, or hand it over."
    )
    field.fill("b")
    expect(page.locator("#again-pictures option")).to_have_attribute("value", "b")
    field.press("Enter")
    expect(says).to_contain_text("Waiting")
    assert colored.takes.get().settings["reference"] == "b"
    ami = {"name": "ami.png", "mimeType": "image/png", "buffer": png(picture(0))}
    page.locator("#again-file").set_input_files([ami])
    expect(field).to_have_value("ami", timeout=10_000)
    page.screenshot(path=shots / "order-reference.png")
    page.get_by_role("button", name="Make its colours again").click()
    expect(page.locator("#again-takes")).to_be_hidden()
    expect(says).to_contain_text("Waiting")
    assert colored.takes.last().settings["reference"] == "ami"
    broken = {"name": "torn.png", "mimeType": "image/png", "buffer": b"no image"}
    page.locator("#again-file").set_input_files([broken])
    expect(says).to_contain_text("torn.png is not an image we read.")
    page.reload()
    expect(page.locator("#again-dots")).to_be_visible()
    page.keyboard.press("p")
    expect(field).to_have_value("ami")


def test_the_slider_by_touch(made: Order, world: World, sign_in: Callable[..., BrowserContext]) -> None:
    page = sign_in(world.user, has_touch=True).new_page()
    page.goto(f"/studio/orders/{made.pk}/pictures/0/")
    box = page.locator("#frame").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 0.75 * box["width"], box["y"] + 5)
    expect(page.get_by_role("slider")).to_have_value("75")


def test_many_orders_and_many_pictures_are_paged(page: Page, world: World, made: Order) -> None:
    Order.objects.bulk_create(
        Order(owner=world.user, title=f"order {number}", steps=made.steps) for number in range(10_000)
    )
    page.goto("/studio/orders/")
    expect(page.locator(".studio-card")).to_have_count(24)
    expect(page.locator(".studio-card-title").first).to_have_text("order 9999")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".studio-card-title").first).to_have_text("order 9975")
    template = made.pictures.all()[0]
    OrderPicture.objects.bulk_create(
        OrderPicture(
            order=made, position=number, key=f"p{number}", source="p.png", file=template.file, width=9, height=9,
            outcome="whole", results=template.results,
        )
        for number in range(2, 10_002)
    )  # fmt: skip
    page.goto(made.get_absolute_url())
    expect(page.locator("#pictures a.thumb")).to_have_count(48)
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#pictures .caption").first).to_contain_text("p48")


def test_pages_fit_narrow_windows_in_both_languages(page: Page, world: World, made: Order) -> None:
    page.set_viewport_size({"width": 1000, "height": 700})
    paths = ["/studio/", "/studio/orders/", made.get_absolute_url(), f"{made.get_absolute_url()}pictures/0/"]
    for language, heading in (("en", "Studio"), ("ja", "スタジオ")):
        page.goto("/studio/")
        page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
        for path in paths:
            page.goto(path)
            if language == "ja":
                assert page.locator("html").get_attribute("lang") == "ja"
            assert page.evaluate(WIDER) <= 0, path
            assert page.evaluate(NAMELESS) == [], path
            expect(page.locator("h1")).to_have_count(1)
        page.goto("/studio/")
        expect(page.locator("h1")).to_have_text(heading)
