"""Reading a label file of a batch: strictly, or as a painting where it is none of ours."""

from __future__ import annotations

from pathlib import PurePosixPath

from annotation.elsewhere.painting import open_painting
from annotation.elsewhere.reading import Read, read_for
from annotation.importing.files import LabelFile
from annotation.importing.report import ImportReport
from annotation.labels import frame_size
from core import blobs
from core.words import counted
from datasets.models import Frame
from datasets.services.intake import relabeled
from modeling.errors import UserError
from modeling.images import RGB, read_rgb
from modeling.labelio import LabelMap, import_label
from modeling.labels import LabelKind
from modeling.painted import WAYS

STRICT = "strict"
READ = (STRICT, *WAYS)
"""How the files of a batch may be read: exact colours only, or also as paintings."""

LAYERED = frozenset({".psd", ".psb"})
_PAINTED = ("label_colors", "label_transparent", "label_size")
"""What strict reading says of files that may be paintings."""
_TOLD = ("same", "template")


def read_label_file(
    file: LabelFile, frame: Frame, kind: LabelKind, report: ImportReport, *, read: str, nearest: bool
) -> LabelMap:
    """Read a file as a label of a frame; what was unclear in a painting is noted in the report.

    Args:
        file: The file.
        frame: Which it means.
        kind: What it shows, with the production's own entries.
        report: Gets the notes.
        read: One of `READ`. Exact label files are read as such in any case.
        nearest: Strictly, but foreign colours become the nearest.

    Raises:
        UserError: As `import_label`, `open_painting` and `read_for`; ``painting_size`` also when the frame would have
            to be found by its edges, since nobody would look at it here.
    """
    if file.make is not None:
        label_map = file.make(kind)
        kind.validate(label_map, frame_size(frame))
        return label_map
    layered = PurePosixPath(file.name).suffix.lower() in LAYERED and not kind.scalar
    if not layered:
        try:
            return import_label(file.path, kind, size=frame_size(frame), nearest=nearest)
        except UserError as error:
            if kind.scalar or read == STRICT or error.code not in _PAINTED:
                raise relabeled(error, file.path, file.name) from None
    found = _painting(file, frame, kind, WAYS[0] if read == STRICT else read)
    if read == STRICT and found.off_palette.any() and not nearest:
        raise _off_palette(file, found, kind)
    _note(file, found, report)
    return found.label_map


def _painting(file: LabelFile, frame: Frame, kind: LabelKind, how: str) -> Read:
    painting = open_painting(file.path, file.name)

    def pixels() -> RGB:
        return read_rgb(blobs.blob_path(frame.blob))

    found = read_for(painting, kind, frame_size(frame), pixels, name=file.name, how=how)
    if found.registration.how not in _TOLD:
        have, want = painting.size, frame_size(frame)
        raise UserError(
            f"{file.name} is {have[1]}x{have[0]}, its frame {want[1]}x{want[0]}; where the frame lies in it must be "
            "seen.",
            code="painting_size",
            remedy="Bring it on the frame's page, or export it at the frame's size.",
        )
    return found


def _off_palette(file: LabelFile, found: Read, kind: LabelKind) -> UserError:
    pixels = counted(int(found.off_palette.sum()), "pixel")
    return UserError(
        f"{file.name} has {pixels} in colours that {kind.name} does not have.",
        code="label_colors",
        remedy="Paint unsmoothed in the kind's colours, or use --read blended.",
    )


def _note(file: LabelFile, found: Read, report: ImportReport) -> None:
    unclear = {
        "off the palette": found.off_palette,
        "half transparent": found.semi,
        "not read, now ignore": found.unread,
        "outside the painting, now ignore": found.outside,
    }
    parts = [f"{int(mask.sum()):,} px {what}" for what, mask in unclear.items() if mask.any()]
    if parts:
        report.note(file.name, "painting_unclear", f"{', '.join(parts)}.")
