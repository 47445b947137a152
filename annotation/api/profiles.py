"""How a production draws a kind: members read it, leads change it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.profile_serializers import ProfileInputSerializer, ProfileSerializer
from annotation.models import Profile
from annotation.profile_rules import ProfileError
from annotation.selectors.profiles import profile_of
from annotation.services.profiles import profile_set
from core.api.errors import error_body
from core.http import signed_in
from datasets.models import Production


class ProfileDetail(APIView):
    """One production's profile of one kind."""

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request, production_id: int, kind: str) -> Response:
        """The profile, complete."""
        return _answer(profile_of(_production(request, production_id).pk, kind))

    @extend_schema(request=ProfileInputSerializer, responses=ProfileSerializer)
    def put(self, request: Request, production_id: int, kind: str) -> Response:
        """Replace it; 409 when somebody else did meanwhile."""
        production = _production(request, production_id)
        checked = ProfileInputSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        settings: dict[str, Any] = dict(checked.validated_data)
        version = settings.pop("version")
        try:
            profile = profile_set(
                production=production, kind=kind, settings=settings, version=version, user=signed_in(request)
            )
        except ProfileError as error:
            body = error_body(error.code, error.message, fields=dict(error.fields))
            return Response(body, status=status.HTTP_400_BAD_REQUEST)
        return _answer(profile)


def _production(request: Request, production_id: int) -> Production:
    return get_object_or_404(Production.objects.visible_to(signed_in(request)), pk=production_id)


def _answer(profile: Profile) -> Response:
    return Response(ProfileSerializer(profile).data)
