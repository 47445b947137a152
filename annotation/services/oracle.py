"""Filling in queued frames from known truth, by the same steps that a person takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from annotation.labels import frame_size
from annotation.models import Assignment, Revision, WorkingCopy
from annotation.selectors.profiles import kind_of
from annotation.services.leases import assignment_claim
from annotation.services.reviews import review_accept
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core.models import User
from datasets.models import Pool, PoolFrame
from modeling.labelio import encode_label, import_label


def oracle_fill(
    *,
    pool: Pool,
    kind: str,
    truth: Mapping[str, Path],
    user: User,
    assignments: Iterable[Assignment] | None = None,
) -> list[Revision]:
    """Claim, draw, submit and accept queued frames whose truth is known.

    Args:
        pool: Whose queue.
        kind: Name of the label kind.
        truth: Label file by the frame's key in the pool.
        user: The oracle (``is_oracle``), with the reviewer's role.
        assignments: Which ones; by default all open ones that nobody holds.

    Returns:
        The accepted revisions; frames without truth are left in the queue.
    """
    if assignments is None:
        assignments = Assignment.objects.claimable(user).filter(pool=pool, kind=kind).select_related("frame")
    rows = list(assignments)
    keys = dict(
        PoolFrame.objects.filter(pool=pool, frame__in=[row.frame_id for row in rows]).values_list(
            "frame", "key"
        )
    )
    known = [(row, truth[keys[row.frame_id]]) for row in rows if keys.get(row.frame_id) in truth]
    return [_fill(assignment, path, user) for assignment, path in known]


def _fill(assignment: Assignment, path: Path, user: User) -> Revision:
    kind = kind_of(assignment.frame.production_id, assignment.kind)
    label_map = import_label(path, kind, size=frame_size(assignment.frame))
    assignment_claim(assignment=assignment, user=user)
    version = WorkingCopy.objects.get(assignment=assignment).version
    copy = working_copy_save(
        assignment=assignment, user=user, expected_version=version, label_png=encode_label(label_map, kind)
    )
    revision = annotation_submit(assignment=assignment, user=user, expected_version=copy.version)
    review_accept(revision=revision, user=user)
    return revision
