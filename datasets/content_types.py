"""What a blob is, by its first bytes: blobs have no names."""

from __future__ import annotations

from pathlib import Path

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", ".png", "image/png"),
    (b"\xff\xd8\xff", ".jpg", "image/jpeg"),
    (b"II*\0", ".tif", "image/tiff"),
    (b"MM\0*", ".tif", "image/tiff"),
    (b"BM", ".bmp", "image/bmp"),
    (b"GIF8", ".gif", "image/gif"),
)
_EXACT_CHUNKS = frozenset({b"IHDR", b"IDAT", b"IEND", b"pHYs", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
"""PNG chunks that change no colour, whoever decodes."""


def suffix_of(path: Path) -> str:
    """Suffix with its dot that the content of an image file calls for; TGA has no mark, so it is what is left."""
    return _kind(path)[0]


def content_type_of(path: Path) -> str:
    """Content type of an image file."""
    return _kind(path)[1]


def is_browser_exact(path: Path) -> bool:
    """Whether every browser shows exactly ``read_rgb``'s pixels: an 8-bit RGB or grey PNG without colour chunks."""
    with path.open("rb") as file:
        head = file.read(33)
        if not head.startswith(_MAGIC[0][0]) or head[24] != 8 or head[25] not in (0, 2):
            return False
        return _plain_chunks(path)


def _plain_chunks(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(8)
        while len(head := file.read(8)) == 8:
            if head[4:] not in _EXACT_CHUNKS:
                return False
            if head[4:] == b"IDAT":
                return True
            file.seek(int.from_bytes(head[:4], "big") + 4, 1)
    return False


def _kind(path: Path) -> tuple[str, str]:
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp", "image/webp"
    return next(
        ((suffix, mime) for magic, suffix, mime in _MAGIC if head.startswith(magic)), (".tga", "image/x-tga")
    )
