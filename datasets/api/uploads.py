"""Uploads by tus 1.0.0 (https://tus.io/protocols/resumable-upload): creation, HEAD, PATCH, termination."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import UnreadablePostError
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, generics, status
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from datasets.api import serializers as shapes
from datasets.models import Upload
from datasets.services.uploads import MAX_BYTES, upload_append, upload_create, upload_delete
from modeling.errors import UserError

VERSION = "1.0.0"
_CONTENT_TYPE = "application/offset+octet-stream"
_HEADERS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
_OFFSET = OpenApiParameter("Upload-Offset", OpenApiTypes.INT, OpenApiParameter.HEADER, required=True)
_LENGTH = OpenApiParameter("Upload-Length", OpenApiTypes.INT, OpenApiParameter.HEADER, required=True)
_METADATA = OpenApiParameter(
    "Upload-Metadata", OpenApiTypes.STR, OpenApiParameter.HEADER, description="filename <base64 of UTF-8>"
)


class _Untouched(BaseParser):
    """Leaves the body on the wire: it goes to disk in pieces."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Hand the stream on."""
        return stream


class _Tus(generics.GenericAPIView[Upload]):
    """What tus wants of every answer."""

    serializer_class = shapes.UploadSerializer
    queryset = Upload.objects.none()
    parser_classes = [_Untouched]

    def get_queryset(self) -> Any:
        """Only one's own."""
        return Upload.objects.filter(user=self.request.user)  # type: ignore[misc]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse other versions of the protocol."""
        super().initial(request, *args, **kwargs)
        asked = request.headers.get("Tus-Resumable")
        if request.method in ("POST", "HEAD", "PATCH") and asked != VERSION:
            raise _WrongVersion

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Name our version."""
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @extend_schema(exclude=True)
    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """Say what we can do."""
        headers = {
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,termination",
            "Tus-Max-Size": str(MAX_BYTES),
        }
        return Response(status=status.HTTP_204_NO_CONTENT, headers=headers)


class _WrongVersion(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = f"This server speaks tus {VERSION}; send Tus-Resumable."
    default_code = "tus_version"


class _WrongType(exceptions.APIException):
    status_code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    default_detail = f"Send the piece as {_CONTENT_TYPE}."
    default_code = "tus_content_type"


class UploadList(_Tus):
    """One's uploads."""

    @extend_schema(responses=shapes.UploadSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Those that nothing has taken yet, newest first."""
        rows = self.get_queryset().filter(ingests=None, taken=False)[:100]
        return Response(shapes.UploadSerializer(rows, many=True).data)

    @extend_schema(
        request=None,
        responses={201: OpenApiResponse(description="Location")},
        parameters=[_LENGTH, _METADATA],
    )
    def post(self, request: Request) -> Response:
        """Announce a file; its address comes back as ``Location``."""
        upload = upload_create(
            user=request.user,  # type: ignore[arg-type]
            name=_file_name(request.headers.get("Upload-Metadata", "")),
            size=_number(request, "Upload-Length"),
        )
        location = request.build_absolute_uri(reverse("upload-detail", args=[upload.pk]))
        return Response(status=status.HTTP_201_CREATED, headers={"Location": location, "Upload-Offset": "0"})


class UploadDetail(_Tus):
    """One upload."""

    @extend_schema(responses=shapes.UploadSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """How far it is."""
        upload = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(shapes.UploadSerializer(upload).data, headers=_position(upload))

    @extend_schema(exclude=True)
    def head(self, request: Request, pk: str) -> Response:
        """Where to go on."""
        upload = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(status=status.HTTP_200_OK, headers=_position(upload))

    @extend_schema(
        request={_CONTENT_TYPE: OpenApiTypes.BINARY},
        responses={204: OpenApiResponse(description="Upload-Offset")},
        parameters=[_OFFSET],
    )
    def patch(self, request: Request, pk: str) -> Response:
        """Append a piece."""
        if request.content_type != _CONTENT_TYPE:
            raise _WrongType
        upload = get_object_or_404(self.get_queryset(), pk=pk)
        try:
            upload = upload_append(
                upload=upload, offset=_number(request, "Upload-Offset"), stream=request._request
            )
        except UnreadablePostError:
            message = "The connection broke; what had arrived is kept."
            raise UserError(message, code="upload_broken", remedy="Go on from there.") from None
        return Response(status=status.HTTP_204_NO_CONTENT, headers=_position(upload))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: str) -> Response:
        """Forget it."""
        upload = get_object_or_404(self.get_queryset().filter(ingests=None, taken=False), pk=pk)
        upload_delete(upload=upload, user=request.user)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def _position(upload: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.size)}


def _number(request: Request, header: str) -> int:
    value = request.headers.get(header, "")
    if not value.isdecimal():
        raise exceptions.ValidationError({header: ["A whole number is needed."]})
    return int(value)


def _file_name(metadata: str) -> str:
    """``filename`` of an ``Upload-Metadata`` header: pairs of key and base64, separated by commas."""
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return base64.b64decode(value, validate=True).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                break
    raise exceptions.ValidationError({"Upload-Metadata": ["It needs a filename in base64."]})
