#!/usr/bin/env python3
"""Draw the pictures of the labelling guide: `python scripts/guide_pictures.py`.

For each rule of `modeling.guide.GUIDES` a piece of a frame (WebP) and its label (indexed PNG; of numbers their colours)
into ``static/img/guide``. They are committed; draw them anew when a rule or the procedural production changes.
``--only RULE`` draws one, ``--kind KIND`` those of one label kind.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "static" / "img" / "guide"


def main() -> int:
    """Write what is asked for; return 0."""
    sys.path.insert(0, str(ROOT))
    from datasets.procedural.guide import PAINTERS
    from modeling.guide import GUIDES

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", help="name of a rule")
    options.add_argument("--kind", help="of one label kind")
    options.add_argument("--out", type=Path, default=OUT)
    given = options.parse_args()
    for kind, rules in GUIDES.items():
        for rule in rules:
            if given.only in (None, rule.name) and given.kind in (None, kind):
                _write(given.out, kind, rule.name, *PAINTERS[kind][rule.name]())
    return 0


IGNORED = (255, 214, 0)
"""Colour of ignored pixels as the editor shows them (``IGNORE_TINT`` of static/editor/render/colors.js)."""


def _write(out: Path, kind: str, rule: str, rgb: object, label: object) -> None:
    from modeling.labelio import color_table, label_colors
    from modeling.labels import IGNORE, get_kind

    out.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rgb).save(out / f"{kind}-{rule}.webp", quality=82, method=6)  # type: ignore[arg-type]
    if get_kind(kind).scalar:
        shown = Image.fromarray(label_colors(label, get_kind(kind)))  # type: ignore[arg-type]
    else:
        colors = color_table(get_kind(kind))
        colors[IGNORE] = IGNORED
        shown = Image.fromarray(label)  # type: ignore[arg-type]
        shown.putpalette(colors.ravel().tolist())
    shown.save(out / f"{kind}-{rule}.png", optimize=True)
    print(f"{kind}-{rule}")


if __name__ == "__main__":
    sys.exit(main())
