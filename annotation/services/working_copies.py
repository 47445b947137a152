"""Saving what a person draws: compare-and-set on the version, and nothing drawn is ever thrown away."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.labels import frame_size, label_put, unpack_label
from annotation.models import DRAWABLE, Assignment, KeptCopy, KeptReason, WorkingCopy
from annotation.permissions import require_annotator
from annotation.selectors.profiles import kind_of
from annotation.services.history import keep_earlier
from annotation.services.leases import assignment_claim, checked_seconds, held_by_other, latest_draft
from core import audit
from core.errors import ConflictError
from core.models import User


class WorkingCopyConflict(ConflictError):
    """Another save came first, or the frame is no longer the user's; both drawings are kept.

    Attributes:
        current: The working copy as it stands.
        kept: The refused drawing, kept beside it.
    """

    def __init__(self, message: str, *, current: WorkingCopy, kept: KeptCopy) -> None:
        super().__init__(
            message,
            code="working_copy_conflict",
            remedy=_("Your drawing is kept: compare the two and go on from one."),
        )
        self.current = current
        self.kept = kept


def working_copy_save(
    *,
    assignment: Assignment,
    user: User,
    expected_version: int,
    label_png: bytes,
    active_seconds: float = 0.0,
    gzipped: bool = False,
) -> WorkingCopy:
    """Save the user's label map and renew the lease.

    Sending the same map again (an answer got lost) changes nothing and is no conflict.

    Args:
        assignment: What is drawn.
        user: Who draws.
        expected_version: The version this drawing started from; 0 when nothing was saved yet.
        label_png: Indexed PNG, or H x W stored values.
        active_seconds: Total drawing time on this frame as the editor counts it.
        gzipped: Whether ``label_png`` is packed with gzip.

    Raises:
        WorkingCopyConflict: Somebody (or another tab) saved first, somebody else holds the frame, or it is
            done. The drawing is kept as a `KeptCopy`.
        UserError: As `annotation.labels.unpack_label`; ``active_seconds``.
    """
    require_annotator(user, assignment.frame)
    seconds = checked_seconds(active_seconds)
    kind = kind_of(assignment.frame.production_id, assignment.kind)
    label = label_put(unpack_label(label_png, kind, frame_size(assignment.frame), gzipped=gzipped), kind)
    return working_copy_put(
        assignment=assignment,
        user=user,
        expected_version=expected_version,
        drawn=Drawn(label),
        seconds=seconds,
    )


class Drawn(NamedTuple):
    """What is saved, as blobs: a label map, and the layers it was rendered from where there are any."""

    label: str
    layers: str = ""


def working_copy_put(
    *, assignment: Assignment, user: User, expected_version: int, drawn: Drawn, seconds: float
) -> WorkingCopy:
    """Make stored blobs the working copy by compare-and-set; the caller has checked user and blobs.

    Raises:
        WorkingCopyConflict: As `working_copy_save`.
    """
    with transaction.atomic():
        copy = _locked_copy(assignment)
        if drawn == (copy.label, copy.layers) and copy.saved_by_id == user.pk:
            return copy
        reason = _refusal(assignment, copy, user, expected_version)
        if reason is None:
            return _write(copy, user, drawn, seconds)
        kept = _keep(copy, user, drawn, expected_version, seconds)
    raise WorkingCopyConflict(reason, current=copy, kept=kept)


@transaction.atomic
def working_copy_keep(*, assignment: Assignment, user: User) -> KeptCopy | None:
    """Keep the saved drawing as it stands among its earlier states, before something large is done to it."""
    require_annotator(user, assignment.frame)
    return keep_earlier(_locked_copy(assignment), always=True)


def _locked_copy(assignment: Assignment) -> WorkingCopy:
    """Lock assignment and copy, in this order everywhere, and read both anew."""
    fresh = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    for field in ("state", "holder_id", "person_id", "lease_expires_at"):
        setattr(assignment, field, getattr(fresh, field))
    rows = WorkingCopy.objects.select_for_update(of=("self",))
    return rows.get_or_create(assignment=assignment, defaults={"base_draft": latest_draft(assignment)})[0]


def _refusal(assignment: Assignment, copy: WorkingCopy, user: User, expected_version: int) -> str | None:
    """Why the drawing cannot become the working copy; None when it can."""
    if assignment.state not in DRAWABLE:
        return _("This frame is %(state)s already.") % {"state": assignment.get_state_display().lower()}
    if held_by_other(assignment, user):
        until = f"{assignment.lease_expires_at:%H:%M}"
        return _("%(holder)s holds this frame until %(time)s UTC.") % {
            "holder": assignment.holder,
            "time": until,
        }
    if copy.version != expected_version:
        said = {"who": copy.saved_by or _("Somebody"), "version": copy.version}
        return _("%(who)s saved version %(version)s meanwhile.") % said
    try:
        assignment_claim(assignment=assignment, user=user)
    except ConflictError as error:
        return error.message
    return None


def _write(copy: WorkingCopy, user: User, drawn: Drawn, seconds: float) -> WorkingCopy:
    if copy.version and copy.saved_by_id != user.pk:
        _keep_predecessor(copy)
    else:
        keep_earlier(copy)
    copy.version += 1
    copy.label, copy.layers = drawn
    copy.active_seconds = max(copy.active_seconds, seconds)
    copy.saved_by = user
    copy.saved_at = timezone.now()
    copy.save(update_fields=["version", "label", "layers", "active_seconds", "saved_by", "saved_at"])
    return copy


def _keep_predecessor(copy: WorkingCopy) -> None:
    """Somebody else goes on drawing: the former person's state stays beside it."""
    KeptCopy.objects.create(
        assignment_id=copy.assignment_id,
        label=copy.label,
        layers=copy.layers,
        reason=KeptReason.TAKEN_OVER,
        base_version=copy.version,
        active_seconds=copy.active_seconds,
        saved_by=copy.saved_by,
    )


def _keep(copy: WorkingCopy, user: User, drawn: Drawn, base_version: int, seconds: float) -> KeptCopy:
    kept, created = KeptCopy.objects.get_or_create(
        assignment_id=copy.assignment_id,
        label=drawn.label,
        layers=drawn.layers,
        saved_by=user,
        defaults={"reason": KeptReason.CONFLICT, "base_version": base_version, "active_seconds": seconds},
    )
    if created:
        audit.record(
            "working_copy.conflict",
            subject=copy.assignment,
            actor=user,
            production_id=copy.assignment.frame.production_id,
            version=copy.version,
            expected=base_version,
            kept=kept.pk,
        )
    return kept
