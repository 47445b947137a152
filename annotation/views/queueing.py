"""The page on which a lead queues frames by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from annotation.services.queueing import MAX_QUEUED, frames_queue
from core.http import signed_in
from core.models import Role
from core.permissions import has_role
from datasets.models import Pool
from modeling.errors import UserError
from modeling.labels import drawable_kinds


class QueueFramesForm(forms.Form):
    """What is to be drawn of which frames."""

    kind = forms.ChoiceField(choices=[(kind.name, kind.text) for kind in drawable_kinds()], initial="cel")
    count = forms.IntegerField(label="Frames", min_value=1, max_value=MAX_QUEUED, initial=16)
    keys = forms.CharField(
        label="Or these frames",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="Keys, one a line. Empty: undrawn frames, spread over the cuts.",
    )

    def clean_keys(self) -> list[str]:
        """Split lines."""
        return [line.strip() for line in self.cleaned_data["keys"].splitlines() if line.strip()]


def queue_frames(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what to draw, and queue it."""
    user = signed_in(request)
    pool = get_object_or_404(Pool.objects.visible_to(user), pk=pk)
    form = QueueFramesForm(request.POST or None, initial={"kind": request.GET.get("kind", "cel")})
    if request.method == "POST" and form.is_valid() and _queued(request, pool, form):
        return redirect("queue")
    is_lead = has_role(user, pool.productions.values_list("pk", flat=True), Role.LEAD)
    context: dict[str, Any] = {"pool": pool, "form": form, "is_lead": is_lead}
    return render(request, "annotation/queue_frames.html", context, status=400 if form.errors else 200)


def _queued(request: HttpRequest, pool: Pool, form: QueueFramesForm) -> bool:
    data = form.cleaned_data
    try:
        queued = frames_queue(
            pool=pool,
            kind=data["kind"],
            user=signed_in(request),
            count=data["count"],
            keys=data["keys"],
        )
    except UserError as error:
        form.add_error("keys" if error.code == "unknown_frames" else None, str(error))
        return False
    messages.success(request, f"{len(queued)} frames are queued for {data['kind']}.")
    return True
