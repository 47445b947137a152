"""Unpack a zip that may come from anywhere: no path leaves the folder, no bomb goes off, names are readable."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from modeling.errors import UserError

MAX_MEMBERS = 200_000
MAX_RATIO = 300
"""Unpacked to packed size from which on a large member is taken for a bomb; images and videos stay below 20."""
RATIO_FROM = 32 * 2**20
RESERVE = 2**30
"""Bytes that must stay free on the disk."""
_CHUNK = 1 << 20
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1

Refusals = list[tuple[str, UserError]]


def unpack(archive: Path, target: Path, wanted: Callable[[str], bool], name: str) -> Refusals:
    """Unpack the wanted members below ``target`` and return those refused with their reasons.

    Args:
        archive: The zip.
        target: An empty folder, made if need be.
        wanted: Says of a member's path whether to unpack it; nested archives are refused, others left out quietly.
        name: What people call the archive.

    Raises:
        UserError: ``zip_unreadable``, ``zip_too_many``, ``zip_bomb`` or ``disk_full``; ``target`` is then empty.
    """
    target.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(archive) as file:
            members = [m for m in file.infolist() if not m.is_dir()]
            _check_whole(members, target, name, wanted)
            return _unpack_members(file, members, target, wanted)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise UserError(
            f"{name} cannot be opened as a zip: {error}.", code="zip_unreadable", remedy="Pack it again."
        ) from None
    except UserError:
        shutil.rmtree(target, ignore_errors=True)
        raise


def member_name(member: zipfile.ZipInfo) -> str:
    """Path of a member with forward slashes; names without the UTF-8 flag are tried as UTF-8, then Shift-JIS."""
    name = member.filename
    if not member.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "cp932"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _check_whole(
    members: list[zipfile.ZipInfo], target: Path, name: str, wanted: Callable[[str], bool]
) -> None:
    if len(members) > MAX_MEMBERS:
        message = f"{name} has {len(members)} members, more than {MAX_MEMBERS}."
        raise UserError(message, code="zip_too_many", remedy="Split it.")
    bombs = [
        m for m in members if m.file_size > RATIO_FROM and m.file_size > MAX_RATIO * max(1, m.compress_size)
    ]
    if bombs:
        message = f"{name} would unpack {member_name(bombs[0])} to {bombs[0].file_size / 2**20:,.0f} MB: a zip bomb."
        raise UserError(message, code="zip_bomb", remedy="Hand over the files themselves.")
    total = sum(m.file_size for m in members if wanted(member_name(m)))
    if total + RESERVE > shutil.disk_usage(target).free:
        message = f"{name} unpacks to {total / 2**30:.1f} GB, more than the disk has."
        raise UserError(message, code="disk_full", remedy="Free some space.")


def _unpack_members(
    file: zipfile.ZipFile, members: list[zipfile.ZipInfo], target: Path, wanted: Callable[[str], bool]
) -> Refusals:
    refusals: Refusals = []
    for member in members:
        name = member_name(member)
        try:
            if _is_archive(name):
                raise UserError(
                    f"{name} is an archive in an archive.", code="nested_archive", remedy="Unpack it first."
                )
            if wanted(name):
                _unpack_member(file, member, _inside(target, name), name)
        except UserError as error:
            refusals.append((name, error))
    return refusals


def _is_archive(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        path.suffix.lower() in {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz"} and "__MACOSX" not in path.parts
    )


def _inside(target: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    outside = name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name
    if outside or not (target / name).resolve().is_relative_to(target.resolve()):
        raise UserError(
            f"{name} points outside the archive.", code="zip_path", remedy="Pack it with relative paths."
        )
    return target / name


def _unpack_member(file: zipfile.ZipFile, member: zipfile.ZipInfo, goal: Path, name: str) -> None:
    """Copy one member in pieces, never more than its header promised."""
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise UserError(f"{name} is encrypted.", code="zip_encrypted", remedy="Pack it without a password.")
    try:
        goal.parent.mkdir(parents=True, exist_ok=True)
        with file.open(member) as source, goal.open("xb") as out:
            left = member.file_size
            while chunk := source.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise zipfile.BadZipFile("it is longer than its header says")
                out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        if not isinstance(error, FileExistsError):
            goal.unlink(missing_ok=True)
        raise UserError(
            f"{name} is damaged in the archive: {error}.", code="zip_member", remedy="Pack it again."
        ) from None
