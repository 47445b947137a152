"""What the editor of depth begins with: the saved layers, else the map that is there as the lowest layer."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from annotation.labels import frame_size
from annotation.models import Assignment, KeptCopy, Revision, WorkingCopy
from annotation.services.depth_layers import layers_get
from annotation.services.leases import latest_draft
from modeling.depth.layers import layers_document


def working_layers(assignment: Assignment) -> dict[str, Any]:
    """The working copy's document; before anything is saved, the draft as the only layer."""
    copy = WorkingCopy.objects.filter(assignment=assignment).select_related("base_draft").first()
    if copy is not None and copy.label:
        return _document(assignment, copy.label, copy.layers, _("Saved map"))
    draft = copy.base_draft if copy else latest_draft(assignment)
    return _document(assignment, draft.label if draft else "", "", _("Draft"))


def kept_layers(assignment: Assignment, pk: int) -> dict[str, Any]:
    """The document of a drawing kept beside the working copy."""
    kept = get_object_or_404(KeptCopy, assignment=assignment, pk=pk)
    return _document(assignment, kept.label, kept.layers, _("Kept map"))


def revision_layers(assignment: Assignment, pk: int) -> dict[str, Any]:
    """The document of a version of the assignment's frame, whoever drew it."""
    rows = Revision.objects.filter(frame_id=assignment.frame_id, kind=assignment.kind)
    revision = get_object_or_404(rows, pk=pk)
    return _document(assignment, revision.label, revision.layers, _("Version"))


def _document(assignment: Assignment, label: str, layers: str, name: str) -> dict[str, Any]:
    if layers:
        return layers_get(layers)
    lowest = [{"id": "base", "name": name, "runs": None, "map": label}] if label else []
    return layers_document(lowest, frame_size(assignment.frame))
