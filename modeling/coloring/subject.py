"""The subject of ``colorization``: the lines of a cel, hints beside them, and the cel's own colours as what is true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modeling.coloring.drawings import (
    DOTS,
    INK,
    PAPER,
    REFERENCE,
    bounds_of,
    ink_of,
    on_paper,
    painted,
    random_dots,
)
from modeling.coloring.palettes import colors_apart, palette_of
from modeling.coloring.registering import registered
from modeling.coloring.segments import flattened, judged_segments, segments_of
from modeling.images import read_rgb
from modeling.labels import IGNORE
from modeling.pictures.subjects import Drawn, Pixels, TruePicture
from modeling.snapshots import FrameRow, Snapshot

DOT = 3
"""Radius in px of a dot, at the size that the network works at."""


@dataclass(frozen=True)
class Colors:
    """Pairs of a drawing and its painted cel.

    Args:
        lines: ``douga`` takes the visible lines of a frame's drawn douga where it has one, ``extracted`` never does.
        dots: Most dots that a training example has; 0 for a network that is shown none.
        reference: Whether the network is shown another painted cel of the cut.
        registered: Whether that is moved to where the drawing has its lines.
    """

    lines: str = "douga"
    dots: int = 0
    reference: bool = False
    registered: bool = True

    def layers(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> Pixels:
        """(H, W, 1 or 4): the ink, and the reference behind it."""
        _, drawn = self.asked(snapshot, row, rgb)
        return np.dstack([drawn[INK], *([drawn[REFERENCE]] if self.reference else [])])

    def pair(self, image: Pixels, cel: Pixels, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
        """The drawing with its hints, and the painted cel on white; what is unknown of the cel does not count."""
        rgb, ink = image[..., :3], np.where(cel == 0, np.uint8(0), image[..., 3])
        drawn = {INK: ink, REFERENCE: image[..., 4:7]}
        if self.dots:
            drawn[DOTS] = random_dots(rgb, cel, self.dots, DOT, rng)
        counted = np.where(cel == IGNORE, np.uint8(0), np.uint8(255))
        return self.seen(rgb, drawn), np.dstack([painted(rgb, cel), counted])

    def asked(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> tuple[Pixels, Drawn]:
        """The frame, its ink, and its reference; no dots: nobody has placed any."""
        return rgb, self._drawn(snapshot, row, rgb)[0]

    def _drawn(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> tuple[Drawn, dict[str, Pixels]]:
        """What is drawn of a frame, and its reference as it is and as it is shown, if it has one."""
        classes = self._classes(snapshot, row)
        ink = ink_of(rgb, classes)
        if not self.reference:
            return {**classes, INK: ink}, {}
        shown, its_ink = self._reference(snapshot, row, rgb)
        moved = registered(shown, its_ink, ink) if self.registered else shown
        return {**classes, INK: ink, REFERENCE: moved}, {"reference": shown, "registered": moved}

    def _classes(self, snapshot: Snapshot, row: FrameRow) -> dict[str, Pixels]:
        kinds = ("cel", "douga") if self.lines == "douga" else ("cel",)
        return {kind: snapshot.classes(row, kind) for kind in kinds if kind in row.labels}

    def _reference(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> tuple[Pixels, Pixels]:
        """(H, W, 3) the painted cel of the cut's labelled frame that comes next, or before, and its (H, W) ink.

        White and none where the frame is alone. Frames of another size are no reference: a cut has one.
        """
        of_cut = [one for one in snapshot.frames(kind="cel") if one.cut and _cut(one) == _cut(row)]
        for other in sorted(of_cut, key=lambda one: (one.key <= row.key, one.key)):
            if other.key != row.key and (other.width, other.height) == (row.width, row.height):
                frame, classes = read_rgb(snapshot.path(other.file)), self._classes(snapshot, other)
                return painted(frame, classes["cel"]), ink_of(frame, classes)
        return np.full_like(rgb, PAPER), np.zeros(rgb.shape[:2], np.uint8)

    def truth(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> TruePicture:
        """The painted cel; judged are its own pixels, and the segments that lie on it.

        With a reference, that is judged beside it, as it is and as it is shown: a model is to make more of it.
        """
        drawn, others = self._drawn(snapshot, row, rgb)
        counted = drawn["cel"] == 1
        segments = judged_segments(segments_of(drawn[INK]), counted)
        return TruePicture(painted(rgb, drawn["cel"]), counted, on_paper(drawn[INK]), segments, others)

    def seen(self, rgb: Pixels, drawn: Drawn) -> Pixels:
        """(H, W, 3 to 10): lines on paper, then dots, then the reference; hints that are missing are blank."""
        parts = [on_paper(ink_of(rgb, drawn))]
        if self.dots:
            parts.append(drawn.get(DOTS, np.zeros((*rgb.shape[:2], 4), np.uint8)))
        if self.reference:
            parts.append(drawn.get(REFERENCE, np.full_like(parts[0], 255)))
        return np.dstack(parts)

    def best(self, made: Pixels, drawn: Drawn) -> int | None:
        """The proposal whose colours are most like the reference's, or at the dots like theirs; the dots say more."""
        if self.dots and DOTS in drawn and drawn[DOTS][..., 3].any():
            return int(np.argmin([_off_dots(one, drawn[DOTS]) for one in made]))
        reference = self._painted(drawn)
        return None if reference is None else int(np.argmin([colors_apart(one, reference) for one in made]))

    def finished(self, made: Pixels, rgb: Pixels, drawn: Drawn) -> Pixels | None:
        """Each segment in its majority colour, or in that of the reference which is nearest, the lines over them.

        Where a cel is drawn there is paper outside of it.
        """
        reference, ink = self._painted(drawn), ink_of(rgb, drawn)
        palette = None if reference is None else palette_of(reference)
        flat = flattened(made, ink, palette, bounds_of(ink, drawn))
        return np.where((drawn["cel"] == 0)[..., None], on_paper(ink), flat) if "cel" in drawn else flat

    def _painted(self, drawn: Drawn) -> Pixels | None:
        """The reference that is shown, None where there is none or nothing is painted on it."""
        found = drawn.get(REFERENCE) if self.reference else None
        return None if found is None or (found == PAPER).all() else found


def _off_dots(made: Pixels, dots: Pixels) -> float:
    """Mean difference of (h, w, 3) from the colours of (H, W, 4) dots, where these are."""
    y, x = np.nonzero(dots[..., 3])
    at = (y * made.shape[0] // dots.shape[0], x * made.shape[1] // dots.shape[1])
    return float(np.abs(made[at].astype(np.float32) - dots[y, x, :3]).mean())


def _cut(row: FrameRow) -> tuple[str, str]:
    return row.production, row.cut
