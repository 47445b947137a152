"""Snapshots and their exports."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from zipstream import ZIP_STORED, ZipStream

from core.http import signed_in
from core.models import Job, JobState
from core.ranges import part_of, ranged_stream
from datasets.exporting import asked_of, param_fields
from datasets.formats import FORMATS
from datasets.formats.writing import SUMS
from datasets.models import Export, Pool, Snapshot
from datasets.selectors import snapshot_licences, snapshot_samples
from datasets.services.exports import export_card, export_create, export_folder
from datasets.views.lookalikes import pairs_of
from modeling.errors import UserError
from modeling.labels import KINDS

PAGE, SAMPLES = 50, 4
"""Snapshots on a page of the list, and frames shown of each."""


@require_safe
def pool_snapshots(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version of a pool."""
    pool = get_object_or_404(Pool.objects.visible_to(request.user), pk=pk)
    found = Snapshot.objects.visible_to(request.user).filter(pool=pool).select_related("created_by")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(one, snapshot_samples(one, SAMPLES)) for one in page]
    context = {
        "pool": pool,
        "snapshots": rows,
        "page": page,
        "kinds": KINDS.values(),
        "kind": request.GET.get("kind", ""),
    }
    return render(request, "datasets/snapshots.html", {**context, "is_lead": _leads(request, pool.pk)})


@require_safe
def snapshot(request: HttpRequest, pk: str) -> HttpResponse:
    """One version: what is in it, and its exports."""
    found = get_object_or_404(
        Snapshot.objects.visible_to(request.user).select_related("pool", "created_by"), pk=pk
    )
    exports = list(found.exports.select_related("user"))
    jobs = Job.objects.in_bulk([export.job_id for export in exports if export.job_id])
    rows = [(export, jobs.get(export.job_id), export_folder(export) is not None) for export in exports]
    context: dict[str, Any] = {
        "snapshot": found,
        "exports": rows,
        "formats": [(entry, param_fields(entry)) for entry in FORMATS],
        "licences": snapshot_licences(found),
        "samples": snapshot_samples(found),
        "export_kind": _most_labelled(found),
        "look_alikes": pairs_of(found).count(),
        "look_alikes_left": pairs_of(found).filter(united=False).count(),
        "is_lead": _leads(request, found.pool_id),
    }
    context["waiting"] = any(job and job.state in (JobState.QUEUED, JobState.RUNNING) for _, job, _ in rows)
    return render(request, "datasets/snapshot.html", context)


def _leads(request: HttpRequest, pool_id: int) -> bool:
    return Pool.objects.changeable_by(request.user).filter(pk=pool_id).exists()


def _most_labelled(snapshot: Snapshot) -> str:
    """The kind that was frozen; others only lie beside it, on no more frames."""
    labels = snapshot.counts.get("labels", {})
    return max(sorted(labels), key=lambda kind: (sum(labels[kind].values()), kind), default="")


@require_http_methods(["GET", "POST"])
def snapshot_card(request: HttpRequest, pk: str) -> HttpResponse:
    """The README of an export as it would be written now, to read before."""
    found = get_object_or_404(Snapshot.objects.visible_to(request.user).select_related("pool"), pk=pk)
    sent = request.POST or request.GET
    asked = asked_of(sent)
    hidden = [
        (name, value) for name, values in sent.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    context: dict[str, Any] = {"snapshot": found, "asked": asked, "hidden": hidden}
    try:
        context["card"] = export_card(snapshot=found, **asked)
    except UserError as error:
        context["error"] = error
    return render(request, "datasets/snapshot_card.html", context)


@require_POST
def export_start(request: HttpRequest, pk: str) -> HttpResponse:
    """Queue an export and come back."""
    found = get_object_or_404(Snapshot.objects.visible_to(request.user), pk=pk)
    export_create(snapshot=found, user=signed_in(request), **asked_of(request.POST))
    return redirect("snapshot", pk=pk)


@require_safe
def export_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The export as one zip, read from disk file by file while it is sent; a range of it goes on a broken download."""
    export = get_object_or_404(
        Export.objects.visible_to(request.user).select_related("snapshot__pool"), pk=pk
    )
    folder = export_folder(export)
    if folder is None:
        message = "This export is not written yet, or was cleaned up."
        raise UserError(message, code="export_not_ready", remedy="Wait for its job, or export again.")
    name = f"{export.snapshot.pool.name}-{export.format}-{export.snapshot_id[:12]}".replace("/", "_")
    tag = (
        hashlib.sha256((folder / SUMS).read_bytes()).hexdigest() if (folder / SUMS).is_file() else folder.name
    )
    return ranged_stream(
        request,
        lambda wanted: part_of(_zip(folder, name), wanted),
        len(_zip(folder, name)),
        tag,
        "application/zip",
        download_name=f"{name}.zip",
    )


def _zip(folder: Path, name: str) -> ZipStream:
    """The zip of a finished folder: the same bytes each time."""
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            stream.add_path(str(path), arcname=f"{name}/{path.relative_to(folder)}", recurse=False)
    return stream
