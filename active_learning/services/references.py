"""References of an order: painted pictures handed over for takes, and which pictures a take may refer to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import PurePosixPath

from django.core.exceptions import PermissionDenied
from django.db import transaction

from active_learning.models import Order, OrderReference
from active_learning.ordering import may_order
from active_learning.services.orders import claim_uploads, refuse_emptied
from core import audit
from core.models import User
from datasets.formats.output import place
from datasets.models import Upload
from datasets.services.uploads import upload_path, upload_release, uploads_check
from modeling.errors import UserError
from modeling.images import IMAGE_SUFFIXES, probe

FOLDER = "references"
OFFERED = 20
LONGEST_KEY = 200


def reference_add(*, order: Order, upload: Upload, user: User) -> OrderReference:
    """Keep an uploaded picture with an order, so that takes can refer to it; the upload is used up.

    Args:
        order: Whose takes.
        upload: A complete one of the user: an image.
        user: Who hands it over.

    Raises:
        UserError: ``upload_incomplete``, ``not_an_image``, or what reading its header raises.
        ConflictError: ``order_emptied``, or ``upload_taken`` when an order or ingest has the upload.
        PermissionDenied: The user may not order, or the upload is somebody else's.
    """
    if not may_order(user):
        raise PermissionDenied("The Studio works for annotators of a production.")
    refuse_emptied(order)
    uploads_check([upload], user)
    suffix = _checked_suffix(upload)
    file = f"{FOLDER}/{upload.pk}{suffix}"
    with transaction.atomic():
        claim_uploads([upload])
        Order.objects.select_for_update().get(pk=order.pk)  # one key after the other
        key = next(_free_keys(order, upload.name))
        audit.record("order.reference", subject=order, actor=user, key=key)
        reference = OrderReference.objects.create(order=order, key=key, file=file)
        place(upload_path(upload), reference.path, link=True)
    upload_release(upload)
    return reference


def _checked_suffix(upload: Upload) -> str:
    suffix = PurePosixPath(upload.name).suffix.lower()
    if suffix not in IMAGE_SUFFIXES:
        message = f"{upload.name} is no image."
        raise UserError(message, code="not_an_image", remedy="Hand over PNG, JPEG, WebP or TIFF.")
    try:
        probe(upload_path(upload))
    except UserError as error:
        text = error.message.replace(str(upload_path(upload)), upload.name).replace(
            str(upload.pk), upload.name
        )
        raise UserError(text, code=error.code, remedy=error.remedy) from None
    return suffix


def _free_keys(order: Order, name: str) -> Iterator[str]:
    """Keys for a file of that name that nothing in the order has; none begins with @, which names files by command."""
    stem = PurePosixPath(name).stem.lstrip("@")[:LONGEST_KEY] or FOLDER
    for number in count(1):
        key = f"{stem}~{number}" if number > 1 else stem
        if not has_picture(order, key):
            yield key


def has_picture(order: Order, key: str) -> bool:
    """Whether a take of the order may refer to that key."""
    return (
        order.references.filter(key=key).exists() or order.pictures.filter(key=key).exclude(file="").exists()
    )


def keys_offered(order: Order, words: str = "") -> list[str]:
    """Keys with these words in them that takes may refer to: what was handed over for that first, `OFFERED` at most."""
    given = order.references.filter(key__icontains=words).order_by("-id")[:OFFERED]
    found = list(given.values_list("key", flat=True))
    pictures = order.pictures.exclude(file="").filter(key__icontains=words).order_by("position")
    return found + list(pictures.values_list("key", flat=True)[: OFFERED - len(found)])
