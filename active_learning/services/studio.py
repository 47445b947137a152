"""What the Studio works with: pictures of a source listed for `modeling.studio`, and the models that serve."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from active_learning.models import ModelVersion
from active_learning.services.standing import version_numbered
from active_learning.services.versions import version_in_use
from datasets.incoming.pictures import PictureFile, pictures_in
from datasets.models import Pool
from modeling.errors import UserError


@dataclass(frozen=True, slots=True)
class Listing:
    """Files that ``python -m modeling studio`` takes: pictures, and what is none; and how many of each."""

    pictures: Path
    refused: Path
    taken: int
    left_out: int


def list_pictures(
    source: Path, name: str, scratch: Path, on_picture: Callable[[str, int], None] = lambda name, index: None
) -> Listing:
    """Unpack a source below ``scratch`` and list what is in it (`datasets.incoming.pictures`).

    Raises:
        UserError: ``no_frames`` when there is no picture in it.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    pictures, refused = scratch / "pictures.jsonl", scratch / "refused.jsonl"
    taken = left_out = 0
    with pictures.open("w") as good, refused.open("w") as bad:
        for one in pictures_in(source, name, scratch, on_picture):
            if isinstance(one, PictureFile):
                taken += 1
                _write(good, {"id": one.key, "file": str(one.path), "shown": one.shown})
            else:
                left_out += 1
                _write(bad, {"key": one.name, "source": one.name, "error": one.text})
    if not taken:
        why = json.loads(refused.read_text().splitlines()[0])["error"] if left_out else f"{name} is empty."
        raise UserError(why, code="no_frames", remedy="Hand over images, a clip, or a zip of them.")
    return Listing(pictures, refused, taken, left_out)


def _write(stream, row: Mapping[str, object]) -> None:  # type: ignore[no-untyped-def]
    stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def versions_for(
    tasks: Iterable[str], pools: Iterable[Pool], numbers: Mapping[str, int] | None = None
) -> dict[str, ModelVersion]:
    """The model version that serves each task.

    Args:
        tasks: What the steps ask.
        pools: Whose versions may be taken.
        numbers: Number of the version by task, where it shall not be the one in use.

    Raises:
        UserError: ``no_model`` where no pool has one, ``which_pool`` where several have, ``unknown_version``.
    """
    numbers, pools = numbers or {}, list(pools)
    return {task: _version(task, pools, numbers.get(task)) for task in tasks}


def _version(task: str, pools: list[Pool], number: int | None) -> ModelVersion:
    found = [(pool, used) for pool in pools if (used := version_in_use(pool, task)) is not None]
    if not found:
        raise UserError(
            f"No pool has a model of {task} yet.",
            code="no_model",
            remedy=f"Finish a {task} round, or name a run.",
        )
    if len(found) > 1:
        names = ", ".join(pool.name for pool, _ in found)
        raise UserError(
            f"Several pools have a model of {task}: {names}.", code="which_pool", remedy="Name one of them."
        )
    pool, used = found[0]
    return used if number is None else version_numbered(pool, task, number)
