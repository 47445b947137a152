"""Whatever happens to the tab, the browser, the network, the server or the session: nothing anyone drew is gone.

Each is tried on a cel mask and on a douga, whose fills go on under its lines: after it is all over, erasing a line
still uncovers the fill that was drawn below it.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import Client
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from playwright.sync_api import BrowserContext, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.labels import label_get
from annotation.models import KeptCopy
from modeling.labels import get_kind
from tests.browser.conftest import make_annotator
from tests.browser.drawing import (
    View,
    blank,
    drag,
    drawn,
    open_editor,
    ready,
    saved,
    set_size,
    stored,
    stroke,
)
from tests.browser.worlds import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., BrowserContext]
FILL = [(20.5, 60.5), (260.5, 60.5)]
LINE = [(60.5, 30.5), (60.5, 100.5)]
FRAME = 2
"""The world's frame without a draft."""


@pytest.fixture(params=["cel", "douga"])
def world(request: pytest.FixtureRequest, site: LiveServer) -> World:
    """Return the same frames, to be drawn as a mask or as a douga."""
    return make_world(kind=request.param)


@pytest.fixture
def context(world: World, sign_in: SignIn) -> BrowserContext:
    """Return a browser in which the world's annotator is signed in."""
    return sign_in(world.user)


def begin(page: Page, world: World) -> View:
    view = open_editor(page, world.assignments[FRAME].pk)
    set_size(page, 11)
    return view


def draw_fill(page: Page, view: View, world: World) -> None:
    """A broad stroke: of the cel, or of shade."""
    page.keyboard.press("6" if world.kind == "douga" else "1")
    drag(page, view, FILL)


def draw_line(page: Page, view: View) -> None:
    """A stroke across it: a line over the shade in a douga."""
    page.keyboard.press("0")  # a class pressed twice is its next colour
    page.keyboard.press("1")
    drag(page, view, LINE)


def expected(world: World, *, line: bool = True) -> np.ndarray:
    fill = stroke(blank(), FILL, 11, 6 if world.kind == "douga" else 1)
    return stroke(fill, LINE, 11, 1) if line else fill


def check(page: Page, view: View, world: World) -> None:
    """All of it is there, and in a douga also what lies below the line."""
    np.testing.assert_array_equal(drawn(page, world, FRAME), expected(world))
    if world.kind == "douga":
        page.locator("#tab-draw").click()
        page.keyboard.press("1")
        page.keyboard.press("e")
        set_size(page, 11)
        drag(page, view, LINE)
        np.testing.assert_array_equal(drawn(page, world, FRAME), expected(world, line=False))


def restored(page: Page, world: World) -> View:
    view = open_editor(page, world.assignments[FRAME].pk)
    expect(page.locator("#notice")).to_have_text("Unsaved strokes were restored from this browser.")
    return view


def crash(page: Page) -> None:
    """The tab's process dies, as with the browser or the machine."""
    with page.expect_event("crash"), pytest.raises(Error):
        page.goto("chrome://crash")
    page.close()


def cut_off(page: Page) -> None:
    """No request leaves the tab any more, not even the closing save, which outlives a route of Playwright's."""
    page.evaluate("() => { globalThis.fetch = async () => { throw new TypeError('Failed to fetch'); }; }")


def offline(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("#status-save")).to_contain_text("Offline")


def test_strokes_reach_the_server_within_seconds_by_themselves(context: BrowserContext, world: World) -> None:
    page = context.new_page()
    view = begin(page, world)
    draw_fill(page, view, world)
    saved(page)
    np.testing.assert_array_equal(stored(world.assignments[FRAME].pk), expected(world, line=False))
    draw_line(page, view)
    expect(page.locator("#status-save")).to_have_text("Not yet saved")
    saved(page)
    np.testing.assert_array_equal(stored(world.assignments[FRAME].pk), expected(world))


def test_a_closed_tab(context: BrowserContext, world: World) -> None:
    page = context.new_page()
    view = begin(page, world)
    draw_fill(page, view, world)
    drawn(page, world, FRAME)
    cut_off(page)
    draw_line(page, view)
    offline(page)
    page.close()
    again = context.new_page()
    check(again, restored(again, world), world)


def test_a_tab_closed_in_the_same_breath_as_the_stroke(context: BrowserContext, world: World) -> None:
    """Nothing is waited for: what the journal has not got by then the closing save brings."""
    page = context.new_page()
    view = begin(page, world)
    draw_fill(page, view, world)
    draw_line(page, view)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    again = context.new_page()
    check(again, open_editor(again, world.assignments[FRAME].pk), world)


def test_a_killed_browser_between_saves(context: BrowserContext, world: World) -> None:
    page = context.new_page()
    view = begin(page, world)
    draw_fill(page, view, world)
    drawn(page, world, FRAME)
    context.set_offline(True)
    draw_line(page, view)
    offline(page)
    crash(page)
    context.set_offline(False)
    again = context.new_page()
    check(again, restored(again, world), world)


def test_a_killed_browser_before_the_first_save(context: BrowserContext, world: World) -> None:
    page = context.new_page()
    view = begin(page, world)
    context.set_offline(True)
    draw_fill(page, view, world)
    draw_line(page, view)
    offline(page)
    crash(page)
    context.set_offline(False)
    again = context.new_page()
    check(again, restored(again, world), world)


def test_hours_offline_and_back(context: BrowserContext, world: World) -> None:
    page = context.new_page()
    view = begin(page, world)
    context.set_offline(True)
    draw_fill(page, view, world)
    draw_line(page, view)
    offline(page)
    for _ in range(3):
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+y")
    context.set_offline(False)
    saved(page)
    np.testing.assert_array_equal(stored(world.assignments[FRAME].pk), expected(world))


def test_offline_across_a_reload_that_the_browser_serves_again(context: BrowserContext, world: World) -> None:
    """Strokes of two visits, neither of which could save, are one drawing in the end."""
    page = context.new_page()
    view = begin(page, world)
    page.route("**/working-copy/", lambda route: route.abort("connectionrefused"))
    draw_fill(page, view, world)
    offline(page)
    page.reload()
    ready(page)
    expect(page.locator("#notice")).to_have_text("Unsaved strokes were restored from this browser.")
    set_size(page, 11)
    draw_line(page, view)
    offline(page)
    page.reload()
    ready(page)
    page.unroute("**/working-copy/")
    check(page, view, world)


def test_logged_out_in_another_tab(context: BrowserContext, world: World) -> None:
    page = context.new_page()
    view = begin(page, world)
    draw_fill(page, view, world)
    saved(page)
    other = context.new_page()
    other.goto("/queue/")
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(f"{other.url.split('/login')[0]}/login/")
    draw_line(page, view)
    page.keyboard.press("Control+s")
    expect(page.locator("#status-save")).to_contain_text("Signed out")
    client = Client()
    client.force_login(world.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    address = page.url.split("/annotate")[0]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    saved(page)
    check(page, view, world)


def test_another_person_in_the_same_browser_sees_none_of_it(context: BrowserContext, world: World) -> None:
    """The backup belongs to whoever drew; it waits until that person is back."""
    page = context.new_page()
    view = begin(page, world)
    context.set_offline(True)
    draw_fill(page, view, world)
    draw_line(page, view)
    offline(page)
    crash(page)
    context.set_offline(False)
    world.assignments[FRAME].refresh_from_db()
    type(world.assignments[FRAME]).objects.filter(pk=world.assignments[FRAME].pk).update(holder=None)
    ken = make_annotator("ken", world)
    _become(context, ken)
    other = context.new_page()
    open_editor(other, world.assignments[FRAME].pk)
    expect(other.locator("#status-save")).to_have_text("Saved")
    expect(other.locator("#notice")).to_be_hidden()
    assert other.evaluate("document.querySelector('[data-action=\"edit.undo\"]').disabled")
    other.close()
    type(world.assignments[FRAME]).objects.filter(pk=world.assignments[FRAME].pk).update(holder=None)
    _become(context, world.user)
    again = context.new_page()
    check(again, restored(again, world), world)


def _become(context: BrowserContext, user: object) -> None:
    client = Client()
    client.force_login(user)
    (cookie,) = [cookie for cookie in context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME]
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    context.add_cookies([{**cookie, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}])  # type: ignore[arg-type]


class _Server(ThreadedWSGIServer):
    """A server whose end also ends what browsers keep open to it, as when its process does."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.taken: list[socket.socket] = []
        super().__init__(*args, **kwargs)

    def process_request(self, request: socket.socket, client_address: object) -> None:
        self.taken.append(request)
        super().process_request(request, client_address)

    def server_close(self) -> None:
        for taken in self.taken:
            with contextlib.suppress(OSError):
                taken.shutdown(socket.SHUT_RDWR)
        super().server_close()


@pytest.fixture
def second_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., LiveServer]]:
    """Return a way to start servers that can be stopped and started again under the same address."""

    def create(thread: LiveServerThread, connections_override: object = None) -> _Server:
        return _Server((thread.host, thread.port), QuietWSGIRequestHandler, allow_reuse_address=True)

    monkeypatch.setattr(LiveServerThread, "_create_server", create)
    running: list[LiveServer] = []

    def start(port: int = 0) -> LiveServer:
        running.append(LiveServer(f"localhost:{port}"))
        return running[-1]

    yield start
    running[-1].stop()


def test_a_restarted_server(world: World, sign_in: SignIn, second_server: Callable[..., LiveServer]) -> None:
    server = second_server()
    page = sign_in(world.user).new_page()  # cookies do not know ports
    page.goto(f"{server.url}/annotate/{world.assignments[FRAME].pk}/")
    view = ready(page)
    set_size(page, 11)
    draw_fill(page, view, world)
    saved(page)
    server.stop()
    draw_line(page, view)
    offline(page)
    again = second_server(server.thread.port)
    assert again.url == server.url
    saved(page)  # by itself: nobody tells the page that the server is back
    check(page, view, world)


@pytest.mark.parametrize("taken", ["mine", "theirs"])
def test_two_versions_are_shown_and_either_can_be_taken(
    context: BrowserContext, world: World, taken: str
) -> None:
    first, second = context.new_page(), context.new_page()
    view = begin(first, world)
    begin(second, world)
    draw_fill(first, view, world)
    drawn(first, world, FRAME)
    draw_fill(second, view, world)
    draw_line(second, view)
    second.keyboard.press("Control+s")
    dialog = second.locator("#dialog-conflict")
    expect(dialog).to_contain_text("mio saved version 1 meanwhile.")
    expect(dialog.locator("canvas")).to_have_count(3)
    dialog.locator(f"button[value={taken}]").click()
    np.testing.assert_array_equal(drawn(second, world, FRAME), expected(world, line=taken == "mine"))
    kept = KeptCopy.objects.get(reason="conflict")
    np.testing.assert_array_equal(label_get(kept.label, get_kind(world.kind)), expected(world))
    if taken == "theirs":
        second.locator("#tab-frame").click()
        second.get_by_text("Put aside…").click()
        second.get_by_text("Take this one").first.click()
        expect(second.locator("#notice")).to_have_text("It is in place; undo brings back what was here.")
        check(second, view, world)
