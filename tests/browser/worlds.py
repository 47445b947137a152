"""Small worlds to draw in: frames with known pixels."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotation.models import Assignment
from annotation.services.assignments import Wanted, assignment_create_many
from annotation.services.drafts import draft_store
from core import blobs
from core.models import Membership, Role, User
from datasets.models import Cut, Frame, Pool, PoolFrame, Production, Source
from modeling.labelio import encode_label
from modeling.labels import get_kind

Array = NDArray[np.uint8]
WIDTH, HEIGHT = 320, 180


@dataclass
class World:
    """What `make_world` made."""

    user: User
    production: Production
    pool: Pool
    frames: list[Frame] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    drafts: list[NDArray[Any]] = field(default_factory=list)
    kind: str = "cel"


def picture(shift: int, width: int = WIDTH, height: int = HEIGHT) -> Array:
    """A flat red box with a ramp beside it over a grey plate: (H, W, 3) uint8."""
    rgb = np.full((height, width, 3), 90, np.uint8)
    rgb[40:120, 60 + shift : 140 + shift] = (200, 40, 30)
    rgb[40:120, 180:280] = np.arange(100, dtype=np.uint8)[None, :, None] + 100
    return rgb


def draft_of(shift: int, width: int = WIDTH, height: int = HEIGHT) -> Array:
    """A proposal that misses the box by a few pixels: (H, W) uint8 of 0 and 1."""
    label = np.zeros((height, width), np.uint8)
    label[44:124, 60 + shift : 150 + shift] = 1
    return label


def douga_of(shift: int, width: int = WIDTH, height: int = HEIGHT) -> Array:
    """A closed box of visible line of 3 px round a shade, crossed by a shading line: (H, W) uint8."""
    label = np.zeros((height, width), np.uint8)
    left, right = 60 + shift, 140 + shift
    label[40:120, left:right] = 1
    label[43:117, left + 3 : right - 3] = 0
    label[43:117, left + 43 : right - 3] = 6
    label[43:117, left + 40 : left + 43] = 2
    return label


def depth_of(shift: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint16]:
    """A proposal that gets nearer downwards: (H, W) uint16."""
    return np.repeat(np.linspace(1000 + shift, 40000, height).astype(np.uint16)[:, None], width, axis=1)


DRAFTS: dict[str, Callable[[int], NDArray[Any]]] = {"cel": draft_of, "douga": douga_of, "depth": depth_of}


def png(array: Array) -> bytes:
    """Encode RGB or grey."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def make_world(count: int = 3, drafted: int = 2, kind: str = "cel") -> World:
    """Queue ``count`` frames of one pool; the first ``drafted`` of them have a draft with entropy."""
    user = User.objects.create_user("mio")
    production = Production.objects.create(name="Show")
    Membership.objects.create(user=user, production=production, role=Role.LEAD)
    pool = Pool.objects.create(name="Pool", frame_count=count)
    pool.productions.add(production)
    world = World(user, production, pool, kind=kind)
    for index in range(count):
        add_frame(world, f"clip/{index:06d}", picture(index * 4))
        if index < drafted:
            add_draft(world, world.frames[-1], DRAFTS[kind](index * 4))
    wanted = [Wanted(f.pk, 10 - i, "least certain of its cut") for i, f in enumerate(world.frames)]
    world.assignments = assignment_create_many(pool=pool, kind=kind, frames=wanted, user=user)
    return world


def add_frame(world: World, key: str, rgb: Array) -> Frame:
    """Store a frame and put it into the pool."""
    blob = blobs.put_bytes(png(rgb))
    source, _ = Source.objects.get_or_create(
        production=world.production, sha256="0" * 64, defaults={"name": "clip.mp4", "kind": "video"}
    )
    cut, _ = Cut.objects.get_or_create(production=world.production, source=source, name="c001")
    frame = Frame.objects.create(
        production=world.production,
        source=source,
        cut=cut,
        locator=key,
        key=key,
        index=len(world.frames),
        time_s=len(world.frames) / 24,
        width=rgb.shape[1],
        height=rgb.shape[0],
        blob=blob,
        proxy=blob,
    )
    PoolFrame.objects.create(pool=world.pool, frame=frame, key=key)
    world.frames.append(frame)
    return frame


def add_draft(world: World, frame: Frame, label: NDArray[Any], kind: str = "") -> None:
    """Store a draft of the world's kind, or another, whose entropy is high along a band."""
    entropy = np.zeros(label.shape, np.uint8)
    entropy[40:60] = 200
    draft_store(
        frame_id=frame.pk,
        kind=kind or world.kind,
        model_version=f"Pool/{kind or world.kind}/1",
        label_png=encode_label(label, get_kind(kind or world.kind)),
        entropy_png=png(entropy),
    )
    world.drafts.append(label)
