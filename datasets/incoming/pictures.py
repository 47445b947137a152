"""Every picture of a source as a file of its own: images where they lie, the drawings of clips unpacked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from datasets.incoming.walk import Found, Refused, gather
from datasets.video.decode import Decoder
from datasets.video.drawings import find_drawings
from modeling.errors import UserError
from modeling.images import encode_png
from modeling.runs import publish


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture: its key, unique in the sources, where it lies, and how many pictures of a clip show it.

    ``name`` is what people call the file that it came from, ``origin`` where that lies, ``index`` its place in it if
    that is a clip.
    """

    key: str
    path: Path
    name: str
    origin: Path
    index: int | None = None
    shown: int = 1


OnPicture: TypeAlias = Callable[[str, int], None]


def pictures_in_all(
    sources: Iterable[tuple[Path, str]], scratch: Path, on_picture: OnPicture = lambda name, index: None
) -> Iterator[PictureFile | Refused]:
    """`pictures_in` each of several sources, their keys told apart.

    Args:
        sources: Where each lies, and what people call it.
        scratch: Folder to unpack into, a folder in it for each source.
        on_picture: See `pictures_in`.
    """
    taken: set[str] = set()
    for number, (source, name) in enumerate(sources):
        yield from pictures_in(source, name, scratch / str(number), on_picture, taken)


def pictures_in(
    source: Path,
    name: str,
    scratch: Path,
    on_picture: OnPicture = lambda name, index: None,
    taken: set[str] | None = None,
) -> Iterator[PictureFile | Refused]:
    """Yield the pictures of an image, a clip, a zip or a folder, and a line for what is none of these.

    Held pictures of a clip are one drawing, ``<clip's key>/<index>``. A clip that breaks off yields what came before,
    then its line. Images are not opened here.

    Args:
        source: Where it lies.
        name: What people call it.
        scratch: Folder to unpack into; pictures in it stay as long as it does.
        on_picture: Called with a clip's name and the index of every picture decoded, for progress.
        taken: Keys that others have; those used here are added.
    """
    haul = gather(source, name, scratch / "archive")
    yield from haul.refused
    taken = set() if taken is None else taken
    for found in haul.found:
        key = _free_key(found, taken)
        taken.add(key)
        if found.is_video:
            yield from _drawings(found, key, scratch / "clips", on_picture, taken)
        else:
            yield PictureFile(key, found.path, found.name, found.path)
    for suffix, files in sorted(haul.others.items()):
        text = f"{files} of kind {suffix} in {name}: neither image, video nor zip."
        yield Refused(f"*{suffix}", "unknown_kind", text)


def _free_key(found: Found, taken: set[str]) -> str:
    """The key, with its suffix where another file has that key already, and a number where that is taken, too."""
    suffix = PurePosixPath(found.name).suffix.lower().lstrip(".")
    numbered = (f"{found.key}.{suffix}~{number}" for number in count(2))
    names = chain([found.key, f"{found.key}.{suffix}"], numbered)
    return next(name for name in names if not _is_taken(name, found.is_video, taken))


def _is_taken(key: str, is_folder: bool, taken: set[str]) -> bool:
    """Whether a key is somebody's, or that of a clip the folder of somebody's."""
    return key in taken or (is_folder and any(other.startswith(f"{key}/") for other in taken))


def _drawings(
    found: Found, key: str, scratch: Path, on_picture: OnPicture, taken: set[str]
) -> Iterator[PictureFile | Refused]:
    try:
        for drawing in find_drawings(Decoder(found.path), lambda index: on_picture(found.name, index)):
            index = drawing.picture.index
            name = f"{key}/{index:06d}"
            taken.add(name)
            file = publish(scratch / f"{name}.png", encode_png(drawing.picture.rgb()))
            yield PictureFile(name, file, found.name, found.path, index, 1 + drawing.held)
    except UserError as error:
        text = str(error).replace(str(found.path), found.name).replace(found.path.name, found.name)
        yield Refused(found.name, error.code, text)
