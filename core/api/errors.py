"""One error shape: ``{"error": {"code", "message", "remedy", "fields"}}``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler
from rest_framework.views import set_rollback

from core.errors import ConflictError
from modeling.errors import UserError


def error_body(
    code: str, message: str, remedy: str = "", fields: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the one shape in which every API error is told."""
    return {"error": {"code": code, "message": message, "remedy": remedy, "fields": fields or {}}}


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Translate our errors and DRF's into the one shape; anything else is a bug and stays one."""
    if isinstance(exc, UserError):
        set_rollback()
        status = 409 if isinstance(exc, ConflictError) else 400
        return Response(error_body(exc.code, exc.message, exc.remedy), status=status)
    response = drf_handler(exc, context)
    if response is not None:
        response.data = _shape(exc, response.data)
    return response


def _shape(exc: Exception, data: Any) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return error_body(
            "invalid", "Some fields are not right.", fields=data if isinstance(data, dict) else {"": data}
        )
    if isinstance(exc, Http404):
        return error_body("not_found", "There is nothing here, or not for you.")
    if isinstance(exc, PermissionDenied):
        return error_body("permission_denied", "You may not do this.")
    code = exc.get_codes() if isinstance(exc, exceptions.APIException) else "error"
    return error_body(str(code), str(data.get("detail", "")) if isinstance(data, dict) else str(data))
