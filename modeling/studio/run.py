"""Pictures through the steps, one after the other: resumable, and no broken file stops the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from modeling.errors import UserError
from modeling.inference.listed import Listed
from modeling.inference.reading import Read, read_ahead
from modeling.runs import publish
from modeling.snapshots.reader import file_sha256
from modeling.studio.sheet import Models, Series, Sheet
from modeling.studio.steps import Chosen, Make, Output, Step, tasks_of

REQUEST, MANIFEST = "studio.json", "manifest.jsonl"


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one picture: its line in the manifest.

    ``results`` holds the file of each step, relative to the folder; ``errors`` why a step has none; ``left`` what one
    left for a person, as `Left`; ``error`` why the picture could not be read at all.
    """

    key: str
    source: str
    sha256: str = ""
    width: int = 0
    height: int = 0
    results: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def whole(self) -> bool:
        """Whether all steps have their file."""
        return not (self.error or self.errors)

    def values(self) -> dict[str, Any]:
        """What is not empty, by name."""
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}

    def line(self) -> bytes:
        """One JSON object."""
        return json.dumps(self.values(), ensure_ascii=False).encode() + b"\n"


def make_all(
    files: Iterable[Listed],
    out: Path,
    chosen: Chosen,
    models: Models,
    *,
    refused: Sequence[Made] = (),
    about: Mapping[str, Any] | None = None,
    only: str | None = None,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Made]:
    """Make the steps of each picture below ``out`` and yield what became of it, in order.

    Files are ``out/STEP/KEY.png``; `MANIFEST` has a line a picture, written when its files are, `REQUEST` what was
    asked. A call that was broken off goes on where it was: pictures in the manifest are yielded as they stand there.

    Args:
        files: Pictures; ``id`` is the key, a relative path without suffix.
        out: Folder of the results, of this request alone.
        chosen: Steps.
        models: What they ask; all are opened before the first picture.
        refused: Lines on what is no picture, for the manifest.
        about: What else to note in `REQUEST`: the versions of the models.
        only: Key of the one picture to make, beside which the others are only looked at; None for all.
        check: Called before each picture; may raise to stop.

    Raises:
        UserError: ``other_request`` when the folder holds another one's results, or of opening the models.
    """
    _claim(out, chosen, about or {})
    for task in tasks_of(chosen):
        models.require(task)
    waiting = list(files)
    listed = {str(one.id): one.file for one in waiting}
    waiting = [one for one in waiting if only in (None, str(one.id))]
    makes = [(step, step.make(params, Series(listed, out / step.name, models))) for step, params in chosen]
    known = made_so_far(out)
    _rewrite(out, known)
    with (out / MANIFEST).open("ab") as manifest:
        for line in refused:
            yield known.get(line.key) or _noted(manifest, line)
        fresh = read_ahead((one, one.file) for one in waiting if str(one.id) not in known)
        for one in waiting:
            check()
            yield known.get(str(one.id)) or _noted(manifest, _made(next(fresh), out, makes, models))


def made_so_far(out: Path) -> dict[str, Made]:
    """Lines of a manifest by key; a torn last one is left out."""
    path, found = out / MANIFEST, {}
    for line in path.read_bytes().splitlines(keepends=True) if path.is_file() else []:
        if line.endswith(b"\n"):
            made = Made(**json.loads(line))
            found[made.key] = made
    return found


def _claim(out: Path, chosen: Chosen, about: Mapping[str, Any]) -> None:
    steps = {step.name: params.model_dump(mode="json") for step, params in chosen}
    request = {"schema": 1, "steps": steps, **about}
    path = out / REQUEST
    if not path.is_file():
        publish(path, json.dumps(request, indent=2, ensure_ascii=False).encode() + b"\n")
    elif json.loads(path.read_bytes()) != json.loads(json.dumps(request)):
        message = f"{out} holds the results of other steps, parameters or models."
        raise UserError(message, code="other_request", remedy="Name another folder.")


def _rewrite(out: Path, known: Mapping[str, Made]) -> None:
    publish(out / MANIFEST, b"".join(made.line() for made in known.values()))


def _noted(manifest: Any, made: Made) -> Made:
    manifest.write(made.line())
    manifest.flush()
    return made


def _made(item: Read[Listed], out: Path, makes: Sequence[tuple[Step, Make]], models: Models) -> Made:
    key, source = str(item.key.id), item.key.file.name
    if item.rgb is None:
        return Made(key, source, error=item.error.replace(str(item.key.file), source))
    sheet, results, errors, left = Sheet(item.rgb, models, key), {}, {}, {}
    for step, make in makes:
        file = f"{step.name}/{key}{step.suffix}"
        try:
            made = _output(make(sheet))
            publish(out / file, made.data)
            results[step.name] = file
            if made.left:
                left[step.name] = asdict(made.left)
        except UserError as error:
            errors[step.name] = str(error)
    height, width = item.rgb.shape[:2]
    return Made(key, source, file_sha256(item.key.file), width, height, results, errors, left)


def _output(made: bytes | Output) -> Output:
    return made if isinstance(made, Output) else Output(made)
