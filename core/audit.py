"""Write an audit row; call it inside the transaction of the change."""

from __future__ import annotations

from typing import Any

from django.db import models

from core.models import AuditEntry, User


def record(
    action: str, *, subject: models.Model, actor: User | None, production_id: int | None = None, **data: Any
) -> AuditEntry:
    """Record ``action`` (``<subject>.<verb>``) on ``subject``; ``data`` must be JSON."""
    return AuditEntry.objects.create(
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        actor=actor,
        production_id=production_id,
        data=data,
    )
