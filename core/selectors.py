"""Questions about jobs, the audit log and productions."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from core.models import AuditEntry, Job, JobLogLine, Membership, Role, User
from core.permissions import productions_of

LOG_TAIL = 200


def productions_visible_to(user: User) -> QuerySet[Any]:
    """Return the productions in which the user has any role."""
    model: Any = Membership._meta.get_field("production").related_model
    return model._default_manager.filter(pk__in=productions_of(user)).order_by("name")


def jobs_visible_to(user: User) -> QuerySet[Job]:
    """Return the jobs the user may see, with what a list of them shows."""
    return Job.objects.visible_to(user).select_related("actor", "production")


def log_of(job: Job, *, after: int = 0) -> list[JobLogLine]:
    """Return the last lines of the job's log, oldest first; ``after`` skips those already known by id."""
    return list(job.log_lines.filter(pk__gt=after).order_by("-pk")[:LOG_TAIL])[::-1]


def traceback_of(job: Job) -> str:
    """Return the bug's traceback, which only staff may read; empty for none."""
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.filter(pk=job.pk).values_list("traceback", flat=True).first() or ""


def audit_visible_to(user: User) -> QuerySet[AuditEntry]:
    """Return what the user did, and what anybody did in productions the user leads."""
    entries = AuditEntry.objects.select_related("actor", "production")
    if user.is_superuser:
        return entries
    return entries.filter(Q(actor=user) | Q(production__in=productions_of(user, Role.LEAD)))


def page_of(subject_type: str, subject_id: str) -> str:
    """Return the address of a subject's page, or empty when it has none or is gone."""
    try:
        subject: Model | None = apps.get_model(subject_type)._default_manager.filter(pk=subject_id).first()
    except (LookupError, ValueError):
        return ""
    find = getattr(subject, "get_absolute_url", None)
    return str(find()) if find else ""
