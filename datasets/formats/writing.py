"""Writing a content in a format: piece by piece into a folder that a killed writer goes on with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from datasets.formats.base import ExportFormat, Note, Ticker
from datasets.formats.content import Content
from datasets.formats.documents import documents_write
from datasets.formats.output import Output, Written
from modeling.errors import UserError
from modeling.registry import Params
from modeling.runs import publish

SUMS, REQUEST, JOURNAL = "SHA256SUMS", "export.json", ".journal.jsonl"
SCHEMA = 1


def write_content(
    content: Content, format: ExportFormat, params: Params, out: Path, tick: Ticker, *, link: bool = False
) -> dict[str, Any]:
    """Write a content into ``out``, which appears whole or not at all.

    What is written lies in ``.<name>.part`` beside it until it is whole; a call that was broken off, killed even, goes
    on there when it is called again with the same request. The same content, format and parameters give the same bytes.

    Args:
        content: What.
        format: How.
        params: Of the format.
        out: Must not exist or be empty.
        tick: Told after each piece; may raise to stop.
        link: Hard-link frames and labels where possible.

    Returns:
        The format's report: counts.

    Raises:
        UserError: ``export_exists``, ``export_busy``, ``format_kind``, or of the format.
    """
    format.require(content)
    refuse_taken(out)
    stage = out.with_name(f".{out.name}.part")
    stage.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(f"{stage}.lock", timeout=0):
            report = _write(content, format, params, stage, tick, link)
            if out.is_dir():
                out.rmdir()
            stage.rename(out)
    except Timeout:
        raise UserError(
            f"{out.name} is being written by another process.", code="export_busy", remedy="Wait for it."
        ) from None
    Path(f"{stage}.lock").unlink(missing_ok=True)
    return report


def refuse_taken(out: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        UserError: ``export_exists``.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is not empty.", code="export_exists", remedy="Name another folder.")


def request_of(content: Content, format: ExportFormat, params: Params) -> dict[str, Any]:
    """What was asked, in JSON; it lies in the export as `REQUEST`."""
    return {
        "schema": SCHEMA,
        "snapshot": content.snapshot.id,
        "format": format.name,
        "params": params.model_dump(mode="json"),
        "kind": content.kind.name,
        "terms": content.terms.model_dump(mode="json"),
    }


def written_report(folder: Path) -> dict[str, Any]:
    """The report of a finished export."""
    report: dict[str, Any] = json.loads((folder / REQUEST).read_bytes())["report"]
    return report


def _write(
    content: Content, format: ExportFormat, params: Params, stage: Path, tick: Ticker, link: bool
) -> dict[str, Any]:
    request = request_of(content, format, params)
    journal = Journal.open(stage, request)
    output, layout = Output(stage, link=link), format.build(params)
    total = len(content.rows)
    for piece in islice(layout.pieces(content), journal.count, None):
        note = piece.write(output)
        journal.add(output.taken(), note, piece.frames)
        tick(min(journal.frames, total), total)
    report = layout.close(content, output, journal.notes)
    report |= {"frames": report.get("frames", total), "left_out": content.left_out}
    files = documents_write(content, format, output, [*journal.files(), *output.taken()])
    output.write(REQUEST, _json({**request, "report": report}))
    _write_sums(stage, [*files, *output.taken()])
    journal.remove()
    return report


class Journal:
    """What is written already: a line a piece, behind its files. A torn last line is a piece that is written again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.count, self.frames, whole = 0, 0, 0
        for line in self._lines():
            self.count += 1
            self.frames += json.loads(line)["frames"]
            whole += len(line)
        if path.is_file():
            with path.open("r+b") as stream:
                stream.truncate(whole)

    @classmethod
    def open(cls, stage: Path, request: Mapping[str, Any]) -> Journal:
        """The journal of a request; what another request left in the folder is removed."""
        asked = stage / ".request.json"
        if not asked.is_file() or asked.read_bytes() != _json(request):
            shutil.rmtree(stage, ignore_errors=True)
            stage.mkdir()
            publish(asked, _json(request))
        return cls(stage / JOURNAL)

    def add(self, files: Iterable[Written], note: Note, frames: int) -> None:
        """Note a piece whose files are there."""
        line = json.dumps({"frames": frames, "files": list(files), "note": note}, ensure_ascii=False)
        with self._path.open("ab") as stream:
            stream.write(line.encode() + b"\n")
        self.count += 1
        self.frames += frames

    def notes(self) -> Iterator[Note]:
        """What the pieces left for the close, in order."""
        return (json.loads(line)["note"] for line in self._lines())

    def files(self) -> Iterator[Written]:
        """Files of all pieces."""
        return (Written(*file) for line in self._lines() for file in json.loads(line)["files"])

    def remove(self) -> None:
        """Leave nothing of it in the export."""
        for path in (self._path, self._path.with_name(".request.json")):
            path.unlink(missing_ok=True)

    def _lines(self) -> Iterator[bytes]:
        if not self._path.is_file():
            return
        with self._path.open("rb") as stream:
            yield from (line for line in stream if line.endswith(b"\n"))


def _write_sums(stage: Path, files: Iterable[Written]) -> None:
    """In the form of ``sha256sum``, which takes a backslash before a line for names with a newline or backslash."""
    lines = {file.file: f"{file.sha256}  {file.file}\n" for file in files}
    publish(stage / SUMS, "".join(lines[name] for name in sorted(lines)).encode())


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True).encode() + b"\n"
