"""Taking what was painted elsewhere, in two steps: it is read and shown, and then it is taken or not.

What is shown lies in ``uploads/painted-<key>`` with a ``preview.json``; `manage.py cleanup` removes it after a day,
like every upload without a row. Nothing of the frame changes until it is taken.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import numpy as np

from annotation.elsewhere.painting import Painting, open_painting
from annotation.elsewhere.pictures import difference_picture, registration_picture, where_picture
from annotation.elsewhere.reading import HOW, Read, class_changes, over_paper, read_for
from annotation.labels import frame_size, label_get
from annotation.models import Assignment, Revision, WorkingCopy
from annotation.permissions import require_annotator
from annotation.selectors.profiles import kind_of, profile_of
from annotation.services.leases import latest_draft
from annotation.services.working_copies import working_copy_save
from core import audit, blobs
from core.models import User
from core.paths import data_path
from datasets.services.intake import check_space
from modeling.errors import UserError
from modeling.images import RGB, encode_png, read_rgb
from modeling.labelio import LabelMap, color_table, encode_label
from modeling.labels import LabelKind

MAX_BYTES = 1 << 30
"""Larger paintings are refused: a layered 4K PSD has some hundred megabytes at most."""
PICTURES = ("read", "where", "difference", "registration")
"""Pictures of a preview, by name; ``difference`` is absent where there is nothing to compare with."""

_SOURCE, _LABEL, _STATE = "painting", "label.png", "preview.json"


@dataclass(frozen=True, slots=True)
class Preview:
    """A painting that was read and not taken yet.

    ``state`` is what `preview.json` says: name, how it was read, sizes, registration, counts of pixels, notes, what it
    is compared with, and the changes class by class.
    """

    key: str
    assignment: Assignment
    state: dict[str, Any]

    def picture(self, name: str) -> Path | None:
        """The file of one of `PICTURES`."""
        path = _folder(self.key) / f"{name}.png"
        return path if name in PICTURES and path.is_file() else None


def preview_make(
    *, assignment: Assignment, user: User, name: str, pieces: Iterable[bytes], size: int, how: str = "blended"
) -> Preview:
    """Keep a painting, read it, and say what it would change.

    Args:
        assignment: The frame it is meant for.
        user: Who may draw there.
        name: The file's name.
        pieces: Its bytes.
        size: How many they are.
        how: One of `annotation.elsewhere.reading.HOW`.

    Raises:
        PermissionDenied: Unless the user may draw in the frame's production.
        UserError: ``painting_large``, ``disk_full``, ``read_how``, or as `open_painting` and `read_for`.
    """
    require_annotator(user, assignment.frame)
    if size > MAX_BYTES:
        message = f"{name} has more than {MAX_BYTES >> 20:,} MB."
        raise UserError(message, code="painting_large", remedy="Leave out layers that are not needed.")
    check_space(size)
    key = uuid4().hex
    folder = _folder(key)
    folder.mkdir()
    try:
        with (folder / _SOURCE).open("wb") as file:
            file.writelines(pieces)
        return _read(key, assignment, user, name[:200], how)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def preview_read_again(*, preview: Preview, user: User, how: str) -> Preview:
    """Read the same painting another way."""
    require_annotator(user, preview.assignment.frame)
    return _read(preview.key, preview.assignment, user, preview.state["name"], how)


def preview_get(*, assignment: Assignment, user: User, key: str) -> Preview | None:
    """The user's own preview for that frame; None where there is none, or no longer."""
    try:
        state = json.loads((_folder(UUID(hex=key).hex) / _STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if (state["assignment"], state["user"]) != (assignment.pk, user.pk):
        return None
    return Preview(key, assignment, state)


def preview_take(*, preview: Preview, user: User) -> WorkingCopy:
    """Make it the next version of the working copy.

    Raises:
        WorkingCopyConflict: When somebody drew on since it was shown; both are kept.
        UserError: As `working_copy_save`.
    """
    copy = working_copy_save(
        assignment=preview.assignment,
        user=user,
        expected_version=preview.state["version"],
        label_png=(_folder(preview.key) / _LABEL).read_bytes(),
    )
    audit.record(
        "painting.take",
        subject=preview.assignment,
        actor=user,
        production_id=preview.assignment.frame.production_id,
        version=copy.version,
        read=preview.state["how"],
    )
    preview_drop(preview=preview)
    return copy


def preview_drop(*, preview: Preview) -> None:
    """Forget a painting."""
    shutil.rmtree(_folder(preview.key), ignore_errors=True)


def _folder(key: str) -> Path:
    return data_path("uploads", f"painted-{key}")


def _read(key: str, assignment: Assignment, user: User, name: str, how: str) -> Preview:
    if how not in HOW:
        raise UserError(f"A painting is read {', '.join(HOW)}, not {how!r}.", code="read_how")
    frame = assignment.frame
    kind = kind_of(frame.production_id, assignment.kind)
    painting = open_painting(_folder(key) / _SOURCE, name)
    pixels = _Pixels(frame.blob)
    pencil = profile_of(frame.production_id, assignment.kind).settings["pencil"]
    read = read_for(painting, kind, frame_size(frame), pixels, name=name, how=how, pencil=pencil)
    version, against, before = _standing(assignment, kind)
    state = _state(read, painting, class_changes(read.label_map, before, kind), before is not None)
    state |= {"name": name, "how": how, "version": version, "against": against}
    state |= {"assignment": assignment.pk, "user": user.pk}
    state["notes"] += _about_stamp(painting, frame.key)
    _write(key, read, before, kind, registration_picture(over_paper(painting), read, pixels()))
    (_folder(key) / _STATE).write_text(json.dumps(state), "utf-8")
    return Preview(key, assignment, state)


class _Pixels:
    """A frame's pixels, read once when somebody asks."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        self.rgb: RGB | None = None

    def __call__(self) -> RGB:
        if self.rgb is None:
            self.rgb = read_rgb(blobs.blob_path(self.sha256))
        return self.rgb


def _standing(assignment: Assignment, kind: LabelKind) -> tuple[int, str, LabelMap | None]:
    """(version of the working copy, what the label that stands is called, that label)."""
    copy = WorkingCopy.objects.filter(assignment=assignment).first()
    version = copy.version if copy else 0
    if copy and copy.label:
        return version, f"your version {version}", label_get(copy.label, kind)
    last = Revision.objects.filter(frame=assignment.frame, kind=assignment.kind).order_by("-number").first()
    if last is not None:
        return version, f"revision {last.number}", label_get(last.label, kind)
    draft = latest_draft(assignment)
    return version, "the draft" if draft else "", label_get(draft.label, kind) if draft else None


def _state(read: Read, painting: Painting, changes: list[Any], compared: bool) -> dict[str, Any]:
    masks = ("off_palette", "semi", "unread", "outside", "asked")
    different = sum(row.gained for row in changes) if compared else None
    return {
        "size": [painting.size[1], painting.size[0]],
        "registration": asdict(read.registration),
        "pixels": int(read.label_map.size),
        "counts": {name: int(np.count_nonzero(getattr(read, name))) for name in masks},
        "lossy": read.lossy,
        "notes": list(painting.notes),
        "classes": [asdict(row) for row in changes],
        "different": different,
    }


def _about_stamp(painting: Painting, key: str) -> list[str]:
    stamp = painting.stamp
    if stamp is None or not stamp.key or stamp.key == key.replace("]", ")"):
        return []
    return [f"it was made for the frame {stamp.key}, not {key}"]


def _write(key: str, read: Read, before: LabelMap | None, kind: LabelKind, registration: RGB) -> None:
    folder = _folder(key)
    (folder / _LABEL).write_bytes(encode_label(read.label_map, kind))
    pictures = {"read": color_table(kind)[read.label_map], "where": where_picture(read, kind)}
    pictures["registration"] = registration
    if before is not None:
        pictures["difference"] = difference_picture(read.label_map, before, kind)
    for name, picture in pictures.items():
        (folder / f"{name}.png").write_bytes(encode_png(cast(RGB, picture)))
