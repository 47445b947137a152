"""How fast `read_rgb` is beside bare OpenCV and bare Pillow, on the same files in one run.

``python benchmarks/reading.py FOLDER_OF_IMAGES`` prints milliseconds a frame and the ratio to OpenCV.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from modeling.images import read_rgb
from modeling.matching import list_images

ROUNDS = 5
FORMATS = {"PNG": {}, "JPEG": {"quality": 92}, "WEBP": {"quality": 90}}


def by_opencv(path: Path) -> np.ndarray:
    """Decode as one would without asking for profiles or orientation."""
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB))


def by_pillow(path: Path) -> np.ndarray:
    """Decode by Pillow alone."""
    return np.asarray(Image.open(path).convert("RGB"))


def milliseconds(read: Callable[[Path], np.ndarray], paths: list[Path]) -> float:
    """Time of the fastest of some rounds, per file."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for path in paths:
            read(path)
        rounds.append(time.perf_counter() - start)
    return 1000 * min(rounds) / len(paths)


def main() -> None:
    """Encode the images in each format and time the readers on them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scratch", type=Path, required=True, help="folder for the encoded copies")
    args = parser.parse_args()
    pictures = [read_rgb(args.folder / file) for file in list_images(args.folder)[:16]]
    cv2.setNumThreads(1)
    print(f"{'format':8}{'read_rgb':>10}{'OpenCV':>10}{'Pillow':>10}{'ratio':>8}")
    for name, options in FORMATS.items():
        paths = [args.scratch / f"{i}.{name.lower()}" for i in range(len(pictures))]
        for path, picture in zip(paths, pictures, strict=True):
            buffer = io.BytesIO()
            Image.fromarray(picture).save(buffer, name, **options)
            path.write_bytes(buffer.getvalue())
        ours, opencv, pillow = (milliseconds(read, paths) for read in (read_rgb, by_opencv, by_pillow))
        print(f"{name:8}{ours:10.2f}{opencv:10.2f}{pillow:10.2f}{ours / opencv:8.2f}")


if __name__ == "__main__":
    main()
