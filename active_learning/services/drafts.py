"""Drafts for selected frames: the model's label and its entropy map, kept by `annotation`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from django.conf import settings
from django.db.models import QuerySet

from active_learning.models import ModelVersion, Selection
from active_learning.services.listing import Shown, labels_seen, listing
from active_learning.services.versions import version_in_use
from annotation.models import Draft
from annotation.services.drafts import draft_store
from core.jobs import JobContext
from core.paths import data_path
from core.processes import run_modeling
from datasets.models import Frame
from modeling.tasks import TASKS

Keep: TypeAlias = Callable[[int, bytes, bytes], None]
"""Takes a frame's id, the PNG that a model made of it, and a grey one of how unsure it was."""


def selection_draft(*, selection: Selection, context: JobContext) -> dict[str, int]:
    """Draft the selection's frames with the model version in use. Held-out frames get none.

    Nor does any frame of a task that makes pictures: nobody corrects those.

    Frames drafted by that version already are passed over, so a killed job goes on where it was.

    Returns:
        ``{"drafted": n, "failed": m}``; what failed is named in the job's log.
    """
    version = version_in_use(selection.pool, selection.task)
    if version is None or TASKS.get(selection.task).picture:
        return {"drafted": 0, "failed": 0}
    kind = TASKS.get(version.task).kind
    done = Draft.objects.filter(kind=kind, model_version=version.name).values("frame_id")

    def keep(frame_id: int, label_png: bytes, entropy_png: bytes) -> None:
        draft_store(
            frame_id=frame_id,
            kind=kind,
            model_version=version.name,
            label_png=label_png,
            entropy_png=entropy_png,
        )

    made, failed = make_each(frames_queued(selection, done), version, keep, context, "Drafting")
    return {"drafted": made, "failed": failed}


def frames_queued(selection: Selection, done: QuerySet[Any, Any]) -> list[Frame]:
    """The selection's frames that were queued, in order, without those of ids ``done`` and without held-out ones."""
    picked = selection.items.filter(held_out=False, assignment__isnull=False).order_by("rank")
    return [item.frame for item in picked.exclude(frame_id__in=done).select_related("frame")]


def make_each(
    frames: Sequence[Frame], version: ModelVersion, keep: Keep, context: JobContext, doing: str
) -> tuple[int, int]:
    """Run a model and keep what it makes of each frame as it comes, so that people can begin with the first.

    Args:
        frames: Frames.
        version: Whose run.
        keep: Called with a frame's id and its two files, with the job fenced.
        context: The job; what failed is named in its log.
        doing: What it is doing, for people: ``Drafting``.

    Returns:
        How many were made, and how many failed.
    """
    if not frames:
        return 0, 0
    context.progress(0, len(frames), doing)
    counts = {"item": 0, "item_error": 0}
    with tempfile.TemporaryDirectory(dir=data_path("runs"), prefix=".drafts-") as scratch:
        files, out = Path(scratch) / "files.jsonl", Path(scratch) / "out"
        files.write_text("".join(listing(map(_shown, frames), labels_seen(version.round))))

        def on_event(event: dict[str, Any]) -> None:
            if event["event"] not in counts:
                return
            counts[event["event"]] += 1
            if event["event"] == "item_error":
                context.log(f"Frame {event['id']}: {event['message']}")
            else:
                _keep(out, event["id"], keep, context)
            context.progress(sum(counts.values()), len(frames), f"{doing} with {version.name}")

        run = Path(settings.SAKKAN_DATA) / version.run_folder
        run_modeling(["draft", str(run), str(files), str(out)], context=context, on_event=on_event)
    return counts["item"], counts["item_error"]


def _shown(frame: Frame) -> Shown:
    return Shown(frame.pk, frame.production_id, frame.blob)


def _keep(out: Path, frame_id: int, keep: Keep, context: JobContext) -> None:
    made, entropy = out / f"{frame_id}.png", out / f"{frame_id}.entropy.png"
    with context.fenced():
        keep(frame_id, made.read_bytes(), entropy.read_bytes())
