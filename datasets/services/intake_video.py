"""Take a video: its drawings, lossless, with hold ranges, cuts, pans and changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from core.blobs import hash_file, put_bytes
from core.words import counted
from datasets.features import edge_grid
from datasets.incoming.walk import Found, clean_key
from datasets.models import Cut, Frame, Source
from datasets.pictures import PROXY_LONG, encode_mask
from datasets.services.intake import BATCH, Intake, cut_named, relabeled, store_proxy, write_edges
from datasets.video.decode import Decoder, VideoInfo
from datasets.video.drawings import Drawing, find_drawings
from datasets.video.holds import halve
from datasets.video.motion import motion_between
from datasets.video.returns import ReturnFinder
from modeling.errors import UserError
from modeling.images import encode_png

_VIDEO_NOTES = {"interlaced": "It is interlaced: frames may show two moments combed into one."}


@dataclass(slots=True)
class _Work:
    """A drawing on its way: what encoding needs, then what it gave."""

    drawing: Drawing
    rgb: NDArray[np.uint8] | None
    before: NDArray[np.uint8] | None
    frame: Frame
    repeats: int | None = None
    edges: NDArray[np.uint8] | None = None


def take_video(intake: Intake, found: Found, info: VideoInfo) -> None:
    """Take one video and add its line to the report; one that breaks off leaves nothing behind.

    Raises:
        UserError: As `Decoder`, in the name people know.
    """
    source = _source(intake, found, info)
    if source.completed_at:
        _report_known(intake, found, source)
        return
    try:
        decoder = Decoder(found.path)
        _take_drawings(intake, found, source, decoder)
    except UserError as error:
        with intake.context.fenced():
            source.delete()
        raise relabeled(error, found.path, found.name) from None
    _complete(intake, found, source, decoder)


def _source(intake: Intake, found: Found, info: VideoInfo) -> Source:
    """Find the source, or make it; one that a killed run began is ours to finish."""
    with intake.context.fenced():
        source, _ = Source.objects.get_or_create(
            production=intake.ingest.production,
            sha256=hash_file(found.path),
            defaults={
                "ingest": intake.ingest,
                "name": found.name[:500],
                "kind": "video",
                "width": info.width,
                "height": info.height,
                "fps": info.fps,
                "duration_s": info.duration_s,
                "pixel_aspect": info.pixel_aspect,
                "licence": intake.ingest.licence,
                "rights": intake.ingest.rights,
                "info": {"codec": info.codec},
            },
        )
        if not source.completed_at and source.ingest_id != intake.ingest.pk:
            source.ingest = intake.ingest
            source.save(update_fields=["ingest"])
    return source


def _report_known(intake: Intake, found: Found, source: Source) -> None:
    intake.sources.append(source.pk)
    drawings, held = source.frames.count(), int(source.info.get("held", 0))
    intake.advance(drawings + held, found.name)
    if source.ingest_id == intake.ingest.pk:
        _report_taken(intake, found, source, drawings, held)
        return
    intake.report.count(known=drawings)
    intake.report.line(found.name, "known", f"{counted(drawings, 'drawing')} here already.", frames=0)


def _report_taken(intake: Intake, found: Found, source: Source, drawings: int, held: int) -> None:
    cuts = source.cuts.count()
    shown = f"{counted(drawings, 'drawing')} of {counted(drawings + held, 'picture')}"
    text = f"{shown} in {counted(cuts, 'cut')}; {held} held."
    notes = " ".join(_VIDEO_NOTES[note] for note in source.info.get("notes", []))
    intake.report.count(taken=drawings, held=held)
    intake.report.line(found.name, "taken", f"{text} {notes}".strip(), frames=drawings, held=held)
    intake.report.save_counts()


def _take_drawings(intake: Intake, found: Found, source: Source, decoder: Decoder) -> None:
    keeper = _Keeper(intake, source, clean_key(PurePosixPath(found.name).stem))
    works = keeper.works(find_drawings(decoder, lambda index: _advance(intake, found, index)))
    batch: list[_Work] = []
    for work in intake.map(_encode, works):
        batch.append(work)
        if len(batch) == BATCH:
            keeper.store(batch)
            batch = []
    keeper.store(batch)


def _advance(intake: Intake, found: Found, index: int) -> None:
    intake.advance(1, f"{found.name}: picture {index + 1}")


class _Keeper:
    """Turns drawings into rows of one source."""

    def __init__(self, intake: Intake, source: Source, stem: str) -> None:
        self.intake, self.source, self.stem = intake, source, stem
        self.there = {frame.index: frame for frame in source.frames.all()}
        self.ids = {index: frame.pk for index, frame in self.there.items()}
        self.returns = ReturnFinder()
        self.cuts: dict[int, Cut] = {}

    def works(self, drawings):  # type: ignore[no-untyped-def]
        """Yield what to encode for each drawing; those that a killed run stored need it no more."""
        before: NDArray[np.uint8] | None = None
        cut = -1
        for drawing in drawings:
            rgb = drawing.picture.rgb()
            index = drawing.picture.index
            repeats = self.returns.find(drawing.cut, index, halve(drawing.picture.planes()))
            if index not in self.there:
                same = drawing.cut == cut and before is not None and before.shape == rgb.shape
                yield _Work(drawing, rgb, before if same else None, self._frame(drawing, rgb), repeats)
            before, cut = rgb, drawing.cut

    def _frame(self, drawing: Drawing, rgb: NDArray[np.uint8]) -> Frame:
        index = drawing.picture.index
        return Frame(
            production_id=self.source.production_id,
            source=self.source,
            locator=f"{index:06d}",
            key=f"{self.stem[:480]}/{index:06d}",
            index=index,
            time_s=round(drawing.picture.time_s, 6),
            hold_first=index,
            hold_last=drawing.last,
            width=rgb.shape[1],
            height=rgb.shape[0],
            licence=self.source.licence,
            rights=self.source.rights,
        )

    def store(self, batch: list[_Work]) -> None:
        """Write a batch of rows in one short transaction, then their features."""
        if not batch:
            return
        with self.intake.context.fenced():
            for work in batch:
                work.frame.cut = self._cut(work.drawing)
            Frame.objects.bulk_create([work.frame for work in batch])
            self._link(batch)
        write_edges([work.frame for work in batch], np.stack([work.edges for work in batch]))  # type: ignore[misc]

    def _link(self, batch: list[_Work]) -> None:
        """Name the earlier drawing that each one repeats, now that both have ids."""
        self.ids |= {work.frame.index: work.frame.pk for work in batch}
        again = [work for work in batch if work.repeats is not None]
        for work in again:
            work.frame.same_as_id = self.ids.get(work.repeats)  # type: ignore[arg-type]
        Frame.objects.bulk_update([work.frame for work in again], ["same_as"])

    def _cut(self, drawing: Drawing) -> Cut:
        number = drawing.cut
        if number not in self.cuts:
            name = f"{self.stem[:280]}/c{number + 1:03d}"
            self.cuts[number] = cut_named(self.source.production, name, self.source, index=number)
        return self.cuts[number]


def _encode(work: _Work) -> _Work:
    """Encode and store the files of one drawing; runs in a thread, knows no rows."""
    assert work.rgb is not None
    frame, rgb = work.frame, work.rgb
    frame.blob = put_bytes(encode_png(rgb))
    frame.proxy = store_proxy(rgb) if max(rgb.shape[:2]) > PROXY_LONG else frame.blob
    work.edges = edge_grid(rgb)
    if work.before is not None:
        motion = motion_between(work.before, rgb)
        frame.pan_x, frame.pan_y, frame.change_share = motion.pan_x, motion.pan_y, round(motion.share, 6)
        frame.change_blob = put_bytes(encode_mask(motion.changed))
    picture = replace(work.drawing.picture)
    picture.frame = None  # type: ignore[assignment]
    work.drawing = replace(work.drawing, picture=picture)
    work.rgb = work.before = None
    return work


def _complete(intake: Intake, found: Found, source: Source, decoder: Decoder) -> None:
    frames = list(source.frames.order_by("index").values_list("cut_id", "time_s", "hold_first", "hold_last"))
    held = sum(last - first for _, _, first, last in frames)
    with intake.context.fenced():
        for cut in source.cuts.all():
            times = [time_s for cut_id, time_s, _, _ in frames if cut_id == cut.pk]
            cut.start_s, cut.end_s = min(times), max(times)
            cut.save(update_fields=["start_s", "end_s"])
        source.interlaced = decoder.interlaced
        source.info |= {"held": held, "notes": ["interlaced"] if decoder.interlaced else []}
        source.completed_at = timezone.now()
        source.save(update_fields=["interlaced", "info", "completed_at"])
    intake.sources.append(source.pk)
    _report_taken(intake, found, source, len(frames), held)
