"""Restored frames: a sharper picture of a frame that is hard to make out, for people to look at while they draw.

The stored frame stays what it is: tools, labels, training and exports read nothing else.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from active_learning.models import ModelVersion, RestoredFrame, Selection
from active_learning.services.drafts import frames_queued, make_each
from active_learning.services.versions import version_in_use
from annotation.models import Assignment
from annotation.permissions import require_annotator
from core import blobs
from core.errors import ConflictError
from core.jobs import JobContext, enqueue
from core.models import Job, JobState, User
from datasets.models import Frame, Pool
from modeling.errors import UserError
from modeling.images import probe
from modeling.tasks import TASKS


@dataclass(frozen=True, slots=True)
class Restoring:
    """How far a frame is: its picture, or the job that makes it or failed to; neither where nobody asked."""

    restored: RestoredFrame | None = None
    job: Job | None = None

    @property
    def state(self) -> str:
        """``ready``, ``making``, ``failed`` or ``none``."""
        if self.restored is not None:
            return "ready"
        if self.job is None or self.job.state in (JobState.DONE, JobState.CANCELLED):
            return "none"
        return "failed" if self.job.state == JobState.FAILED else "making"


def restoring_version(pool: Pool) -> ModelVersion | None:
    """The pool's model version in use of a task that restores, None where it has none."""
    tasks = [task.name for task in TASKS if task.restores]
    return next((found for task in tasks if (found := version_in_use(pool, task)) is not None), None)


def restoring_of(assignment: Assignment) -> Restoring:
    """How far the restored picture of a turn's frame is, by the version in use."""
    version = restoring_version(assignment.pool)
    return Restoring() if version is None else _standing(assignment.frame, version)


def frame_restore(*, assignment: Assignment, user: User) -> Restoring:
    """Have the frame restored by the pool's version in use, unless it is or is being so.

    Raises:
        ConflictError: ``no_restoring_model`` where the pool has none.
        PermissionDenied: The user may not draw in the frame's production.
    """
    frame = assignment.frame
    require_annotator(user, frame)
    version = restoring_version(assignment.pool)
    if version is None:
        message = "No model of this pool restores frames yet."
        raise ConflictError(message, code="no_restoring_model", remedy="A lead may finish a deblur round.")
    standing = _standing(frame, version)
    return (
        standing if standing.state in ("ready", "making") else Restoring(job=_enqueued(frame, version, user))
    )


def _standing(frame: Frame, version: ModelVersion) -> Restoring:
    restored = (
        RestoredFrame.objects.filter(frame=frame, version=version).select_related("version__pool").first()
    )
    return Restoring(
        restored, Job.objects.about(frame).filter(name=_job_name()).order_by("-created_at").first()
    )


def _job_name() -> str:
    from active_learning.jobs import frame_restore_job

    return frame_restore_job.module_path


def _enqueued(frame: Frame, version: ModelVersion, user: User) -> Job:
    from active_learning.jobs import frame_restore_job

    return enqueue(
        frame_restore_job,
        title=f"Restoring {frame.key}",
        actor=user,
        production=frame.production,
        subject=frame,
        frame_id=frame.pk,
        version_id=version.pk,
    )


def frames_restore(*, frames: list[Frame], version: ModelVersion, context: JobContext) -> dict[str, int]:
    """Restore frames and keep each picture as it comes; those that this version restored already are passed over.

    Returns:
        ``{"restored": n, "unrestored": m}``; what failed is named in the job's log.
    """
    done = set(
        RestoredFrame.objects.filter(version=version, frame__in=frames).values_list("frame_id", flat=True)
    )
    waiting = {frame.pk: frame for frame in frames if frame.pk not in done}

    def keep(frame_id: int, picture_png: bytes, unsure_png: bytes) -> None:
        restored_store(frame=waiting[frame_id], version=version, picture_png=picture_png)

    made, failed = make_each(list(waiting.values()), version, keep, context, "Restoring")
    return {"restored": made, "unrestored": failed}


def frame_restore_run(*, frame: Frame, version: ModelVersion, context: JobContext) -> dict[str, int]:
    """Restore one frame.

    Raises:
        UserError: ``not_restored``.
    """
    counts = frames_restore(frames=[frame], version=version, context=context)
    if counts["unrestored"]:
        message = "The model could not restore this frame."
        raise UserError(message, code="not_restored", remedy="The job's log says why.")
    return counts


def selection_restore(*, selection: Selection, context: JobContext) -> dict[str, int]:
    """Restore a selection's queued frames where a lead has promoted a model for it; no held-out ones."""
    version = restoring_version(selection.pool)
    if version is None or version.promoted_at is None or TASKS.get(selection.task).picture:
        return {}
    done = RestoredFrame.objects.filter(version=version).values("frame_id")
    return frames_restore(frames=frames_queued(selection, done), version=version, context=context)


def restored_store(*, frame: Frame, version: ModelVersion, picture_png: bytes) -> RestoredFrame:
    """Keep a restored picture; storing another for the same frame and model version returns the first.

    Raises:
        UserError: ``restored_picture`` unless it is an RGB PNG at frame size.
    """
    info = probe(picture_png)
    with Image.open(io.BytesIO(picture_png), formats=["PNG"]) as image:
        colored = image.mode == "RGB"
    if not colored or (info.width, info.height) != (frame.width, frame.height):
        raise UserError("A restored picture is an RGB PNG at its frame's size.", code="restored_picture")
    defaults = {"picture": blobs.put_bytes(picture_png)}
    restored, _ = RestoredFrame.objects.get_or_create(frame=frame, version=version, defaults=defaults)
    return restored
