"""Which frame a label belongs to: by key, else by what its folder and number say, else by bare stem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from annotation.importing.files import LabelFile
from annotation.importing.report import ImportReport
from datasets.models import Pool
from datasets.selectors import resolve_label_keys
from modeling.errors import UserError

_DIGITS = 6
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Matched:
    """All label files that mean one frame, in their order; several when drawings were held."""

    frame_id: int
    files: tuple[LabelFile, ...]


def match_files(pool: Pool, files: list[LabelFile], report: ImportReport) -> list[Matched]:
    """Match label files to frames of the pool; what fits several or none becomes a line in the report.

    A frame's bytes say more than its name: where a file says their hash and one frame of the pool has it, it is that.
    """
    same = _by_bytes(pool, {file.sha256 for file in files if file.sha256})
    keys = [file.key for file in files if file.sha256 not in same]
    found = resolve_keys(pool, keys)
    by_frame: dict[int, list[LabelFile]] = {}
    for file in files:
        frame_id = same.get(file.sha256) or found.get(file.key)
        if isinstance(frame_id, int):
            by_frame.setdefault(frame_id, []).append(file)
        else:
            report.refuse(file.name, _unmatched(file.name, pool, ambiguous=file.key in found))
    return [Matched(frame_id, tuple(group)) for frame_id, group in by_frame.items()]


def _by_bytes(pool: Pool, hashes: set[str]) -> dict[str, int]:
    """Frame id by hash, of those that one frame of the pool alone has."""
    found: dict[str, list[int]] = {}
    ordered = sorted(hashes)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        rows = pool.members.filter(frame__blob__in=chunk).values_list("frame__blob", "frame_id")
        for blob, frame_id in rows:
            found.setdefault(blob, []).append(frame_id)
    return {blob: ids[0] for blob, ids in found.items() if len(ids) == 1}


def resolve_keys(pool: Pool, keys: list[str]) -> dict[str, int | None]:
    """Frame id of each key; None where several frames fit, absent where none does."""
    first = resolve_label_keys(pool, keys)
    found: dict[str, int | None] = {**dict.fromkeys(first.ambiguous), **first.matched}
    open_keys = [*first.ambiguous, *first.unknown]
    guesses = {key: list(_guesses(key)) for key in open_keys}
    all_guesses = sorted({guess for group in guesses.values() for guess in group})
    second = resolve_label_keys(pool, all_guesses, guessed=True)
    for key, group in guesses.items():
        for guess in group:
            if guess in second.matched:
                found[key] = second.matched[guess]
                break
            if guess in second.ambiguous:
                found[key] = None
    return found


def _guesses(key: str) -> Iterator[str]:
    """Other spellings of a key, the most particular first.

    ``clip/masks/0012`` may mean picture 12 of the video ``clip``; a number may be padded otherwise than ours;
    ``labels/show/clip/0012`` may mean ``show/clip/000012``.
    """
    path = PurePosixPath(key)
    stem = f"{int(path.name):0{_DIGITS}d}" if path.name.isdecimal() and path.name.isascii() else path.name
    folders = path.parent.parts
    for end in range(len(folders), 0, -1):
        for start in range(end):
            yield "/".join([*folders[start:end], stem])
    if stem != path.name:
        yield stem


def _unmatched(name: str, pool: Pool, *, ambiguous: bool) -> UserError:
    if ambiguous:
        message = f"{name} fits several frames of {pool.name}."
        return UserError(
            message, code="label_ambiguous", remedy="Name it by the frame's key, folder included."
        )
    return UserError(
        f"{name} fits no frame of {pool.name}.", code="label_unknown", remedy="Name it by the frame's key."
    )
