"""A real Chromium against the site: one browser a package, one context and one database state a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from core.models import Membership, Role, User
from tests.browser.worlds import World, make_world

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEW = {"width": 1280, "height": 760}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a ``browser`` one, whether its file says so or not."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str | None:
    """Return the system's Chromium; None leaves the choice to Playwright."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return one Chromium for this package's tests; Playwright's loop must not outlive them in this thread."""
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGS))
        except Error as reason:
            pytest.skip(f"no Chromium: {reason.message.splitlines()[0]}")
        yield launched
        launched.close()


@pytest.fixture(scope="package", autouse=True)
def async_unsafe() -> Iterator[None]:
    """Tell Django that it may work in this thread although Playwright's loop runs in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def site(transactional_db: None, live_server: LiveServer) -> LiveServer:
    """Return the site under test."""
    return live_server


@pytest.fixture
def world(site: LiveServer) -> World:
    """Return three small frames in a pool, queued for drawing, the first two with drafts."""
    return make_world()


@pytest.fixture
def sign_in(site: LiveServer, browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a way to get a browser context in which a user is signed in."""
    contexts: list[BrowserContext] = []

    def enter(user: User, **options: object) -> BrowserContext:
        client = Client()
        client.force_login(user)
        context = browser.new_context(base_url=site.url, viewport=VIEW, **options)  # type: ignore[arg-type]
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.url}])
        contexts.append(context)
        return context

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def page(world: World, sign_in: Callable[..., BrowserContext]) -> Iterator[Page]:
    """Return a page of the world's annotator; errors in its scripts fail the test."""
    errors: list[str] = []
    opened = sign_in(world.user).new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert not errors, errors


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Return where screenshots go: $SAKKAN_SHOTS if it is set."""
    path = Path(os.environ.get("SAKKAN_SHOTS") or tmp_path / "shots")
    path.mkdir(parents=True, exist_ok=True)
    return path


def make_annotator(name: str, world: World, role: Role = Role.ANNOTATOR) -> User:
    """Make another member of the world's production."""
    user = User.objects.create_user(name)
    Membership.objects.create(user=user, production=world.production, role=role)
    return user
