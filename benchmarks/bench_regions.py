"""How far the editor's regions take a person: actions to 95 % IoU by a loop round each figure and clicks, or by clicks.

    python benchmarks/bench_regions.py PRODUCTION [--tolerance N ...] [--every K] [--offset K]

PRODUCTION is a folder that ``manage.py produce`` wrote; the sample's frames come too where they are. Node must be
there. No hand shakes here: this compares settings of the regions, ``bench_editor.py`` measures a person's effort.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from editor.cases import procedural, sample
from editor.site import Case
from machine import machine
from PIL import Image

SCRIPT = Path(__file__).resolve().parent / "editor" / "regions_quality.mjs"
LEAST_SHARE = 0.001


def main() -> None:
    """Print a line a source and setting, then one of the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("production", type=Path)
    parser.add_argument("--tolerance", nargs="+", type=int, default=[14])
    parser.add_argument("--every", type=int, default=4, help="take each K-th frame")
    parser.add_argument(
        "--offset", type=int, default=0, help="from this one on: tune on some, check on others"
    )
    options = parser.parse_args()
    for source, cases in {"procedural": procedural(options.production), "sample": sample()}.items():
        for settings in _settings(options.tolerance):
            rows = [
                row for case in cases[options.offset :: options.every] if (row := _measured(case, settings))
            ]
            print(json.dumps({"source": source, **settings, **_summary(rows)}), flush=True)
    print(machine())


def _settings(tolerances: Sequence[int]) -> Iterator[dict[str, Any]]:
    for tolerance in tolerances:
        for by in ("color", "lines"):
            for loops in (True, False):
                yield {"by": by, "gap": 4, "tolerance": tolerance, "loops": loops}


def _measured(case: Case, settings: dict[str, Any]) -> dict[str, Any] | None:
    """What the script says of one frame; None where there is nothing to draw."""
    with Image.open(case.label) as image:
        truth = (np.asarray(image.convert("L") if image.mode != "P" else image) > 0).astype(np.uint8)
    if truth.mean() < LEAST_SHARE:
        return None
    height, width = truth.shape
    rgba = np.dstack([case.rgb, np.full(truth.shape, 255, np.uint8)])
    with (
        tempfile.NamedTemporaryFile(suffix=".rgba") as pixels,
        tempfile.NamedTemporaryFile(suffix=".mask") as mask,
    ):
        pixels.write(rgba.tobytes())
        mask.write(truth.tobytes())
        pixels.flush()
        mask.flush()
        command = ["node", str(SCRIPT), str(width), str(height), pixels.name, mask.name, json.dumps(settings)]
        found: dict[str, Any] = json.loads(subprocess.check_output(command, text=True))
    return found


def _summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A frame on which 95 % was never reached counts as infinitely many actions."""
    if not rows:
        return {"frames": 0}
    actions = [np.inf if row["actions"] is None else row["actions"] for row in rows]
    return {
        "frames": len(rows),
        "reached": int(np.isfinite(actions).sum()),
        "actions_median": float(np.median(actions)),
        "iou_after_loops": round(float(np.median([row["after_loops"] for row in rows])), 3),
        "regions": int(np.median([row["regions"] for row in rows])),
    }


if __name__ == "__main__":
    main()
