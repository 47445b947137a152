"""A pool's frames become vectors and places on a map: by jobs that go on, name what is broken, and belong to leads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied

from core import blobs
from core.jobs import run_inline
from core.models import JobLogLine
from core.paths import data_path
from datasets.features import (
    COLORS,
    EDGES,
    feature_filled,
    feature_present,
    feature_read,
    feature_write,
    known_features,
)
from datasets.jobs import embedding_compute_job, map_compute_job
from datasets.models import Frame
from datasets.projections import PROJECTIONS, Points, get_projection
from datasets.services import embeddings, maps
from modeling.errors import UserError
from tests.annotation.house import House, make_house


@pytest.fixture
def house(db: None) -> House:
    return make_house(8)


def ids_of(house: House) -> np.ndarray:
    return np.array([frame.pk for frame in house.frames])


def colored(house: House) -> dict:
    return run_inline(
        embedding_compute_job, device="cpu", **embeddings.job_options(house.pool, "colors", {})
    ).result


def test_a_broken_frame_stops_nothing_and_what_is_there_is_not_done_again(house: House) -> None:
    Frame.objects.filter(pk=house.frames[1].pk).update(proxy=blobs.put_bytes(b"no picture"))
    assert colored(house) == {"feature": "colors", "version": 1, "embedded": 7, "unread": 1}
    assert f"Frame {house.frames[1].pk} has no vector" in JobLogLine.objects.get().text
    present = feature_present("colors", 1, ids_of(house))
    assert present.tolist() == [True, False] + [True] * 6
    grey = feature_read("colors", 1, ids_of(house)[:1])[
        0
    ]  # 40 of 256, in each channel the first of six cells
    assert (grey[0], grey.sum()) == (1, 1)
    assert np.isnan(feature_filled("colors", 1, ids_of(house))[1]).all()
    assert colored(house)["embedded"] == 0
    assert not list(data_path("features").glob(".embedding-*"))


def test_a_killed_job_goes_on_behind_what_was_embedded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = embeddings.run_modeling, []

    def killed_once(args, **options):
        calls.append(args)
        real(args, **options)
        if len(calls) == 1:
            raise RuntimeError("killed before anything was stored")

    monkeypatch.setattr(embeddings, "run_modeling", killed_once)
    with pytest.raises(RuntimeError):
        colored(house)
    folder = next(data_path("features").glob(".embedding-*"))
    written = (folder / "vectors.colors.f16").stat()
    assert written.st_size == 8 * COLORS.size * 2
    monkeypatch.setattr(embeddings, "_register", lambda *_: None)
    monkeypatch.setattr(embeddings.shutil, "rmtree", lambda *_, **__: None)
    assert colored(house)["embedded"] == 8
    again = (folder / "vectors.colors.f16").stat()
    assert (again.st_size, again.st_mtime_ns) == (written.st_size, written.st_mtime_ns)


def test_leads_start_with_weights_of_the_sites_folder_only(house: House, tmp_path: Path) -> None:
    start = embeddings.embedding_start
    with pytest.raises(PermissionDenied):
        start(pool=house.pool, embedding="colors", params={}, user=house.reviewer)
    first = start(pool=house.pool, embedding="colors", params={}, user=house.lead)
    assert start(pool=house.pool, embedding="colors", params={}, user=house.lead).pk == first.pk
    elsewhere = tmp_path / "elsewhere.pth"
    elsewhere.write_bytes(b"weights")
    for weights in (str(elsewhere), "../elsewhere.pth"):
        with pytest.raises(UserError, match="folder of weights"):
            start(
                pool=house.pool,
                embedding="timm",
                params={"model": "resnet18", "weights": weights},
                user=house.lead,
            )
    with pytest.raises(UserError, match="no weights of resnet18"):
        start(pool=house.pool, embedding="timm", params={"model": "resnet18"}, user=house.lead)
    (data_path("weights") / "mine.pth").write_bytes(b"weights")
    job = start(
        pool=house.pool,
        embedding="timm",
        params={"model": "resnet18", "weights": "mine.pth"},
        user=house.lead,
    )
    assert "timm-resnet18-" in job.title


def test_what_stands_on_somebodys_weights_is_listed_once_it_is_there(house: House) -> None:
    assert list(known_features()) == ["edges", "colors"]
    identity = embeddings.identity_of("timm", {})
    feature_write(*identity, ids_of(house), np.ones((8, 5), np.float16))
    embeddings._register("timm", identity)
    made = known_features()[identity.name]
    assert (made.version, made.size, made.at_ingest) == (identity.version, 5, False)


# --- maps ---


def placed(rows: np.ndarray, name: str = "pca") -> np.ndarray:
    rows = rows.astype(np.float32)
    return PROJECTIONS[name].fit(Points(len(rows), rows.shape[1], lambda at: rows[at]), 0, lambda *_: None)


def test_principal_directions_by_hand() -> None:
    rows = np.array([[0, 3, 1], [0, -3, 1], [1, 0, 1], [-1, 0, 1]]) + 100
    assert np.allclose(placed(rows), [[3, 0], [-3, 0], [0, 1], [0, -1]], atol=1e-4)
    assert np.allclose(placed(rows[:, 1:2]), [[3, 0], [-3, 0], [0, 0], [0, 0]], atol=1e-4)
    assert placed(rows[:1]).tolist() == [[0, 0]]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(0).normal(size=(50, 4)) * [5, 3, 1, 1]
    whole = placed(rows)
    monkeypatch.setattr("datasets.projections.BLOCK", 7)
    assert np.allclose(placed(rows), whole, atol=1e-4)


def test_a_projection_that_is_not_installed_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.projections.find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"pip install 'sakkan\[map\]'"):
        get_projection("umap")
    with pytest.raises(UserError, match="no projection 'pce'"):
        get_projection("pce")


def test_neighbourhoods_fit_a_sample_and_place_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fitted:
        def __init__(self, **options) -> None:
            assert options["n_neighbors"] == 9

        def fit_transform(self, rows):
            return rows[:, :2]

        def transform(self, rows):
            return -rows[:, :2]

    monkeypatch.setitem(__import__("sys").modules, "umap", type("umap", (), {"UMAP": Fitted}))
    monkeypatch.setattr("datasets.projections.MOST_FITTED", 10)
    rows = np.arange(1, 41).reshape(20, 2)
    found = placed(rows, "umap")
    assert (found[:, 0] > 0).sum() == 10
    assert np.abs(found).tolist() == rows.tolist()


def test_a_map_is_kept_of_the_frames_that_have_the_feature(house: House) -> None:
    ids = ids_of(house)
    made = maps.PoolMap(house.pool.pk, "pca", EDGES.name, EDGES.version)
    with pytest.raises(UserError, match="No frame of pool has the feature 'edges'"):
        run_inline(map_compute_job, **maps.job_options(house.pool, made))
    rows = np.zeros((7, EDGES.size), np.uint8)
    rows[:, 3] = np.arange(7) * 10
    feature_write(EDGES.name, EDGES.version, ids[:7], rows)
    job = run_inline(map_compute_job, **maps.job_options(house.pool, made))
    assert job.result == {"key": "pca.edges.1", "placed": 7, "no_feature": 1}
    assert maps.maps_of(house.pool) == [made]
    places = maps.map_places(made, ids)
    assert np.allclose(places[:7, 0], np.arange(7) * 10 - 30, atol=1e-3)
    assert np.isnan(places[7]).all()
    assert maps.map_named("edges", 1) is None


def test_only_leads_map_and_a_second_click_is_the_same_job(house: House) -> None:
    feature_write(EDGES.name, EDGES.version, ids_of(house), np.ones((8, EDGES.size), np.uint8))
    options = {"pool": house.pool, "projection": "pca", "feature": "edges", "version": 1}
    with pytest.raises(PermissionDenied):
        maps.map_start(user=house.annotator, **options)
    first = maps.map_start(user=house.lead, **options)
    assert maps.map_start(user=house.lead, **options).pk == first.pk
