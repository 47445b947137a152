"""A pinhole camera over a flat floor, and solids drawn through it with exact inverse depth.

Inverse depth is measured as *scale*: frame heights that one metre takes there. On any plane of the
world it is an affine function of the pixel, so three corners give it exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from datasets.procedural.color import Color, gain
from datasets.procedural.shapes import Point, polygon
from datasets.procedural.stage import FLAT, Stage

Point3 = tuple[float, float, float]
"""Metres: x to the right, y up from the floor, z away from the camera."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks along z from ``height`` metres; the vanishing point is (cx, horizon) in frame heights."""

    cx: float
    horizon: float
    height: float
    focal: float = 1.2

    def scale(self, z: float) -> float:
        """Frame heights a metre takes at distance z: the inverse depth."""
        return self.focal / max(z, 0.05)

    def project(self, p: Point3) -> Point:
        """Where a point of the world appears."""
        s = self.scale(p[2])
        return (self.cx + s * p[0], self.horizon + s * (self.height - p[1]))

    def floor_scale(self, y: float) -> float:
        """Inverse depth of the floor at picture height ``y``."""
        return (y - self.horizon) / self.height

    def put_plane(self, stage: Stage, corners: Sequence[Point3]) -> None:
        """Tell the stage the plane through three corners."""
        rows = [(*(c * stage.unit for c in self.project(p)), 1.0) for p in corners[:3]]
        matrix = np.array(rows)
        if abs(np.linalg.det(matrix)) < 1e-6:
            stage.plane(0, 0, float(np.mean([self.scale(p[2]) for p in corners])))
            return
        a, b, c = np.linalg.solve(matrix, [self.scale(p[2]) for p in corners[:3]])
        stage.plane(float(a), float(b), float(c))

    def face(self, stage: Stage, corners: Sequence[Point3], color: Color, *, outline: float = 0.0) -> None:
        """A flat face; outlined when the plate's painter inks."""
        self.put_plane(stage, corners)
        path = polygon([self.project(p) for p in corners])
        stage.fill(path, color, FLAT)
        if outline > 0:
            stage.line(path, outline)

    def wall(
        self, stage: Stage, at: Point3, size: tuple[float, float], color: Color, *, outline: float = 0.0
    ) -> None:
        """An upright rectangle facing the camera; ``at`` is its lower left corner."""
        (x, y, z), (w, h) = at, size
        self.face(stage, [(x, y, z), (x + w, y, z), (x + w, y + h, z), (x, y + h, z)], color, outline=outline)

    def box(
        self,
        stage: Stage,
        at: Point3,
        size: Point3,
        color: Color,
        *,
        outline: float = 0.0,
        tones: tuple[float, float, float] = (1.0, 0.78, 1.12),
    ) -> None:
        """A box; ``at`` is its lower left near corner, ``tones`` the gains of front, side and top."""
        (x, y, z), (w, h, d) = at, size
        side = gain(color, tones[1])
        if x > 0:
            self.face(
                stage, [(x, y, z), (x, y, z + d), (x, y + h, z + d), (x, y + h, z)], side, outline=outline
            )
        elif x + w < 0:
            r = x + w
            self.face(
                stage, [(r, y, z), (r, y, z + d), (r, y + h, z + d), (r, y + h, z)], side, outline=outline
            )
        if y + h < self.height:
            t, top = y + h, gain(color, tones[2])
            self.face(
                stage, [(x, t, z), (x + w, t, z), (x + w, t, z + d), (x, t, z + d)], top, outline=outline
            )
        self.wall(stage, (x, y, z), (w, h), gain(color, tones[0]), outline=outline)
