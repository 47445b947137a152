"""Downloads in pieces."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import RequestFactory

from core.ranges import range_of, ranged_response


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Ten bytes."""
    path = tmp_path / "ten.bin"
    path.write_bytes(b"0123456789")
    return path


def ask(file: Path, **headers: str):  # type: ignore[no-untyped-def]
    """The answer to a request with these headers, and its body."""
    request = RequestFactory().get("/", headers=headers)
    response = ranged_response(request, file, "application/zip", download_name="ten.zip")
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    return response, body


@pytest.mark.parametrize(
    ("header", "status", "body", "where"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=5-2", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("", 200, b"0123456789", None),
    ],
)
def test_a_range_is_sent(header: str, status: int, body: bytes, where: str | None, file: Path) -> None:
    response, sent = ask(file, **({"Range": header} if header else {}))
    assert (response.status_code, sent) == (status, body)
    assert response.headers.get("Content-Range") == where
    assert response.headers["Accept-Ranges"] == "bytes"
    if status != 416:
        assert response.headers["Content-Length"] == str(len(body))
        assert response.headers["Content-Disposition"] == 'attachment; filename="ten.zip"'


def test_a_download_goes_on_only_in_the_same_file(file: Path) -> None:
    first, _ = ask(file)
    tag = first.headers["ETag"]
    assert ask(file, **{"Range": "bytes=4-", "If-Range": tag})[1] == b"456789"
    os.utime(file, ns=(0, 0))
    response, sent = ask(file, **{"Range": "bytes=4-", "If-Range": tag})
    assert (response.status_code, sent) == (200, b"0123456789")


def test_an_empty_file_has_no_range() -> None:
    assert range_of("bytes=0-", 0) == range(0)
    assert range_of("bytes=-1", 0) == range(0)
