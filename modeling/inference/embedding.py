"""Embed frames: vectors appended to a file that can be gone on with (`modeling.inference.score_files`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from modeling.embeddings import EMBEDDINGS, Embedder, Identity
from modeling.inference.listed import Listed
from modeling.inference.reading import Read, read_ahead
from modeling.inference.score_files import Column, ScoreWriter
from modeling.registry import Params


@dataclass(frozen=True, slots=True)
class Embedded:
    """How far it came, and what the vectors are kept under."""

    identity: Identity
    done: int
    total: int
    errors: int


def embed(
    name: str,
    params: Params,
    files: Collection[Listed],
    out: Path,
    *,
    device: str = "auto",
    threads: int | None = None,
    on_done: Callable[[int, int], None] = lambda done, total: None,
    on_error: Callable[[str | int, str], None] = lambda key, message: None,
) -> Embedded:
    """Write a vector of each frame behind those that are there; a frame that cannot be read is told and left out.

    Args:
        name: Of `modeling.embeddings.EMBEDDINGS`.
        params: Its own.
        files: In order.
        out: ``OUT.jsonl``; the vectors are float16, beside it, under the identity's name.
        device: auto, cpu, mps, cuda or cuda:N.
        threads: That compute and read, all cores by default.
        on_done: Called with frames done and their total.
        on_error: Called with the id and message of a file that cannot be read.

    Raises:
        UserError: What finding or building the embedding raises.
    """
    entry = EMBEDDINGS.get(name)
    identity = entry.identity(params)
    asked = Column(identity.name, "vector", {"version": identity.version})
    embedder: Embedder = entry.build(params, device, threads)
    errors = 0
    with ScoreWriter(out, [asked]) as writer:
        left = ((file, file.file) for file in files if file.id not in writer.known)
        for group in _groups(read_ahead(left, embedder.prepare, threads or 1), embedder.batch):
            whole = [item for item in group if item.rgb is not None]
            for item in group:
                if item.rgb is None:
                    errors += 1
                    on_error(item.key.id, item.error)
            vectors = embedder.vectors(np.stack([item.rgb for item in whole])) if whole else ()  # type: ignore[misc]
            for item, vector in zip(whole, vectors, strict=True):
                writer.write(item.key.id, {identity.name: vector})
            on_done(len(writer.known) + errors, len(files))
        return Embedded(identity, len(writer.known), len(files), errors)


def _groups(items: Iterator[Read[Any]], size: int) -> Iterator[list[Read[Any]]]:
    while group := list(islice(items, size)):
        yield group
