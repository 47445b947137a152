"""The editor's speed, and how many actions a scripted annotator needs in it, in headless Chromium on the CPU.

    python benchmarks/bench_editor.py [--quick] [--production DIR] [--out DIR] [--only speed|effort]
    python benchmarks/bench_editor.py --label-studio     # also the same strokes in Label Studio's brush tool

The last line is one JSON object. What each figure means is said where it is taken, in benchmarks/editor/: speed.py,
effort.py, label_studio.py. Everything is made in a temporary folder and thrown away.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]


def main() -> None:
    """Measure what was asked for; print the figures, the summary last."""
    from editor.chart import write_effort

    options = parsed()
    # The page has the machine's other core.
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory(prefix="sakkan-bench-") as scratch:
        from editor.site import use_scratch

        use_scratch(Path(scratch) / "data")
        figures = asyncio.run(measured(options, Path(scratch)))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "figures.json").write_text(json.dumps(figures, indent=1))
        if "effort" in figures:
            write_effort(options.out, figures["effort"])
    print(json.dumps(figures, indent=1))
    print(json.dumps(headline(figures)))


def parsed() -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few repetitions: does it run at all?")
    parser.add_argument("--production", type=Path, help="a procedural production to keep and use again")
    parser.add_argument("--out", type=Path, help="folder for figures.json and the curves")
    parser.add_argument("--only", choices=["speed", "effort", "label-studio"], help="leave the others out")
    parser.add_argument(
        "--label-studio",
        type=Path,
        nargs="?",
        const=ROOT / "var" / "label-studio",
        metavar="DIR",
        help="also the same strokes in Label Studio, installed into DIR (default: %(const)s)",
    )
    return parser.parse_args()


async def measured(options: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """All figures by part."""
    from editor import cases
    from editor.run_label_studio import side_by_side_run
    from editor.run_speed import SpeedRun
    from editor.site import Town, serve
    from machine import machine

    production = options.production or scratch / "production"
    cases.produce(production)
    drawn, town = cases.procedural(production), Town()
    print(machine(), flush=True)
    figures: dict[str, Any] = {"machine": machine()}
    with serve() as site:
        if options.label_studio:
            figures["label_studio"] = await side_by_side_run(
                town, site, drawn[0], options.label_studio, scratch
            )
        if options.only in (None, "speed"):
            figures["speed"] = await SpeedRun(town, site, drawn, quick=options.quick).all()
        if options.only in (None, "effort"):
            figures["effort"] = await effort(town, site, drawn, quick=options.quick)
    return figures


async def effort(town: Any, site: str, drawn: list[Any], *, quick: bool) -> dict[str, Any]:
    """The annotator's actions on the procedural production and, where it is there, on the sample."""
    from editor import cases
    from editor.run_effort import EffortRun

    sources = {"procedural": (drawn, 1 if quick else 6), "sample": (cases.sample(), 1 if quick else 8)}
    found: dict[str, Any] = {}
    for name, (frames, count) in sources.items():
        if frames:
            found[name] = await EffortRun(town, site, name, cases.spread(frames, count)).all()
    return found


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """The summary's figures."""
    from editor.effort import medians

    found: dict[str, Any] = {}
    if speed := figures.get("speed"):
        found |= {
            "stroke_ms_p95": max(speed[part]["work"]["p95"] for part in ("stroke_mouse", "stroke_pen")),
            "stroke_painted_ms_p95": max(
                speed[part]["painted"]["p95"] for part in ("stroke_mouse", "stroke_pen")
            ),
            "fill_ms_p95": speed["fill"].get("p95"),
            "region_map_ms": max(speed[f"region_map_{by}"]["p50"] for by in ("color", "lines")),
            "open_ms": speed["open"]["p50"],
            "open_ms_p95": speed["open"]["p95"],
            "reopen_ms": speed["reopen"]["p50"],
            "save_ms": speed["save"]["p50"],
            "save_ms_p95": speed["save"]["p95"],
            "memory_mb": round(speed["memory_mb"]["above_blank"], 1),
        }
    if effort_ := figures.get("effort"):
        rows = [row for source in effort_.values() for row in source["frames"]]
        found |= {f"actions_{arm}": count for arm, count in medians(rows).items()}
        found["actions_draft_areas"] = found.pop("actions_areas")
        found["actions_by_source"] = {name: source["median"] for name, source in effort_.items()}
    return found


if __name__ == "__main__":
    main()
