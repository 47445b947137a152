"""File names for formats without folders: a key in one name, from which it can be read again."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from modeling.errors import UserError

_UNSAFE = re.compile(r"[%/\\+*?\[\]:\"<>|\s]")
"""What parts folders, what lists split at, what globs and Windows take for something else, and the escape itself."""
LONGEST = 240
"""Bytes of a name, so that a suffix fits as well: file systems take 255."""


def flat_name(*parts: str) -> str:
    """One file name of a key, or of several texts: ``clip/000012`` is ``clip%2F000012``; two never have the same.

    Letters of any script stay as they are; what a path, a list or a glob takes for something else is percent-encoded
    as in URLs, so that `key_of` undoes it. Parts are joined by ``+``.

    Raises:
        UserError: ``format_name`` of a name that no file system takes.
    """
    name = "+".join(_UNSAFE.sub(lambda found: quote(found[0], safe=""), part) for part in parts)
    if len(name.encode()) > LONGEST:
        message = f"{'/'.join(parts)!r} is too long for a file name."
        raise UserError(message, code="format_name", remedy="Choose a format with folders, such as png.")
    return name


def key_of(name: str) -> str:
    """The key of a `flat_name` of one part."""
    return unquote(name)
