"""Files in pieces: a download that broke off goes on where it stopped (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, quote_etag

_PIECE = 1 << 18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def ranged_response(
    request: HttpRequest, path: Path, content_type: str, *, download_name: str
) -> HttpResponseBase:
    """The file to save: all of it, or the one range of bytes asked for.

    Several ranges at once and what is no range get all of it; a range behind its end gets 416. ``If-Range`` with
    another file's tag gets all of it.

    Args:
        request: GET or HEAD.
        path: A file that is never changed in place; it may be replaced.
        content_type: Sent as it is.
        download_name: What the browser calls it.
    """
    about = path.stat()
    tag = f"{about.st_mtime_ns:x}-{about.st_size:x}"
    return ranged_stream(
        request,
        lambda wanted: _read(path, wanted),
        about.st_size,
        tag,
        content_type,
        download_name=download_name,
    )


def ranged_stream(
    request: HttpRequest,
    read: Callable[[range], Iterator[bytes]],
    size: int,
    tag: str,
    content_type: str,
    *,
    download_name: str,
) -> HttpResponseBase:
    """As `ranged_response`, of what is no file: the same bytes each time that it is read.

    Args:
        request: GET or HEAD.
        read: From the bytes wanted, a range within ``size``, to them.
        size: All bytes.
        tag: Names the bytes: others, another tag.
        content_type: Sent as it is.
        download_name: What the browser calls it.
    """
    tag = quote_etag(tag)
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    piece = range_of(asked, size)
    if piece is not None and not piece:
        response: HttpResponseBase = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
    else:
        response = _sent(read, piece, size, content_type)
    response.headers["Accept-Ranges"], response.headers["ETag"] = "bytes", tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = content_disposition_header(True, download_name) or "attachment"
    return response


def part_of(stream: Iterable[bytes], wanted: range) -> Iterator[bytes]:
    """Bytes of a stream that cannot be sought, such as a zip whose sums are made on the way: it is read up to them."""
    at = 0
    for piece in stream:
        first, last = max(wanted.start - at, 0), min(wanted.stop - at, len(piece))
        at += len(piece)
        if first < last:
            yield piece[first:last]
        if at >= wanted.stop:
            return


def range_of(header: str, size: int) -> range | None:
    """The bytes that a ``Range`` header asks of a file of ``size`` bytes; None for all, empty where there are none."""
    found = _RANGE.fullmatch(header.strip())
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    end = min(size, int(last) + 1) if last else size
    if last and int(last) < int(first):
        return None
    return range(int(first), end)


def _sent(
    read: Callable[[range], Iterator[bytes]], piece: range | None, size: int, content_type: str
) -> HttpResponseBase:
    wanted = range(size) if piece is None else piece
    response = StreamingHttpResponse(
        read(wanted), status=200 if piece is None else 206, content_type=content_type
    )
    response.headers["Content-Length"] = str(len(wanted))
    if piece is not None:
        response.headers["Content-Range"] = f"bytes {piece.start}-{piece.stop - 1}/{size}"
    return response


def _read(path: Path, wanted: range) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(wanted.start)
        left = len(wanted)
        while left and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
