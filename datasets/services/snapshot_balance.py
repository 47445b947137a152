"""How evenly a snapshot covers classes, productions and the styles of its pool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.core.cache import cache
from numpy.typing import NDArray

from datasets.balance import SIDES, Counts, class_balance, divergence, effective, styles_of
from datasets.features import COLORS, EDGES, Feature, feature_present, feature_read
from datasets.models import Frame, PoolFrame, Snapshot
from datasets.services.snapshot_figures import label_sums
from datasets.services.snapshots import snapshot_folder
from modeling import snapshots as folders

LOOKED_AT = 20_000
"""Of a larger pool, so many frames, evenly by their ids, stand for all."""
_KEPT_SECONDS = 600
_CHUNK = 500


def snapshot_balance(snapshot: Snapshot) -> dict[str, Any]:
    """Classes, productions and styles of a snapshot by side, as ``BalanceSerializer`` of the API describes them.

    Styles are groups of the pool's frames by their colours, by where their edges lie until colours are computed. A
    snapshot is seen only by who may see the whole pool, so every frame of it counts. Kept for ten minutes.
    """
    found: dict[str, Any] | None = cache.get(key := f"balance-{snapshot.pk}")
    if found is None:
        found = _balance(snapshot)
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _balance(snapshot: Snapshot) -> dict[str, Any]:
    folder = folders.Snapshot.open(snapshot_folder(snapshot))
    return {
        "labels": [
            class_balance({side: label_sums(folder, kind, split=side) for side in SIDES})
            for kind in folder.kinds
        ],
        "productions": _productions(folder),
        "styles": _styles(snapshot, folder),
    }


def _productions(folder: folders.Snapshot) -> dict[str, Any]:
    """Frames by production and side, the largest first, and how many even ones they are like."""
    rows = list(folder.frames())
    names = sorted({row.production for row in rows})
    by_side = {side: Counter(row.production for row in rows if row.split == side) for side in SIDES}
    counts = {side: np.array([by_side[side][name] for name in names], np.int64) for side in SIDES}
    order = np.argsort(-(counts["train"] + counts["test"]), kind="stable")
    return {
        "rows": [{"name": names[i], **{side: int(counts[side][i]) for side in SIDES}} for i in order],
        **_evenness(counts),
    }


def _evenness(counts: dict[str, Counts]) -> dict[str, Any]:
    return {
        "effective": effective(counts["train"]),
        "divergence": divergence(counts["train"], counts["test"]),
    }


def _styles(snapshot: Snapshot, folder: folders.Snapshot) -> dict[str, Any] | None:
    """None where the pool's frames have no feature, as a snapshot whose pool is gone."""
    pool = _sampled(np.fromiter(_ids_in(snapshot), np.int64))
    sides = {side: _ids_of(snapshot, folder, side) for side in SIDES}
    feature = next((one for one in (COLORS, EDGES) if _has_all(one, pool, *sides.values())), None)
    if feature is None:
        return None
    train, test = (_read(feature, sides[side]) for side in SIDES)
    styles = styles_of(_read(feature, pool), train, test)
    shares = {name: _shares(counts) for name, counts in styles.counts.items()}
    return {
        "feature": feature.name,
        "rows": [
            {"frame": int(pool[typical]), **{name: share[i] for name, share in shares.items()}}
            for i, typical in enumerate(styles.typical)
        ],
        "left_out": styles.left_out(),
        "pool_divergence": divergence(styles.counts["train"], styles.counts["pool"]),
        **_evenness(styles.counts),
    }


def _shares(counts: Counts) -> list[float | None]:
    return [int(count) / int(counts.sum()) if counts.sum() else None for count in counts]


def _ids_in(snapshot: Snapshot) -> Iterator[int]:
    rows = Frame.objects.in_pool(snapshot.pool_id).order_by("pk")
    return rows.values_list("pk", flat=True).iterator(chunk_size=10_000)


def _sampled(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    return ids[:: -(-len(ids) // LOOKED_AT) or 1]


def _ids_of(snapshot: Snapshot, folder: folders.Snapshot, side: str) -> NDArray[np.int64]:
    keys = [row.key for row in folder.frames() if row.split == side]
    rows = PoolFrame.objects.filter(pool=snapshot.pool_id)
    chunks = (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
    ids = [pk for chunk in chunks for pk in rows.keyed(chunk).values_list("frame_id", flat=True)]
    return np.array(ids, np.int64)


def _has_all(feature: Feature, *ids: NDArray[np.int64]) -> bool:
    wanted = np.concatenate(ids)
    return bool(len(wanted)) and bool(feature_present(feature.name, feature.version, wanted).all())


def _read(feature: Feature, ids: NDArray[np.int64]) -> NDArray[Any]:
    if not len(ids):
        return np.empty((0, feature.size), feature.dtype)
    return feature_read(feature.name, feature.version, ids)
