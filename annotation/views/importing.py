"""The page on which a reviewer brings label files for a whole pool."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from annotation.importing.paintings import READ
from annotation.services.labels_upload import kept_by, labels_take, labels_upload, looks_of
from core.http import signed_in
from core.models import Job, Role
from core.permissions import has_role
from datasets.models import Pool
from modeling.errors import UserError
from modeling.labels import KINDS

_ACCEPT = ".zip,.json,.png,.psd,.psb,.tif,.tiff,.tga"
_WAYS = dict(
    zip(
        READ,
        (
            "As they are: Indexed PNGs or pictures of nothing but the palette's colours; depth as grey of 16 bits",
            "By their blends: Paintings: soft edges go to the line from half its coverage, else to the fill beside it",
            "By nearest colour: Every pixel gets the palette colour nearest to it; soft black edges become books",
        ),
        strict=True,
    )
)


class ImportLabelsForm(forms.Form):
    """What the files show and how they are read."""

    kind = forms.ChoiceField(choices=[(kind.name, kind.text) for kind in KINDS.values()], initial="cel")
    read = forms.ChoiceField(choices=list(_WAYS.items()), initial=READ[0])


def import_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for label files; the job that imports them says what became of each."""
    user = signed_in(request)
    pool = get_object_or_404(Pool.objects.visible_to(user), pk=pk)
    form = ImportLabelsForm(request.POST or None, initial={"kind": request.GET.get("kind", "cel")})
    if request.method == "POST" and form.is_valid() and (job := _import(request, pool, form)):
        return redirect("job", job.pk)
    may_import = has_role(user, pool.productions.values_list("pk", flat=True), Role.REVIEWER)
    looks = [(job, kept_by(job)) for job in looks_of(pool, user)]
    ways = [(name, *text.split(": ", 1)) for name, text in _WAYS.items()]
    context: dict[str, Any] = {"pool": pool, "form": form, "ways": ways, "accept": _ACCEPT, "looks": looks}
    status = 400 if form.errors else 200
    return render(
        request, "annotation/import_labels.html", {**context, "may_import": may_import}, status=status
    )


def _import(request: HttpRequest, pool: Pool, form: ImportLabelsForm) -> Job | None:
    files = [file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]
    try:
        look = "look" in request.POST
        return labels_upload(pool=pool, user=signed_in(request), files=files, look=look, **form.cleaned_data)
    except UserError as error:
        form.add_error(None, str(error))
        return None


@require_POST
def import_looked(request: HttpRequest, pk: int, job_id: UUID) -> HttpResponse:
    """Import what a look has kept."""
    user = signed_in(request)
    pool = get_object_or_404(Pool.objects.visible_to(user), pk=pk)
    looked = get_object_or_404(Job.objects.about(pool).filter(actor=user), pk=job_id)
    return redirect("job", labels_take(pool=pool, user=user, looked=looked).pk)
