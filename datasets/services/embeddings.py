"""Turn a pool's frames into vectors by which they are alike, by a job (``modeling.embeddings``)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.blobs import blob_path
from core.jobs import JobContext, enqueue
from core.models import Job, JobState, Role, User
from core.paths import data_path
from core.permissions import require_all
from core.processes import run_modeling
from datasets.features import (
    FEATURES,
    Feature,
    feature_present,
    feature_register,
    feature_size,
    feature_write,
)
from datasets.models import Frame, Pool
from datasets.services.publishing import production_of
from modeling.embeddings import EMBEDDINGS, Identity
from modeling.errors import UserError
from modeling.inference.score_files import read_scores
from modeling.runs import publish_parts

_CHUNK = 5000
_LOGGED = 50
UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


def embedding_start(*, pool: Pool, embedding: str, params: Mapping[str, Any], user: User) -> Job:
    """Queue `embedding_compute`, or return the job that does it already.

    Weights are named by a file in the folder ``weights`` of the data, where whoever runs the site puts them.

    Raises:
        PermissionDenied: Unless the user leads all of the pool's productions.
        UserError: ``unknown_embedding``, ``bad_parameter`` or ``no_weights``.
    """
    from datasets.jobs import embedding_compute_job

    require_all(user, pool.productions.values_list("pk", flat=True), Role.LEAD)
    wanted = _with_weights_here(params)
    identity_of(embedding, wanted)
    options = job_options(pool, embedding, wanted)
    waits = Job.objects.about(pool).filter(name=embedding_compute_job.module_path, state__in=UNDER_WAY)
    same = waits.filter(title=options["title"]).first()
    return same or enqueue(embedding_compute_job, actor=user, **options)


def identity_of(embedding: str, params: Mapping[str, Any]) -> Identity:
    """Under which name and version the vectors are kept.

    Raises:
        UserError: ``unknown_embedding``, ``bad_parameter`` or ``no_weights``.
    """
    entry = EMBEDDINGS.get(embedding)
    return entry.identity(entry.parse(dict(params)))


def job_options(pool: Pool, embedding: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What `enqueue` and `run_inline` are told about embedding a pool."""
    return {
        "title": f"Compute {identity_of(embedding, params).name} of {pool.name}",
        "production": production_of(pool),
        "subject": pool,
        "pool_id": pool.pk,
        "embedding": embedding,
        "params": dict(params),
    }


def weights_here() -> list[str]:
    """Names of the files in the folder of weights."""
    folder = data_path("weights")
    return sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _with_weights_here(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters whose weights are a path: of a file in the folder, never of one elsewhere on the machine."""
    name = params.get("weights")
    if not name:
        return dict(params)
    if name not in weights_here():
        raise UserError(
            f"There is no file {name} in the folder of weights.",
            code="no_weights",
            remedy=f"Whoever runs the site copies it into {data_path('weights')}.",
        )
    return {**params, "weights": str(data_path("weights", name))}


def embedding_compute(
    *, pool: Pool, embedding: str, params: Mapping[str, Any], context: JobContext
) -> dict[str, Any]:
    """Embed the frames that have no such vector yet; killed in the middle, it goes on where it was.

    Returns:
        ``feature`` and ``version``, and how many frames were ``embedded`` and how many ``unread``; the job's log
        names the files that could not be read.
    """
    identity = identity_of(embedding, params)
    ids = np.fromiter(pool.members.order_by("pk").values_list("frame_id", flat=True).iterator(), np.int64)
    todo = ids[~feature_present(*identity, ids)]
    said = {"feature": identity.name, "version": identity.version}
    if not len(todo):
        return {**said, "embedded": 0, "unread": 0}
    folder = data_path("features", f".embedding-{pool.pk}-{identity.name}")
    files = publish_parts(folder / "files.jsonl", _lines(todo))
    out, told = folder / "vectors.jsonl", _Told(context)
    settings = [part for name, value in params.items() for part in ("--set", f"{name}={value}")]
    context.progress(0, len(todo), f"Computing {identity.name}")
    run_modeling(
        ["embed", embedding, str(files), str(out), *settings], context=context, on_event=told.on_event
    )
    embedded = _store(out, identity, context)
    _register(embedding, identity)
    shutil.rmtree(folder, ignore_errors=True)
    return {**said, "embedded": embedded, "unread": len(todo) - embedded}


def _lines(ids: NDArray[np.int64]) -> Iterator[bytes]:
    """A line a frame; its proxy where it has one: what tells frames apart is not in single pixels."""
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK].tolist()
        files = {
            pk: proxy or blob
            for pk, proxy, blob in Frame.objects.filter(pk__in=chunk).values_list("pk", "proxy", "blob")
        }
        for pk in chunk:
            if pk in files:
                yield json.dumps({"id": pk, "file": str(blob_path(files[pk]))}).encode() + b"\n"


def _store(out: Path, identity: Identity, context: JobContext) -> int:
    stored = 0
    for rows in read_scores(out, _CHUNK):
        feature_write(*identity, rows.ids, rows.vectors[identity.name])
        stored += len(rows.ids)
        context.tick()
    return stored


def _register(embedding: str, identity: Identity) -> None:
    """Put what stands on somebody's weights into the list of features, once there is something of it."""
    size = feature_size(*identity)
    if size and identity.name not in FEATURES:
        text = EMBEDDINGS.get(embedding).text
        feature_register(Feature(*identity, size, "float16", text, at_ingest=False))


class _Told:
    """Progress, and the first files that could not be read."""

    def __init__(self, context: JobContext) -> None:
        self._context, self._unread = context, 0

    def on_event(self, event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            done, total = event["done"], event["total"]
            self._context.progress(done, total, f"{done:,} of {total:,} frames")
        elif event["event"] == "item_error":
            self._unread += 1
            if self._unread <= _LOGGED:
                self._context.log(f"Frame {event['id']} has no vector: {event['message']}")
