"""Every picture of a source as a file of its own: images where they lie, the drawings of clips unpacked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from datasets.incoming.walk import Found, Refused, gather
from datasets.video.decode import Decoder
from datasets.video.drawings import find_drawings
from modeling.errors import UserError
from modeling.images import encode_png
from modeling.runs import publish


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture: its key, unique in the source, where it lies, and how many pictures of a clip show it."""

    key: str
    path: Path
    shown: int = 1


def pictures_in(
    source: Path, name: str, scratch: Path, on_picture: Callable[[str, int], None] = lambda name, index: None
) -> Iterator[PictureFile | Refused]:
    """Yield the pictures of an image, a clip, a zip or a folder, and a line for what is none of these.

    Held pictures of a clip are one drawing, ``<clip's key>/<index>``. A clip that breaks off yields what came before,
    then its line. Images are not opened here.

    Args:
        source: Where it lies.
        name: What people call it.
        scratch: Folder to unpack into; pictures in it stay as long as it does.
        on_picture: Called with a clip's name and the index of every picture decoded, for progress.
    """
    haul = gather(source, name, scratch / "archive")
    yield from haul.refused
    taken: set[str] = set()
    for found in haul.found:
        key = _free_key(found, taken)
        taken.add(key)
        if found.is_video:
            yield from _drawings(found, key, scratch / "clips", on_picture)
        else:
            yield PictureFile(key, found.path)
    for suffix, count in sorted(haul.others.items()):
        text = f"{count} of kind {suffix} in {name}: neither image, video nor zip."
        yield Refused(f"*{suffix}", "unknown_kind", text)


def _free_key(found: Found, taken: set[str]) -> str:
    """The key, with its suffix where another file has that key already."""
    suffix = PurePosixPath(found.name).suffix.lower().lstrip(".")
    return found.key if found.key not in taken else f"{found.key}.{suffix}"


def _drawings(
    found: Found, key: str, scratch: Path, on_picture: Callable[[str, int], None]
) -> Iterator[PictureFile | Refused]:
    try:
        for drawing in find_drawings(Decoder(found.path), lambda index: on_picture(found.name, index)):
            name = f"{key}/{drawing.picture.index:06d}"
            file = publish(scratch / f"{name}.png", encode_png(drawing.picture.rgb()))
            yield PictureFile(name, file, 1 + drawing.held)
    except UserError as error:
        text = str(error).replace(str(found.path), found.name).replace(found.path.name, found.name)
        yield Refused(found.name, error.code, text)
