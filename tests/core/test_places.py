"""Which entry of the main menu is lit."""

from __future__ import annotations

import pytest

from core.templatetags.places import section


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/", "pools"),
        ("/rounds/3/", "pools"),
        ("/queue/", "queue"),
        ("/ingests/1/", "upload"),
        ("/jobs/", "jobs"),
    ],
)
def test_every_page_belongs_to_an_entry(path: str, entry: str) -> None:
    assert section(path) == entry
