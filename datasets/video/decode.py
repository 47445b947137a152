"""Decode a video to 8-bit sRGB in the colours, orientation and times that the stream itself names.

Colour rules (design.md, section 4): the stream's matrix and range, else BT.709 from 720 lines up and BT.601
below, limited range. Time is pts x time_base, counted from the first picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.images import MAX_PIXELS

HD_LINES = 720
_REMEDY = "Export it again, for example as H.264 in MP4."
_MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
"""Matrix by the code of ITU-T H.273; others (RGB, unspecified) fall to the rule by lines."""
_END_SLACK = 0.5
_END_SLACK_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the container says: size as stored, expected pictures (0 unknown), seconds, pixel aspect."""

    width: int
    height: int
    frames: int
    fps: float | None
    duration_s: float | None
    pixel_aspect: float
    codec: str


@dataclass(slots=True)
class Picture:
    """A decoded picture: its index in the stream, seconds from the first one, and the frame itself."""

    index: int
    time_s: float
    frame: VideoFrame

    def planes(self) -> tuple[NDArray[np.uint8], ...]:
        """Luma (H, W) and two chroma planes (H/2, W/2), uint8 as stored; converted where the stream has others."""
        frame = (
            self.frame
            if self.frame.format.name in ("yuv420p", "yuvj420p")
            else self.frame.reformat(format="yuv420p")
        )
        return tuple(_plane(plane) for plane in frame.planes)

    def small_bgr(self, long: int) -> NDArray[np.uint8]:
        """(h, w, 3) uint8 BGR with ``long`` as its longer side, quick and not upright: to tell cuts by."""
        scale = long / max(self.frame.width, self.frame.height)
        width, height = (max(2, round(side * scale)) for side in (self.frame.width, self.frame.height))
        small = self.frame.reformat(width, height, "bgr24", interpolation=Interpolation.AREA)
        return small.to_ndarray().astype(np.uint8, copy=False)

    def rgb(self) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB, turned as the stream says."""
        return to_rgb(self.frame)


def probe_video(path: Path) -> VideoInfo:
    """Read what the container says without decoding.

    Raises:
        UserError: ``video_unreadable``, ``no_video_stream`` or ``video_too_large``.
    """
    with _opened(path) as (_, stream):
        return _info(stream)


class Decoder:
    """A video being decoded; iterate it once. ``interlaced`` and ``notes`` fill up on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.info = probe_video(path)
        self.interlaced = False

    def __iter__(self) -> Iterator[Picture]:
        """Yield every picture in the order shown.

        Raises:
            UserError: ``video_truncated`` or ``video_unreadable``, also after pictures have been yielded.
        """
        with _opened(self.path) as (container, stream):
            stream.thread_type = "AUTO"
            last = None
            for last in self._pictures(container, stream):
                yield last
        self._check_end(last)

    def _pictures(self, container: av.container.InputContainer, stream: VideoStream) -> Iterator[Picture]:
        start: float | None = None
        index = 0
        try:
            for frame in container.decode(stream):
                time_s = _seconds(frame, index, stream)
                start = time_s if start is None else start
                self.interlaced |= bool(frame.interlaced_frame)
                yield Picture(index, time_s - start, frame)
                index += 1
        except av.FFmpegError as error:
            raise _broken(self.path, index, error) from None

    def _check_end(self, last: Picture | None) -> None:
        """Compare what came with what the container promised: demuxers end quietly at a cut-off file."""
        if last is None:
            raise UserError(
                f"{self.path.name} has no pictures that can be decoded.", code="video_empty", remedy=_REMEDY
            )
        count, end = last.index + 1, self.info.duration_s
        if self.info.frames and count < self.info.frames * (1 - _END_SLACK_SHARE) - 1:
            raise _truncated(self.path, f"{count} of {self.info.frames} pictures are there")
        if not self.info.frames and end and last.time_s < end * (1 - _END_SLACK_SHARE) - _END_SLACK:
            raise _truncated(self.path, f"it ends at {last.time_s:.1f} of {end:.1f} seconds")


def to_rgb(frame: VideoFrame) -> NDArray[np.uint8]:
    """Convert a decoded picture to (H, W, 3) uint8 sRGB by its own matrix and range, turned upright."""
    rgb = (
        frame.reformat(
            format="rgb24",
            src_colorspace=_matrix(frame),
            dst_colorspace=Colorspace.ITU709,
            src_color_range=_range(frame),
            dst_color_range=ColorRange.JPEG,
        )
        .to_ndarray()
        .astype(np.uint8, copy=False)
    )
    turns = round(float(frame.rotation or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(rgb, turns)) if turns else rgb


def _matrix(frame: VideoFrame) -> Colorspace:
    default = Colorspace.ITU709 if frame.height >= HD_LINES else Colorspace.ITU601
    return _MATRICES.get(int(frame.colorspace), default)


def _range(frame: VideoFrame) -> ColorRange:
    if frame.format.name.startswith("yuvj") or frame.format.is_rgb:
        return ColorRange.JPEG
    return ColorRange.JPEG if int(frame.color_range) == int(ColorRange.JPEG) else ColorRange.MPEG


def _plane(plane: VideoPlane) -> NDArray[np.uint8]:
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload]
    return rows[: plane.height, : plane.width]


def _seconds(frame: VideoFrame, index: int, stream: VideoStream) -> float:
    if frame.pts is not None and frame.time_base is not None:
        return float(frame.pts * frame.time_base)
    return index / float(stream.average_rate or 24)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[av.container.InputContainer, VideoStream]]:
    try:
        container = av.open(str(path), metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UserError(
            f"{path.name} cannot be opened as a video: {_why(error)}.",
            code="video_unreadable",
            remedy=_REMEDY,
        ) from None
    with container:
        if not len(container.streams):
            message = f"{path.name} ends before its first stream."
            raise UserError(message, code="video_unreadable", remedy="Copy it again from its source.")
        if not container.streams.video:
            message = f"{path.name} has no video stream."
            raise UserError(message, code="no_video_stream", remedy="Choose a file with pictures in it.")
        stream = container.streams.video[0]
        if stream.width * stream.height > MAX_PIXELS:
            message = f"{path.name} has pictures of {stream.width}x{stream.height} pixels."
            raise UserError(message, code="video_too_large", remedy="Scale it down.")
        yield container, stream


def _info(stream: VideoStream) -> VideoInfo:
    duration = None
    if stream.duration is not None and stream.time_base is not None:
        duration = float(stream.duration * stream.time_base)
    elif length := getattr(stream.container, "duration", None):
        duration = length / av.time_base
    return VideoInfo(
        width=stream.width,
        height=stream.height,
        frames=stream.frames,
        fps=float(stream.average_rate) if stream.average_rate else None,
        duration_s=duration,
        pixel_aspect=float(stream.sample_aspect_ratio or 1) or 1.0,
        codec=stream.codec_context.name,
    )


def _broken(path: Path, index: int, error: Exception) -> UserError:
    return UserError(
        f"{path.name} breaks off after {index} pictures: {_why(error)}.",
        code="video_truncated",
        remedy="Copy it again from its source.",
    )


def _truncated(path: Path, what: str) -> UserError:
    return UserError(
        f"{path.name} breaks off: {what}.", code="video_truncated", remedy="Copy it again from its source."
    )


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".")
