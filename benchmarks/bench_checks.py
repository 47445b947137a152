"""How long a list the editor's checks make of real douga, with the default profile.

    python benchmarks/bench_checks.py [--scale N] [FOLDER of class maps]

Each drawing of ../shared/sample/real_douga/class by default; ``--scale`` enlarges them by whole steps, as a larger
frame would show them. Node must be there. One line a drawing, then one of the machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from machine import machine
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT.parent / "shared" / "sample" / "real_douga" / "class"
SCRIPT = ROOT / "benchmarks" / "editor" / "checks_counts.mjs"


def main() -> None:
    """Print a line a drawing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--scale", type=int, default=1)
    options = parser.parse_args()
    for path in sorted(options.folder.glob("*.png")):
        print(json.dumps(counted(path, options.scale)))
    print(machine())


def counted(path: Path, scale: int) -> dict[str, object]:
    """What the checks find in one class map."""
    with Image.open(path) as image:
        values = np.asarray(image, np.uint8).repeat(scale, 0).repeat(scale, 1)
    with tempfile.NamedTemporaryFile(suffix=".raw") as raw:
        raw.write(values.tobytes())
        raw.flush()
        height, width = values.shape
        command = ["node", str(SCRIPT), str(width), str(height), raw.name]
        found = json.loads(subprocess.check_output(command, text=True))
    return found | {"file": path.name, "size": f"{width}x{height}"}


if __name__ == "__main__":
    main()
