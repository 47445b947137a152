"""How productions draw: their profiles, and label kinds with the entries they added."""

from __future__ import annotations

from collections.abc import Iterable

from annotation.models import Profile
from annotation.profiles import complete, with_added
from datasets.models import Pool
from modeling.labels import Entry, LabelKind, get_kind


def profile_of(production_id: int, kind: str) -> Profile:
    """The production's profile, complete; with the defaults (version 0, not stored) where nothing is said.

    Raises:
        UserError: ``unknown_kind``.
    """
    label_kind = get_kind(kind)
    found = (
        Profile.objects.select_related("changed_by").filter(production_id=production_id, kind=kind).first()
    )
    profile = found or Profile(production_id=production_id, kind=kind)
    profile.settings = complete(profile.settings, label_kind)
    return profile


def kind_of(production_id: int, kind: str) -> LabelKind:
    """The label kind as the production draws it: with the palette entries it added.

    Raises:
        UserError: ``unknown_kind``.
    """
    return kinds_of([production_id], kind)[production_id]


def kinds_of(production_ids: Iterable[int], kind: str) -> dict[int, LabelKind]:
    """The same for several productions, in one query."""
    label_kind, ids = get_kind(kind), set(production_ids)
    rows = Profile.objects.filter(kind=kind, production_id__in=ids).values_list("production_id", "settings")
    found = {production_id: with_added(label_kind, settings) for production_id, settings in rows}
    return dict.fromkeys(ids, label_kind) | found


def added_entries(pool: Pool, kind: str) -> dict[str, tuple[Entry, ...]]:
    """What the pool's productions added to the kind's palette, by the production's name."""
    names = dict(pool.productions.values_list("pk", "name"))
    return {names[pk]: found.added for pk, found in kinds_of(names, kind).items() if found.added}
