"""A map of a pool: two coordinates a frame, computed by a job and kept as a feature of the pool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.jobs import JobContext, enqueue
from core.models import Job, Role, User
from core.permissions import require_all
from datasets.features import (
    feature_files,
    feature_filled,
    feature_present,
    feature_read,
    feature_size,
    feature_write,
)
from datasets.models import Pool
from datasets.projections import BLOCK, PROJECTIONS, Points, get_projection
from datasets.services.embeddings import UNDER_WAY
from datasets.services.publishing import production_of
from modeling.errors import UserError

Ids = NDArray[np.int64]
_NAME = re.compile(r"map-(\d+)-([a-z]+)-(.+)")


@dataclass(frozen=True, slots=True)
class PoolMap:
    """A map: of which pool (its pk), by which projection, of which feature and version."""

    pool: int
    projection: str
    feature: str
    version: int

    @property
    def name(self) -> str:
        """Under which the coordinates are kept as a feature."""
        return f"map-{self.pool}-{self.projection}-{self.feature}"

    @property
    def key(self) -> str:
        """What addresses name it by, within its pool."""
        return f"{self.projection}.{self.feature}.{self.version}"


def map_named(name: str, version: int) -> PoolMap | None:
    """The map that is kept under a feature's name; None where it is another feature's."""
    found = _NAME.fullmatch(name)
    return PoolMap(int(found[1]), found[2], found[3], version) if found else None


def maps_of(pool: Pool) -> list[PoolMap]:
    """Those that are there, in the order of the projections."""
    found = [made for name, version, _ in feature_files() if (made := map_named(name, version))]
    order = list(PROJECTIONS)
    mine = [made for made in found if made.pool == pool.pk and made.projection in order]
    return sorted(mine, key=lambda made: (made.feature, made.version, order.index(made.projection)))


def map_places(made: PoolMap, frame_ids: Ids) -> NDArray[np.float32]:
    """(N, 2) float32 coordinates, NaN where a frame is not on the map."""
    places = feature_filled(made.name, made.version, frame_ids)
    if places.shape[1] != 2:
        return np.full((len(frame_ids), 2), np.nan, np.float32)
    return places.astype(np.float32, copy=False)


def map_start(*, pool: Pool, projection: str, feature: str, version: int, user: User) -> Job:
    """Queue `map_compute`, or return the job that does it already.

    Raises:
        PermissionDenied: Unless the user leads all of the pool's productions.
        UserError: ``unknown_projection``, ``not_installed`` or ``feature_missing``.
    """
    from datasets.jobs import map_compute_job

    require_all(user, pool.productions.values_list("pk", flat=True), Role.LEAD)
    made = PoolMap(pool.pk, projection, feature, version)
    get_projection(projection)
    _require_feature(pool, made)
    options = job_options(pool, made)
    waits = Job.objects.about(pool).filter(name=map_compute_job.module_path, state__in=UNDER_WAY)
    return waits.filter(title=options["title"]).first() or enqueue(map_compute_job, actor=user, **options)


def job_options(pool: Pool, made: PoolMap) -> dict[str, Any]:
    """What `enqueue` and `run_inline` are told about a map."""
    title = PROJECTIONS[made.projection].title
    return {
        "title": f"Map {pool.name} by {title} of {made.feature}",
        "production": production_of(pool),
        "subject": pool,
        "pool_id": pool.pk,
        "projection": made.projection,
        "feature": made.feature,
        "version": made.version,
    }


def map_compute(*, pool: Pool, made: PoolMap, context: JobContext, seed: int = 0) -> dict[str, Any]:
    """Place every frame of the pool that has the feature; computed again, the new places take the old ones' place.

    Returns:
        The map's ``key``, how many frames were ``placed`` and how many have ``no_feature``.

    Raises:
        UserError: ``unknown_projection``, ``not_installed`` or ``feature_missing``.
    """
    projection = get_projection(made.projection)
    ids = _require_feature(pool, made)
    kept = _with_values(made, ids, context)
    points = Points(
        len(kept),
        feature_size(made.feature, made.version),
        lambda rows: feature_read(made.feature, made.version, kept[rows]).astype(np.float32),
    )
    places = projection.fit(points, seed, lambda share, text: context.progress(share, 1, text))
    for start in range(0, len(kept), BLOCK):
        part = slice(start, start + BLOCK)
        feature_write(made.name, made.version, kept[part].tolist(), places[part])
        context.tick()
    return {"key": made.key, "placed": len(kept), "no_feature": len(ids) - len(kept)}


def _require_feature(pool: Pool, made: PoolMap) -> Ids:
    """Ids of the pool's frames, some of which have the feature."""
    members = pool.members.order_by("frame_id").values_list("frame_id", flat=True)
    ids = np.fromiter(members.iterator(10_000), np.int64)
    if not feature_present(made.feature, made.version, ids).any():
        raise UserError(
            f"No frame of {pool.name} has the feature {made.feature!r}.",
            code="feature_missing",
            remedy="Compute it first, or ingest frames.",
        )
    return ids


def _with_values(made: PoolMap, ids: Ids, context: JobContext) -> Ids:
    """Ids of the frames with finite values."""
    present = ids[feature_present(made.feature, made.version, ids)]
    kept = []
    for start in range(0, len(present), BLOCK):
        block = present[start : start + BLOCK]
        kept.append(block[np.isfinite(feature_read(made.feature, made.version, block)).all(1)])
        context.tick()
    return np.concatenate(kept)
