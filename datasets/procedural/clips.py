"""Video: each cut is encoded where it is rendered, and the cuts are joined without encoding again."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from datasets.procedural.plan import FPS

BT709, LIMITED = 1, 1
"""ITU-T H.273 code points of matrix, primaries and transfer, and FFmpeg's of the range."""


class SegmentWriter:
    """Encode (H, W, 3) frames as H.264, yuv420p, BT.709, limited range, 24 fps.

    Args:
        crf: x264's constant rate factor.
    """

    def __init__(self, path: Path, size: tuple[int, int], crf: int) -> None:
        self._container = av.open(str(path), "w", format="mp4")
        self._stream = self._container.add_stream(
            "libx264", rate=FPS, options={"crf": str(crf), "preset": "veryfast"}
        )
        stream = self._stream
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, FPS)
        context = stream.codec_context
        context.thread_count = 1
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = LIMITED
        self._count = 0

    def write(self, rgb: NDArray[np.uint8]) -> None:
        """Append a frame."""
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame = frame.reformat(
            format="yuv420p", src_colorspace="ITU709", dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        frame.pts, frame.time_base = self._count, Fraction(1, FPS)
        self._count += 1
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Flush and finish the file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()


def join_segments(segments: Iterable[tuple[Path, int]], out: Path) -> None:
    """Write one mp4 of (segment, number of frames) in order; packets are copied."""
    with av.open(str(out), "w", format="mp4") as target:
        stream, start = None, 0
        for path, frames in segments:
            with av.open(str(path)) as source:
                video = source.streams.video[0]
                if stream is None:
                    stream = target.add_stream_from_template(video)
                _copy(source, video, target, stream, start)
            start += frames


def _copy(source: object, video: object, target: object, stream: object, start: int) -> None:
    tick = round(Fraction(1, FPS) / video.time_base)  # type: ignore[attr-defined]
    for packet in source.demux(video):  # type: ignore[attr-defined]
        if packet.dts is None:
            continue
        packet.pts += start * tick
        packet.dts += start * tick
        packet.stream = stream
        target.mux(packet)  # type: ignore[attr-defined]
