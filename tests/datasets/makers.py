"""Small clips, images and archives to ingest."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.jobs import run_inline
from core.models import User
from datasets.jobs import ingest_run_job
from datasets.models import Ingest, Pool, Upload
from datasets.services.ingest import ingest_create, job_options
from datasets.services.uploads import upload_append, upload_create

Picture = NDArray[np.uint8]
WIDTH, HEIGHT = 256, 144


def plate(seed: int = 0, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """A painted-looking background, another for each seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 220, (7, 12, 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def figure(picture: Picture, x: int, mouth: bool = False) -> Picture:
    """The picture with an outlined figure at ``x``; its mouth is 6 x 3 px."""
    drawn = picture.copy()
    cv2.rectangle(drawn, (x, 40), (x + 40, 120), (230, 190, 160), -1)
    cv2.rectangle(drawn, (x, 40), (x + 40, 120), (20, 10, 10), 2)
    if mouth:
        drawn[70:73, x + 16 : x + 22] = (120, 20, 30)
    return drawn


def on_twos(count: int, seed: int = 0) -> list[Picture]:
    """``count`` drawings of a walking figure, each shown twice."""
    return [figure(plate(seed), 20 + 12 * number) for number in range(count) for _ in range(2)]


def write_clip(
    path: Path,
    pictures: Iterable[Picture],
    *,
    fps: int = 24,
    crf: int = 20,
    options: Mapping[str, str] | None = None,
) -> Path:
    """Encode pictures as H.264."""
    pictures = list(pictures)
    with av.open(str(path), "w", options=dict(options or {})) as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": str(crf), "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = pictures[0].shape[1], pictures[0].shape[0], "yuv420p"
        for picture in pictures:
            for packet in stream.encode(
                av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            ):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def write_sound(path: Path) -> Path:
    """A file with sound and no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.rate = 8000
        for packet in [*stream.encode(frame), *stream.encode()]:
            container.mux(packet)
    return path


def png(picture: Picture) -> bytes:
    """A picture as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def write_images(folder: Path, names: Iterable[str]) -> Path:
    """A folder of different PNGs."""
    for seed, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(plate(seed, 64, 36)))
    return folder


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """An archive of these members, names as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def upload(user: User, name: str, data: bytes) -> Upload:
    """A file that has arrived wholly."""
    made = upload_create(user=user, name=name, size=len(data))
    return upload_append(upload=made, offset=0, stream=io.BytesIO(data))


def ingest(*paths: Path, pool: str = "pool", **options: Any) -> Ingest:
    """Ingest like the command does."""
    made = ingest_create(pool_name=pool, user=None, paths=paths, **options)
    run_inline(ingest_run_job, **job_options(made))
    made.refresh_from_db()
    return made


def keys(pool: str = "pool") -> list[str]:
    """Keys of a pool in their order."""
    return list(Pool.objects.get(name=pool).members.order_by("pk").values_list("key", flat=True))


def report(made: Ingest) -> dict[str, str]:
    """Code by name of everything that was not simply taken."""
    return {item.name: item.code for item in made.items.exclude(code="")}
