"""A small pool with real pixels, and people in every role."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotation.models import Assignment, Draft
from annotation.services.assignments import Wanted, assignment_create_many
from annotation.services.drafts import draft_store
from core import blobs
from core.models import Membership, Role, User
from datasets.models import Cut, Frame, Pool, PoolFrame, Production, Source
from modeling.images import encode_png
from modeling.labelio import encode_label
from modeling.labels import get_kind

HEIGHT, WIDTH = 18, 32
CEL = get_kind("cel")


def cel_map(columns: int = 0) -> np.ndarray:
    """(HEIGHT, WIDTH) map whose first ``columns`` columns are cel."""
    label_map = np.zeros((HEIGHT, WIDTH), np.uint8)
    label_map[:, :columns] = 1
    return label_map


def cel_png(columns: int = 0) -> bytes:
    """The same as an indexed PNG."""
    return encode_label(cel_map(columns), CEL)


@dataclass
class House:
    """One production with one pool and its people."""

    production: Production
    pool: Pool
    frames: list[Frame]
    lead: User
    reviewer: User
    annotator: User
    other: User
    viewer: User
    stranger: User

    def queue(self, *frames: Frame, with_draft: bool = True) -> list[Assignment]:
        """Queue frames, all of them when none is named, the first with the highest priority."""
        chosen = frames or tuple(self.frames)
        wanted = [Wanted(f.pk, len(chosen) - i, "least certain", with_draft) for i, f in enumerate(chosen)]
        return assignment_create_many(pool=self.pool, kind="cel", frames=wanted, user=self.lead)

    def draft(self, frame: Frame, columns: int = 8, version: str = "pool/cel/1") -> Draft:
        """Keep a draft whose first ``columns`` columns are cel."""
        return draft_store(
            frame_id=frame.pk, kind="cel", model_version=version, label_png=cel_png(columns), entropy_png=b""
        )


def make_frames(production: Production, pool: Pool, count: int, stem: str = "show") -> list[Frame]:
    """Frames ``<stem>/000000`` ... of one video, four to a cut, each shown for two video frames."""
    source = Source.objects.create(
        production=production, sha256=stem.ljust(64, "0"), name=f"{stem}.mp4", kind="video"
    )
    frames = []
    for number in range(count):
        cut, _ = Cut.objects.get_or_create(
            production=production,
            name=f"{stem} {number // 4}",
            defaults={"source": source, "index": number // 4},
        )
        frames.append(_frame(production, source, cut, f"{stem}/{2 * number:06d}", 2 * number))
    PoolFrame.objects.bulk_create(PoolFrame(pool=pool, frame=frame, key=frame.key) for frame in frames)
    return frames


def _frame(production: Production, source: Source, cut: Cut, key: str, index: int) -> Frame:
    rgb = np.full((HEIGHT, WIDTH, 3), 40 + index % 160, np.uint8)
    blob = blobs.put_bytes(encode_png(rgb))
    return Frame.objects.create(
        production=production,
        source=source,
        cut=cut,
        locator=str(index),
        key=key,
        index=index,
        hold_first=index,
        hold_last=index + 1,
        width=WIDTH,
        height=HEIGHT,
        blob=blob,
        proxy=blob,
    )


def make_house(frames: int = 6) -> House:
    """Build a production, a pool with frames, and its people."""
    production = Production.objects.create(name="Show")
    pool = Pool.objects.create(name="pool", frame_count=frames)
    pool.productions.add(production)
    people = {name: User.objects.create_user(name) for name in _PEOPLE}
    for name, role in _PEOPLE.items():
        if role is not None:
            Membership.objects.create(user=people[name], production=production, role=role)
    return House(production, pool, make_frames(production, pool, frames), **people)


_PEOPLE = {
    "lead": Role.LEAD,
    "reviewer": Role.REVIEWER,
    "annotator": Role.ANNOTATOR,
    "other": Role.ANNOTATOR,
    "viewer": Role.VIEWER,
    "stranger": None,
}
