"""The language one chooses sticks, and scripts get its strings."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.core.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mio(client: Client) -> Client:
    client.force_login(make_user("mio"))
    return client


def test_the_language_chosen_on_the_account_page_sticks(mio: Client) -> None:
    assert 'value="en" lang="en" aria-current="true"' in mio.get("/account/").content.decode()
    done = mio.post("/language/", {"language": "ja", "next": "/account/"})
    assert done.headers["Location"] == "/account/"
    assert done.cookies["django_language"]["max-age"] == 365 * 24 * 60 * 60
    assert 'value="ja" lang="ja" aria-current="true"' in mio.get("/account/").content.decode()


def test_no_language_we_do_not_have_is_taken(mio: Client) -> None:
    done = mio.post("/language/", {"language": "tlh", "next": "/account/"})
    assert "django_language" not in done.cookies


def test_scripts_get_the_strings_of_the_chosen_language(mio: Client) -> None:
    answer = mio.get("/language/catalog.js", headers={"accept-language": "ja"})
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert '"visible_line"' in answer.content.decode()
    assert '"visible_line"' not in mio.get("/language/catalog.js").content.decode()
