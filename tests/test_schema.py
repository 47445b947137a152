"""The API's schema in ``docs/`` is the one the code describes."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command

COMMITTED = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"


def test_the_schema_in_docs_is_the_codes(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    assert COMMITTED.read_text() == made.read_text(), "run `make schema` and commit docs/openapi.yaml"
