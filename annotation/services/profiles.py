"""Saying how a production draws: leads decide, and what was drawn keeps its meaning."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.models import Profile
from annotation.profile_rules import check
from annotation.profiles import Settings, complete, tidied
from core import audit
from core.errors import ConflictError
from core.models import Role, User
from core.permissions import require
from datasets.models import Production
from modeling.labels import get_kind


@transaction.atomic
def profile_set(
    *, production: Production, kind: str, settings: Settings, version: int, user: User
) -> Profile:
    """Replace a production's profile; saying the same again changes nothing.

    Args:
        production: Which the user leads.
        kind: Name of the label kind.
        settings: Complete (see `annotation.profiles`).
        version: The version that was changed; 0 when none was stored.
        user: Who decides.

    Raises:
        PermissionDenied: Unless the user leads the production.
        ProfileError: With a sentence for each field that is wrong.
        ConflictError: ``profile_conflict`` when somebody else changed it meanwhile.
        UserError: ``unknown_kind``.
    """
    require(user, production.pk, Role.LEAD)
    label_kind = get_kind(kind)
    rows = Profile.objects.select_for_update(of=("self",))
    profile = rows.get_or_create(production=production, kind=kind)[0]
    if profile.version != version:
        raise _conflict(profile)
    before = complete(profile.settings, label_kind)
    check(settings, label_kind, before)
    after = tidied(complete(settings, label_kind))
    if after != before:
        _write(profile, before, after, user)
    profile.settings = after
    return profile


def _conflict(profile: Profile) -> ConflictError:
    return ConflictError(
        _("%(who)s changed this profile meanwhile (version %(version)s).")
        % {"who": profile.changed_by or _("Somebody"), "version": profile.version},
        code="profile_conflict",
        remedy=_("Load it again and repeat your change."),
    )


def _write(profile: Profile, before: Settings, after: Settings, user: User) -> None:
    changed = sorted(key for key in after if before.get(key) != after[key])
    profile.version += 1
    profile.settings = after
    profile.changed_by = user
    profile.save()
    audit.record(
        "profile.set",
        subject=profile,
        actor=user,
        production_id=profile.production_id,
        kind=profile.kind,
        version=profile.version,
        changed=", ".join(changed),
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )
