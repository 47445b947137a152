"""Drafts for selected frames: the model's label and its entropy map, kept by `annotation`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

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
    frames = _frames_to_draft(selection, version)
    with tempfile.TemporaryDirectory(dir=data_path("runs"), prefix=".drafts-") as folder:
        return _draft(frames, version, Path(folder), context)


def _frames_to_draft(selection: Selection, version: ModelVersion) -> list[Frame]:
    kind = TASKS.get(selection.task).kind
    done = Draft.objects.filter(kind=kind, model_version=version.name).values("frame_id")
    picked = selection.items.filter(held_out=False, assignment__isnull=False).order_by("rank")
    items = picked.exclude(frame_id__in=done).select_related("frame")
    return [item.frame for item in items]


def _draft(frames: list[Frame], version: ModelVersion, folder: Path, context: JobContext) -> dict[str, int]:
    """Run the model and keep each draft as it comes, so that people can begin with the first."""
    if not frames:
        return {"drafted": 0, "failed": 0}
    counts = {"drafted": 0, "failed": 0}
    kind = TASKS.get(version.task).kind
    files = folder / "files.jsonl"
    files.write_text("".join(listing(map(_shown, frames), labels_seen(version.round))))
    context.progress(0, len(frames), "Drafting")

    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "item":
            _keep(folder, event["id"], kind, version, context)
            counts["drafted"] += 1
        elif event["event"] == "item_error":
            context.log(f"Frame {event['id']}: {event['message']}")
            counts["failed"] += 1
        context.progress(sum(counts.values()), len(frames), f"Drafting with {version.name}")

    run = Path(settings.SAKKAN_DATA) / version.run_folder
    run_modeling(["draft", str(run), str(files), str(folder / "out")], context=context, on_event=on_event)
    shutil.rmtree(folder / "out", ignore_errors=True)
    return counts


def _shown(frame: Frame) -> Shown:
    return Shown(frame.pk, frame.production_id, frame.blob)


def _keep(folder: Path, frame_id: int, kind: str, version: ModelVersion, context: JobContext) -> None:
    label, entropy = folder / "out" / f"{frame_id}.png", folder / "out" / f"{frame_id}.entropy.png"
    with context.fenced():
        draft_store(
            frame_id=frame_id,
            kind=kind,
            model_version=version.name,
            label_png=label.read_bytes(),
            entropy_png=entropy.read_bytes(),
        )
