"""Take images: byte for byte, each its own source, in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from core.blobs import hash_file, put_file
from core.words import counted
from datasets.features import edge_grid
from datasets.incoming.walk import Found
from datasets.models import Cut, Frame, Production, Source
from datasets.services.intake import BATCH, Intake, cut_named, relabeled, store_proxy, write_edges
from datasets.services.pools import production_get_or_create
from datasets.video.holds import Planes, halved_rgb
from datasets.video.returns import ReturnFinder
from modeling.errors import UserError
from modeling.images import read_rgb_noted

MAX_BYTES = 1 << 30
"""Image files beyond this are refused unread."""


@dataclass(slots=True)
class _Image:
    found: Found
    production: Production
    sha256: str = ""
    proxy: str = ""
    size: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()
    edges: NDArray[np.uint8] | None = None
    halved: Planes | None = None
    repeats: object = None
    error: UserError | None = None

    @property
    def locator(self) -> str:
        return self.found.name[:500]


@dataclass(slots=True)
class _Tally:
    """What became of the images of one source, for its line in the report."""

    taken: int = 0
    known: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    returns: ReturnFinder = field(default_factory=ReturnFinder)
    ids: dict[object, int] = field(default_factory=dict)


def take_images(intake: Intake, name: str, found: list[Found]) -> None:
    """Take the images found in one source called ``name`` and add its lines to the report."""
    tally = _Tally()
    for order, batch in enumerate(_batches(found)):
        _take_batch(intake, [_Image(f, _production(intake, f)) for f in batch], order * BATCH, tally)
        intake.report.save_counts()
    notes = "".join(f" {_note(note, count, tally)}." for note, count in tally.notes.most_common())
    if tally.taken or tally.known:
        outcome = "taken" if tally.taken else "known"
        intake.report.line(name, outcome, f"{_images(tally)}.{notes}", frames=tally.taken)


def _images(tally: _Tally) -> str:
    if not tally.taken:
        return f"{counted(tally.known, 'image')} here already"
    return counted(tally.taken, "image") + f", {tally.known} here already" * bool(tally.known)


def _note(note: str, count: int, tally: _Tally) -> str:
    """What was done in reading, and of how many images when it was not all of them."""
    text = note[:1].upper() + note[1:]
    return text if count == tally.taken else f"{text}: {count}"


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    iterator = iter(found)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _production(intake: Intake, found: Found) -> Production:
    name = (found.row.production if found.row else "") or intake.ingest.production.name
    if name not in intake.productions:
        intake.productions[name] = production_get_or_create(name=name, user=intake.ingest.user)
    return intake.productions[name]


def _take_batch(intake: Intake, images: list[_Image], first: int, tally: _Tally) -> None:
    for image in intake.map(_identify, images):
        if image.error:
            intake.report.refuse_error(image.found.name, image.error)
    sources = _known_sources([i for i in images if not i.error])
    fresh = []
    for image in (i for i in images if not i.error):
        source = sources.get((image.production.pk, image.sha256))
        frame = source and source.frames.filter(locator=image.locator).first()
        if source and frame:
            _count_known(intake, source, tally)
        else:
            fresh.append(image)
    ready = []
    for image in intake.map(_prepare, fresh):
        if image.error:
            intake.report.refuse_error(image.found.name, image.error)
        else:
            _find_return(image, tally)
            ready.append(image)
    _store(intake, ready, first, tally)
    intake.advance(len(images), images[-1].found.name)


def _find_return(image: _Image, tally: _Tally) -> None:
    """Find the earlier drawing of a named cut that this image shows again."""
    row, halved = image.found.row, image.halved
    image.halved = None
    if row and row.cut and halved:
        image.repeats = tally.returns.find((image.production.pk, row.cut), image.locator, halved)


def _count_known(intake: Intake, source: Source, tally: _Tally) -> None:
    """An image that an earlier attempt of this very ingest took counts as taken."""
    intake.sources.append(source.pk)
    ours = source.ingest_id == intake.ingest.pk
    tally.taken += ours
    tally.known += not ours
    intake.report.count(taken=int(ours), known=int(not ours))


def _identify(image: _Image) -> _Image:
    try:
        if image.found.path.stat().st_size > MAX_BYTES:
            message = f"{image.found.name} is larger than {MAX_BYTES >> 30} GB."
            image.error = UserError(message, code="image_too_large", remedy="Save it compressed.")
        else:
            image.sha256 = hash_file(image.found.path)
    except OSError as error:
        image.error = UserError(f"{image.found.name} cannot be read: {error.strerror}.", code="image_missing")
    return image


def _prepare(image: _Image) -> _Image:
    """Decode, and only then store: a file that cannot be decoded leaves nothing behind."""
    try:
        rgb, image.notes = read_rgb_noted(image.found.path)
    except UserError as error:
        image.error = relabeled(error, image.found.path, image.found.name)
        return image
    image.size = rgb.shape[1], rgb.shape[0]
    image.edges = edge_grid(rgb)
    image.halved = halved_rgb(rgb) if image.found.row and image.found.row.cut else None
    image.proxy = store_proxy(rgb)
    put_file(image.found.path)
    return image


def _known_sources(images: list[_Image]) -> dict[tuple[int, str], Source]:
    rows = Source.objects.filter(sha256__in=[image.sha256 for image in images])
    return {(row.production_id, row.sha256): row for row in rows}


def _store(intake: Intake, images: list[_Image], first: int, tally: _Tally) -> None:
    if not images:
        return
    with intake.context.fenced():
        sources = _make_sources(intake, images)
        own: dict[int, Cut] = {}
        frames = []
        for order, image in enumerate(images):
            source = sources[image.production.pk, image.sha256]
            frames.append(_frame(intake, image, source, _cut(image, source, own), first + order))
        Frame.objects.bulk_create(frames)
        _link(images, frames, tally)
    write_edges(frames, np.stack([image.edges for image in images]))  # type: ignore[misc]
    intake.sources += [frame.source_id for frame in frames]
    intake.report.count(taken=len(frames))
    tally.taken += len(frames)
    tally.notes.update(note for image in images for note in image.notes)


def _link(images: list[_Image], frames: list[Frame], tally: _Tally) -> None:
    """Name the earlier drawing that each one repeats, now that both have ids."""
    again = []
    for image, frame in zip(images, frames, strict=True):
        tally.ids[image.locator] = frame.pk
        if image.repeats is not None:
            frame.same_as_id = tally.ids.get(image.repeats)
            again.append(frame)
    Frame.objects.bulk_update(again, ["same_as"])


def _make_sources(intake: Intake, images: list[_Image]) -> dict[tuple[int, str], Source]:
    there = _known_sources(images)
    wanted = {(image.production.pk, image.sha256): image for image in images}
    fresh = [_source(intake, image) for key, image in wanted.items() if key not in there]
    Source.objects.bulk_create(fresh)
    return there | {(row.production_id, row.sha256): row for row in fresh}


def _source(intake: Intake, image: _Image) -> Source:
    return Source(
        production=image.production,
        ingest=intake.ingest,
        sha256=image.sha256,
        name=image.locator,
        kind="image",
        width=image.size[0],
        height=image.size[1],
        licence=_told(intake, image, "licence"),
        rights=_told(intake, image, "rights"),
        completed_at=timezone.now(),
    )


def _told(intake: Intake, image: _Image, name: Literal["licence", "rights"]) -> str:
    """What the manifest says of this image, else the ingest of all of them."""
    row = image.found.row
    return ((getattr(row, name) if row else "") or getattr(intake.ingest, name))[:300]


def _cut(image: _Image, source: Source, own: dict[int, Cut]) -> Cut:
    """The manifest's cut; without one the image is its own, together with its copies, which must not be parted."""
    row = image.found.row
    values = {"split": row.split or "", "group": row.group} if row else {}
    if row and row.cut:
        defaults = {"split": "", **values}
        return Cut.objects.get_or_create(production=image.production, name=row.cut[:300], defaults=defaults)[
            0
        ]
    if source.pk not in own:
        copy = source.frames.select_related("cut").first()
        own[source.pk] = copy.cut if copy else cut_named(image.production, image.found.key, source, **values)
    return own[source.pk]


def _frame(intake: Intake, image: _Image, source: Source, cut: Cut, order: int) -> Frame:
    row = image.found.row
    return Frame(
        production=image.production,
        source=source,
        cut=cut,
        locator=image.locator,
        key=image.found.key[:500],
        index=order,
        time_s=row.time_s if row else None,
        width=image.size[0],
        height=image.size[1],
        blob=image.sha256,
        proxy=image.proxy,
        notes=list(image.notes),
        licence=_told(intake, image, "licence"),
        rights=_told(intake, image, "rights"),
    )
