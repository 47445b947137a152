"""Put frames back into this export by their hash: python3 rejoin.py FOLDER [FOLDER ...]

Needs nothing but Python 3.9 or newer. Frames may be called anything; what the export's list does not name is left
alone, and nothing that is there is ever overwritten. Ends with 1 while frames are missing.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent


def wanted() -> Iterator[tuple[Path, str]]:
    """Each frame's place in this export, and its SHA-256 (hex)."""
    for file, sha256 in sorted(set(_listed())):
        place = HERE.joinpath(*file.split("/"))
        if not place.resolve().is_relative_to(HERE):
            sys.exit(f"{file} is outside this folder: the list is not the one Sakkan wrote.")
        yield place, sha256


def _listed() -> Iterator[tuple[str, str]]:
    rows = HERE / "frames.jsonl"
    if rows.exists():
        with rows.open(encoding="utf-8") as stream:
            for line in stream:
                row = json.loads(line)
                yield row["file"], row["sha256"]
        return
    own = HERE / "rejoin.csv"
    with (own if own.exists() else HERE / "frames.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield row["frame"], row["sha256"]


def hash_of(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    sha256 = hashlib.sha256()
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(1 << 20), b""):
            sha256.update(chunk)
    return sha256.hexdigest()


def files_in(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file below the folders, but for those of this export."""
    for folder in folders:
        for at, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if Path(at, name).resolve() != HERE)
            yield from (path for path in (Path(at, file) for file in sorted(files)) if path.is_file())


def put(source: Path, place: Path) -> None:
    """Copy a frame to where it belongs; it is there whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.part")
    shutil.copyfile(source, part)
    part.rename(place)


def main(folders: list[Path]) -> int:
    """Join what the folders hold and say what is missing; 1 while anything is."""
    for folder in folders:
        if not folder.is_dir():
            sys.exit(f"{folder} is not a folder.")
    missing: dict[str, list[Path]] = {}
    joined, there, differing = 0, 0, []
    for place, sha256 in wanted():
        if not os.path.lexists(place):
            missing.setdefault(sha256, []).append(place)
        elif place.is_file() and hash_of(place) == sha256:
            there += 1
        else:
            differing.append(place)
    for path in files_in(folders if missing else ()):
        for place in missing.pop(hash_of(path), ()):
            put(path, place)
            joined += 1
        if not missing:
            break
    left = sorted(place for places in missing.values() for place in places)
    for place in left:
        print(f"missing: {place.relative_to(HERE).as_posix()}")
    for place in differing:
        print(f"differs, left alone: {place.relative_to(HERE).as_posix()}")
    print(f"{joined} frames joined, {there} there already, {len(left)} missing, {len(differing)} differ.")
    return 1 if left or differing else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
