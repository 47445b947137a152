"""Pictures made for tests: encoded in memory, colours known."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SRGB_D50 = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
P3_D50 = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])


def gradient(height: int = 24, width: int = 40) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 without two equal corners, so that every turn shows."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 255 // (width - 1), y * 255 // (height - 1), (x + y) % 256], -1).astype(np.uint8)


def encode(image: NDArray[Any] | Image.Image, format: str, **options: Any) -> bytes:
    """Encode by Pillow."""
    buffer = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(buffer, format, **options)
    return buffer.getvalue()


def matrix_profile(to_xyz_d50: NDArray[np.float64]) -> bytes:
    """Build an ICC v4 matrix profile with the sRGB curve (ICC.1:2010, 8.3 and 10.16)."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(values: NDArray[np.float64]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    text = "test".encode("utf-16-be")
    name = b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(text), 28) + text
    curve = b"para\0\0\0\0\0\3\0\0" + b"".join(
        map(fixed, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    )
    tags = {b"desc": name, b"cprt": name, b"wtpt": xyz(np.array([0.9642, 1.0, 0.8249]))}
    tags |= {c + b"XYZ": xyz(to_xyz_d50[:, i]) for i, c in enumerate((b"r", b"g", b"b"))}
    tags |= {c + b"TRC": curve for c in (b"r", b"g", b"b")}
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        table += tag + struct.pack(">II", offset + len(body), len(data))
        body += data
    head = struct.pack(">I4xI4s4s4s", offset + len(body), 0x04000000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    head += fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return head.ljust(128, b"\0") + table + body


def p3_as_srgb(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Convert Display-P3 values to sRGB by the book, apart from any colour engine."""
    value = rgb / 255.0
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    moved = np.clip(linear @ (np.linalg.inv(SRGB_D50) @ P3_D50).T, 0, 1)
    return 255 * np.where(moved <= 0.0031308, moved * 12.92, 1.055 * moved ** (1 / 2.4) - 0.055)
