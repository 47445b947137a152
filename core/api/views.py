"""The API of the ground floor: oneself, keys, members."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import selectors
from core.api.serializers import MemberIn, MemberOut, MeOut, TokenOut
from core.http import signed_in
from core.models import Role, User
from core.services.members import member_remove, member_set
from core.services.tokens import token_make, token_revoke


class MeView(APIView):
    """Oneself."""

    @extend_schema(responses=MeOut)
    def get(self, request: Request) -> Response:
        """Say who one is, with one's role in each production."""
        user = User.objects.prefetch_related("memberships__production").get(pk=signed_in(request).pk)
        return Response(MeOut(user).data)


class TokenView(APIView):
    """One's key for the API."""

    @extend_schema(request=None, responses={201: TokenOut})
    def post(self, request: Request) -> Response:
        """Make a new key; the former stops working."""
        return Response({"token": token_make(user=signed_in(request))}, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke the key."""
        token_revoke(user=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MembersView(APIView):
    """The members of a production."""

    @extend_schema(operation_id="members_list", responses=MemberOut(many=True))
    def get(self, request: Request, production_id: int) -> Response:
        """List the members, by name."""
        production = _production(request, production_id)
        members = production.memberships.select_related("user").order_by("user__username")
        return Response(MemberOut(members, many=True).data)

    @extend_schema(operation_id="members_set", request=MemberIn, responses=MemberOut)
    def post(self, request: Request, production_id: int) -> Response:
        """Add a member or change a role (leads only)."""
        said = MemberIn(data=request.data)
        said.is_valid(raise_exception=True)
        member = member_set(
            production=_production(request, production_id),
            user=said.validated_data["username"],
            role=Role(said.validated_data["role"]),
            actor=signed_in(request),
        )
        return Response(MemberOut(member).data)


class MemberView(APIView):
    """One membership."""

    @extend_schema(operation_id="members_remove", responses={204: None})
    def delete(self, request: Request, production_id: int, user_id: int) -> Response:
        """End a membership (leads only)."""
        production = _production(request, production_id)
        member = get_object_or_404(production.memberships.select_related("user"), user_id=user_id)
        member_remove(production=production, user=member.user, actor=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _production(request: Request, production_id: int) -> Any:
    return get_object_or_404(selectors.productions_visible_to(signed_in(request)), pk=production_id)
