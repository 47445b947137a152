"""What an order's job does: list the pictures, make the steps of each; killed, it goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils import timezone

from active_learning.models import BROKEN, Order, OrderPicture, Outcome
from core.blobs import hash_file
from core.jobs import JobContext
from core.processes import ModelingCrashed, run_modeling
from core.words import counted
from datasets.formats.output import place
from datasets.incoming.pictures import PictureFile, pictures_in_all
from datasets.incoming.walk import Refused
from datasets.services.uploads import upload_path
from modeling.errors import UserError
from modeling.runs import publish
from modeling.studio.steps import STEPS

SCRATCH = "pictures"
BATCH = 500
LONGEST_NAME = 200
"""Bytes of a file name that every file system takes."""
WRITE_EVERY_S = 1.0
"""How old what is known of pictures may get before it is a row."""
_NOT_WHOLE = 1
"""Exit code of the Studio when a picture was left out and the rest was made."""


def order_run(*, order: Order, context: JobContext) -> dict[str, int]:
    """Do what is left of an order.

    Returns:
        ``{"made": n, "broken": m}``.

    Raises:
        UserError: ``no_pictures`` when there is none in it, or what opening the models raises.
    """
    if order.total is None:
        _list(order, context)
    if not order.pictures.exclude(file="").exists():
        raise _nothing_in(order)
    _make(order, context)
    with context.fenced():
        _count(order)
        Order.objects.filter(pk=order.pk).update(finished_at=timezone.now())
    order.refresh_from_db(fields=["whole", "broken", "finished_at"])
    return {"made": order.whole, "broken": order.broken}


def _nothing_in(order: Order) -> UserError:
    first = order.pictures.first()
    text = first.error if first else "There is no picture in it."
    return UserError(text, code="no_pictures", remedy="" if first else "Hand over images, a clip or a zip.")


# --- the list ---


def _list(order: Order, context: JobContext) -> None:
    """Unpack what was handed over and write a row a picture; begun again, it begins anew."""
    scratch = order.folder / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    sources = [(upload_path(upload), upload.name) for upload in order.uploads.order_by("name", "pk")]

    def on_picture(name: str, index: int) -> None:
        context.progress(0, 0, f"Unpacking {name}: picture {index + 1}")

    context.progress(0, 0, f"Unpacking {counted(len(sources), 'file')}")
    rows = _Rows(order)
    found = [rows.row(one) for one in _ticking(pictures_in_all(sources, scratch, on_picture), context)]
    with context.fenced():
        OrderPicture.objects.filter(order=order).delete()
        OrderPicture.objects.bulk_create(found, batch_size=BATCH)
        Order.objects.filter(pk=order.pk).update(total=len(found))
    order.total = len(found)


def _ticking(found: Iterator[PictureFile | Refused], context: JobContext) -> Iterator[PictureFile | Refused]:
    for one in found:
        context.tick()
        yield one


class _Rows:
    """Makes the rows of an order's pictures, each with a key of its own."""

    def __init__(self, order: Order) -> None:
        self._order, self._keys = order, set[str]()
        self._sha256: dict[Path, str] = {}

    def row(self, one: PictureFile | Refused) -> OrderPicture:
        """A row of what was found."""
        position = len(self._keys)
        if isinstance(one, Refused):
            key, told = self._free(one.name), {"outcome": Outcome.BROKEN, "error": one.text}
            return OrderPicture(order=self._order, position=position, key=key, source=one.name[:1000], **told)
        return OrderPicture(
            order=self._order,
            position=position,
            key=self._free(one.key),
            source=one.name[:1000],
            file=self._file(one),
            sha256=self._clip_sha256(one),
            index=one.index,
        )

    def _free(self, key: str) -> str:
        names = (key[:980] + (f"~{number}" if number > 1 else "") for number in range(1, 1 << 30))
        free = next(name for name in names if name not in self._keys)
        self._keys.add(free)
        return free

    def _file(self, one: PictureFile) -> str:
        """Its file below the order's folder: an uploaded image is linked there, so that it has its name."""
        folder = self._order.folder
        if one.path.is_relative_to(folder):
            return one.path.relative_to(folder).as_posix()
        name = one.name if len(one.name.encode()) <= LONGEST_NAME else f"picture{Path(one.name).suffix}"
        file = Path(SCRATCH) / "images" / str(len(self._keys)) / name
        place(one.path, folder / file, link=True)
        return file.as_posix()

    def _clip_sha256(self, one: PictureFile) -> str:
        if one.index is None:
            return ""
        if one.origin not in self._sha256:
            self._sha256[one.origin] = hash_file(one.origin)
        return self._sha256[one.origin]


# --- the steps ---


def _make(order: Order, context: JobContext) -> None:
    """Let ``python -m modeling studio`` make what is not made yet, and keep what it says of each picture."""
    kept = _Kept(order, context)

    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "item":
            kept.add(event["made"])
        elif event["event"] == "done":
            kept.ended = True

    try:
        run_modeling(_args(order), context=context, on_event=on_event)
    except ModelingCrashed as crash:
        if not (kept.ended and crash.status == _NOT_WHOLE):
            raise
    finally:
        kept.write()


def _args(order: Order) -> list[str]:
    """The command that makes an order; its lists of files are written here."""
    pictures, refused = write_lists(order)
    args = ["studio", "--list", str(pictures), "--refused", str(refused)]
    args += ["--steps", ",".join(one["step"] for one in order.steps), "--out", str(order.results)]
    for one in order.steps:
        args += settings_of(order.folder, one["step"], one["settings"])
    return args + runs_of(order)


def write_lists(order: Order) -> tuple[Path, Path]:
    """Write an order's pictures, and what in it is none, as lists that the command ``studio`` takes."""
    folder = order.folder
    files = folder / "pictures.jsonl", folder / "refused.jsonl"
    rows = (
        order.pictures.order_by("position")
        .values("key", "source", "file", "error")
        .iterator(chunk_size=BATCH)
    )
    pictures, refused = [], []
    for row in rows:
        if row["file"]:
            pictures.append(line_of(row["key"], folder / row["file"]))
        else:
            refused.append(_json({"key": row["key"], "source": row["source"], "error": row["error"]}))
    publish(files[0], b"".join(pictures))
    publish(files[1], b"".join(refused))
    return files


def line_of(key: str, file: Path) -> bytes:
    """A picture's line in the list that the command ``studio`` takes."""
    return _json({"id": key, "file": str(file)})


def runs_of(order: Order) -> list[str]:
    """``--run`` of each model version that serves an order."""
    folder, versions = Path(settings.SAKKAN_DATA), order.versions.select_related("pool")
    return [word for one in versions for word in ("--run", f"{one.task}={folder / one.run_folder}")]


def settings_of(folder: Path, step: str, values: Mapping[str, Any]) -> list[str]:
    """``--set`` of each setting that is not the step's default; texts of files are written below the folder."""
    return [word for name, value in values.items() for word in _setting(folder, step, name, value)]


def _setting(folder: Path, step: str, name: str, value: Any) -> list[str]:
    """``--set``, of what is not the step's default; what was a file is one again."""
    info = STEPS.get(step).params.model_fields[name]
    if value is None or value == info.default:
        return []
    if isinstance(info.json_schema_extra, dict) and "file" in info.json_schema_extra:
        value = f"@{publish(folder / 'settings' / f'{step}.{name}', value.encode())}"
    return ["--set", f"{step}.{name}={value}"]


def _json(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


class _Kept:
    """Turns what the process says of pictures into rows, now and then."""

    def __init__(self, order: Order, context: JobContext) -> None:
        self._order, self._context = order, context
        rows = order.pictures.values_list("key", "pk", "sha256", "index", "source")
        self._rows = {key: (pk, sha256, index, source) for key, pk, sha256, index, source in rows}
        self._waiting: list[OrderPicture] = []
        self._written, self._done = monotonic(), 0
        self.ended = False

    def add(self, made: dict[str, Any]) -> None:
        """Take what was said of one picture."""
        self._waiting.append(self._row(made))
        self._done += 1
        text = f"{self._done} of {self._order.total} pictures"
        self._context.progress(self._done, self._order.total or 0, text)
        if len(self._waiting) >= BATCH or monotonic() - self._written >= WRITE_EVERY_S:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        with self._context.fenced():
            fields = ["sha256", "width", "height", "outcome", "results", "errors", "left", "error"]
            OrderPicture.objects.bulk_update(self._waiting, fields, batch_size=BATCH)
            _count(self._order)
        self._waiting, self._written = [], monotonic()

    def _row(self, made: dict[str, Any]) -> OrderPicture:
        pk, sha256, index, source = self._rows[made["key"]]
        error, errors = made.get("error", ""), made.get("errors", {})
        outcome = Outcome.BROKEN if error else Outcome.PART if errors else Outcome.WHOLE
        return OrderPicture(
            pk=pk,
            sha256=made.get("sha256", "") if index is None else sha256,
            width=made.get("width", 0),
            height=made.get("height", 0),
            outcome=outcome,
            results=made.get("results", {}),
            errors=errors,
            left=made.get("left", {}),
            error=error.replace(made["source"], source),
        )


def _count(order: Order) -> None:
    rows = order.pictures
    Order.objects.filter(pk=order.pk).update(
        whole=rows.filter(outcome=Outcome.WHOLE).count(), broken=rows.filter(outcome__in=BROKEN).count()
    )
