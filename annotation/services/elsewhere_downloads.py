"""What an animator takes along: frame, draft, palette and template, one by one or zipped for many frames."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial

from PIL import Image, PngImagePlugin
from zipstream import ZIP_STORED, ZipStream

from annotation.elsewhere.palettes import krita_palette, palette_picture
from annotation.elsewhere.stamp import PNG_KEY, Stamp
from annotation.elsewhere.template import write_template
from annotation.labels import label_get
from annotation.models import Assignment, Draft, WorkingCopy
from annotation.selectors.profiles import kind_of, profile_of
from annotation.services.leases import latest_draft, next_candidates
from core import blobs
from core.models import User
from datasets.models import Frame, Pool
from modeling.errors import UserError
from modeling.images import read_rgb
from modeling.swatches import Swatch, gimp_palette, swatches

BATCH = 24
"""Frames in a zip when nobody says how many."""
LARGEST_BATCH = 200

PALETTES: dict[str, Callable[[str, list[Swatch]], bytes]] = {
    "gpl": gimp_palette,
    "kpl": krita_palette,
    "png": lambda title, colors: palette_picture(colors),
}
"""Palette files by suffix."""

_README = """\
frames/    the frames            フレーム
drafts/    the drafts            下書き
paint/     draw in these (PSD)   ここに描く (PSD)
palette.*  GIMP, Krita, picture  パレット

Paint in exactly the palette's colours on the layers "Paint" and "Ink"; the layers "Frame" and "Draft" are left out.
パレットの色で「Paint 彩色」と「Ink 線」のレイヤーに描いてください。「Frame」と「Draft」のレイヤーは読み込まれません。
"""


def stamp_of(frame: Frame) -> Stamp:
    """What files made for a frame say of it."""
    return Stamp(frame.width, frame.height, frame.key)


def frame_png(frame: Frame) -> bytes:
    """The frame's exact pixels, stamped."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt(PNG_KEY, stamp_of(frame).text())
    buffer = io.BytesIO()
    image = Image.fromarray(read_rgb(blobs.blob_path(frame.blob)))
    image.save(buffer, "PNG", compress_level=1, pnginfo=text)
    return buffer.getvalue()


def draft_of(assignment: Assignment) -> Draft | None:
    """The draft that this turn began from."""
    copy = WorkingCopy.objects.select_related("base_draft").filter(assignment=assignment).first()
    return copy.base_draft if copy else latest_draft(assignment)


def draft_png(assignment: Assignment) -> bytes:
    """The draft as an indexed PNG.

    Raises:
        UserError: ``no_draft``.
    """
    draft = draft_of(assignment)
    if draft is None:
        raise UserError("This frame is drawn without a draft.", code="no_draft")
    return blobs.blob_path(draft.label).read_bytes()


def palette_file(production_id: int, kind: str, suffix: str) -> bytes:
    """A production's palette of a kind, as one of `PALETTES`."""
    profile = profile_of(production_id, kind)
    colors = swatches(kind_of(production_id, kind), profile.settings["names"])
    return PALETTES[suffix](f"{profile.production} {kind}", colors)


def template_psd(assignment: Assignment) -> bytes:
    """The layered PSD to draw in."""
    frame = assignment.frame
    kind = kind_of(frame.production_id, assignment.kind)
    draft = draft_of(assignment)
    label_map = label_get(draft.label, kind) if draft else None
    return write_template(read_rgb(blobs.blob_path(frame.blob)), kind, stamp_of(frame), label_map)


def waiting_for(user: User, pool: Pool, kind: str, count: int) -> list[Assignment]:
    """What the user would draw next in a pool: begun and returned first; nothing is claimed.

    Raises:
        UserError: ``nothing_waits``.
    """
    wanted = max(1, min(count, LARGEST_BATCH))
    found: dict[int, Assignment] = {}
    for group in next_candidates(user=user, pool=pool, kind=kind):
        for assignment in group.select_related("frame__production").order_by("-priority", "id")[:wanted]:
            found.setdefault(assignment.pk, assignment)
    if not found:
        raise UserError(
            f"No {kind} of {pool.name} waits for you.", code="nothing_waits", remedy="Ask a lead."
        )
    return list(found.values())[:wanted]


def package(assignments: list[Assignment]) -> ZipStream:
    """A zip of frames, drafts, templates and palettes; each file is made when its turn comes."""
    stream = ZipStream(compress_type=ZIP_STORED)
    stream.add(_README.encode(), "README.txt")
    shows = {a.frame.production_id: a.frame.production for a in assignments}
    kind = assignments[0].kind
    for production_id, production in shows.items():
        prefix = f"{production.name.replace('/', '_')} " if len(shows) > 1 else ""
        for suffix in PALETTES:
            stream.add(palette_file(production_id, kind, suffix), f"{prefix}palette.{suffix}")
    for assignment in assignments:
        key = assignment.frame.key
        stream.add(_later(partial(frame_png, assignment.frame)), f"frames/{key}.png")
        if draft_of(assignment) is not None:
            stream.add(_later(partial(draft_png, assignment)), f"drafts/{key}.png")
        stream.add(_later(partial(template_psd, assignment)), f"paint/{key}.psd")
    return stream


def _later(make: Callable[[], bytes]) -> Iterator[bytes]:
    yield make()
