from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from core.models import Role
from core.permissions import has_role, productions_of, require, require_all, role_in, roles_of
from tests.core.factories import make_member, make_production, make_user

pytestmark = pytest.mark.django_db


def test_a_role_includes_those_before_it() -> None:
    show = make_production()
    reviewer = make_member(show, Role.REVIEWER)
    assert role_in(reviewer, show.pk) == Role.REVIEWER
    for role, allowed in zip(Role, (True, True, True, False), strict=True):
        assert (show.pk in productions_of(reviewer, role)) is allowed
    require(reviewer, show.pk, Role.ANNOTATOR)
    with pytest.raises(PermissionDenied, match="lead"):
        require(reviewer, show.pk, Role.LEAD)


def test_a_pool_of_two_productions_is_changed_by_members_of_both_only() -> None:
    one, two = make_production(), make_production()
    lead = make_member(one, Role.LEAD)
    assert not has_role(lead, [one.pk, two.pk], Role.LEAD)
    with pytest.raises(PermissionDenied):
        require_all(lead, [one.pk, two.pk], Role.LEAD)
    assert not has_role(lead, [], Role.VIEWER)


def test_a_superuser_leads_everywhere_and_nobody_nowhere() -> None:
    show = make_production()
    boss = make_user(is_superuser=True)
    assert roles_of(boss) == {show.pk: Role.LEAD}
    require(boss, show.pk, Role.LEAD)
    assert not has_role(boss, [show.pk + 1], Role.VIEWER)
    for nobody in (None, AnonymousUser(), make_user()):
        assert roles_of(nobody) == {}
        assert role_in(nobody, show.pk) is None
        assert not productions_of(nobody).exists()
