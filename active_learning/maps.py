"""What a pool's map page and its API say: which maps there are, what can be made, the points and their colours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from active_learning.map_colors import colorings_of, scored_rounds
from active_learning.models import Round
from active_learning.services.mapping import Source, sources_of
from active_learning.services.offers import offer_of
from core.models import Job, User
from core.permissions import Person
from datasets.features import feature_present
from datasets.jobs import embedding_compute_job, map_compute_job
from datasets.models import Pool
from datasets.pool_table import PoolTable, pool_table
from datasets.projections import PROJECTIONS
from datasets.services.embeddings import UNDER_WAY, weights_here
from datasets.services.maps import PoolMap, map_places, maps_of
from modeling.embeddings import EMBEDDINGS
from modeling.errors import UserError
from modeling.tasks import Task


@dataclass(frozen=True)
class MapState:
    """Where a pool's map stands, for a task: ``maps`` that can be looked at, ``sources`` one can be made of."""

    pool: Pool
    task: Task

    @cached_property
    def sources(self) -> list[Source]:
        """Features a map can be made of, of the last scored round where they are a model's."""
        return sources_of(offer_of(self.pool, self.task))

    @cached_property
    def maps(self) -> list[PoolMap]:
        """Those of features that are still there, in the order of the sources; the others' features are gone."""
        order = {(source.feature, source.version): place for place, source in enumerate(self.sources)}
        mine = [made for made in maps_of(self.pool) if (made.feature, made.version) in order]
        return sorted(mine, key=lambda made: order[made.feature, made.version])

    @cached_property
    def jobs(self) -> list[Job]:
        """Jobs under way that compute features or maps, the newest first."""
        names = [job.module_path for job in (embedding_compute_job, map_compute_job)]
        rows = Job.objects.about(self.pool).filter(name__in=names, state__in=UNDER_WAY)
        return list(rows.order_by("-created_at"))

    @property
    def projections(self) -> list[dict[str, str]]:
        """Name, title, text and what is missing of each."""
        return [
            {"name": one.name, "title": one.title, "text": one.text, "missing": one.missing()}
            for one in PROJECTIONS.values()
        ]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "maps": [
                {
                    "key": made.key,
                    "title": title_of(made),
                    "projection": made.projection,
                    "feature": made.feature,
                }
                for made in self.maps
            ],
            "sources": [asdict(source) for source in self.sources],
            "projections": self.projections,
            "embeddings": embeddings(),
            "weights": weights_here(),
            "colorings": [asdict(one) for one in colorings_of(self.pool, self.task)],
            "rounds": [{"id": r.pk, "number": r.number} for r in scored_rounds(self.pool, self.task)],
            "jobs": [{"id": str(job.pk), "title": job.title, "state": job.state} for job in self.jobs],
        }


def embeddings() -> list[dict[str, Any]]:
    """Every embedding with its text and the JSON schema of its parameters."""
    return [
        {"name": one.name, "text": one.text, "params": one.params.model_json_schema().get("properties", {})}
        for one in EMBEDDINGS
    ]


def title_of(made: PoolMap) -> str:
    """What people call a map."""
    return f"{made.feature}, {PROJECTIONS[made.projection].title}"


def map_keyed(pool: Pool, key: str) -> PoolMap:
    """The map of that key.

    Raises:
        UserError: ``unknown_map``.
    """
    for made in maps_of(pool):
        if made.key == key:
            return made
    raise UserError(
        f"{pool.name} has no map {key!r}.", code="unknown_map", remedy="Load the page again, or make the map."
    )


def map_table(made: PoolMap, pool: Pool, user: Person, every: int = 1) -> tuple[PoolTable, np.ndarray]:
    """The frames on a map that a user may see, ids rising, and their (N, 2) float32 places.

    With ``every`` above 1 only every so many-th frame of the pool is looked at.
    """
    table = _thinned(_rising(pool_table(pool, user)), every)
    places = map_places(made, table.ids)
    known = np.asarray(np.isfinite(places).all(1))
    return table.where(known), places[known]


def _thinned(table: PoolTable, every: int) -> PoolTable:
    return PoolTable(*(column[::every] for column in table))


def _rising(table: PoolTable) -> PoolTable:
    if (table.ids[1:] > table.ids[:-1]).all():
        return table
    order = np.argsort(table.ids, kind="stable")
    return PoolTable(table.ids[order], table.cuts[order], table.productions[order])


def packed_points(made: PoolMap, pool: Pool, user: Person, every: int = 1) -> bytes:
    """Ids as N little-endian uint32, then N x and N y as float32: 12 bytes a frame; ``every`` as in `map_table`."""
    table, places = map_table(made, pool, user, every)
    columns = (table.ids.astype("<u4"), places[:, 0].astype("<f4"), places[:, 1].astype("<f4"))
    return b"".join(column.tobytes() for column in columns)


def round_asked(pool: Pool, task: Task, pk: int | None) -> Round | None:
    """The scored round of that id, the newest where none is named; None where there is none."""
    rounds = scored_rounds(pool, task)
    return next((one for one in rounds if pk in (None, one.pk)), None)


def off_map(made: PoolMap, pool: Pool, user: User) -> int:
    """How many frames that the user may see are not on it, new since or without the feature."""
    return int((~feature_present(made.name, made.version, pool_table(pool, user).ids)).sum())
