"""The map of a pool: points and colours as bytes, frames drawn round become a selection, only for those who may."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from active_learning.map_colors import color_values, coloring_named, colorings_of
from active_learning.models import Round, Selection
from active_learning.services.by_hand import selection_by_hand
from annotation.models import Assignment
from core.jobs import run_inline
from core.models import AuditEntry, Membership, Role
from datasets.features import feature_write
from datasets.jobs import map_compute_job
from datasets.models import Production
from datasets.pool_table import pool_table
from datasets.services.maps import PoolMap, job_options, maps_of
from modeling.errors import UserError
from modeling.tasks import TASKS
from tests.active_learning.conftest import Loop
from tests.active_learning.test_commands import refused, run
from tests.active_learning.world import FakeModeling, entropy_of, trainable_ids
from tests.annotation.house import House, make_frames

CEL = TASKS.get("cel")
KEY = "pca.edges.1"


@pytest.fixture
def mapped(house: House) -> House:
    run_inline(map_compute_job, **job_options(house.pool, PoolMap(house.pool.pk, "pca", "edges", 1)))
    return house


def points(client: Client, house: House) -> tuple[list[int], np.ndarray]:
    data = client.get(f"/api/pools/{house.pool.pk}/map/points/", {"map": KEY}).content
    count = len(data) // 12
    return np.frombuffer(data[: 4 * count], "<u4").tolist(), np.frombuffer(data[4 * count :], "<f4").reshape(
        2, -1
    )


def values(house: House, key: str, round_: Round | None = None) -> dict[int, float]:
    table = pool_table(house.pool, house.lead)
    coloring = coloring_named(house.pool, CEL, key)
    found = color_values(coloring, pool=house.pool, task=CEL, table=table, round_=round_)
    assert found.shape == table.ids.shape
    return dict(zip(table.ids.tolist(), found.tolist(), strict=True))


def lasso(house: House, frames: list[int], **options: Any) -> Selection:
    options = {"user": house.lead, "reason": "Drawn round", "params": {"map": KEY}} | options
    return selection_by_hand(pool=house.pool, task="cel", frame_ids=frames, **options)


def test_alike_frames_lie_near_each_other_and_none_that_one_may_not_see(
    mapped: House, client: Client
) -> None:
    other = Production.objects.create(name="Other")
    mapped.pool.productions.add(other)
    hidden = make_frames(other, mapped.pool, 1, stem="hidden")[0]
    feature_write(f"map-{mapped.pool.pk}-pca-edges", 1, [hidden.pk], np.ones((1, 2), np.float32))
    client.force_login(mapped.viewer)
    ids, places = points(client, mapped)
    assert ids == [frame.pk for frame in mapped.frames]
    cuts = places.reshape(2, 10, 4)
    assert cuts.std(2).mean() < places.std() / 4
    Membership.objects.create(user=mapped.viewer, production=other, role=Role.VIEWER)
    assert points(client, mapped)[0] == [*ids, hidden.pk]


def test_every_so_many_th_frame_is_shown_first(mapped: House, client: Client) -> None:
    client.force_login(mapped.viewer)
    ids, places = points(client, mapped)
    for asked, step in (("3", 3), ("0", 1), ("1000", 1000), ("-2", 1), ("some", 1)):
        some = client.get(f"/api/pools/{mapped.pool.pk}/map/points/", {"map": KEY, "every": asked}).content
        count = len(ids[::step])
        assert np.frombuffer(some[: 4 * count], "<u4").tolist() == ids[::step]
        assert np.frombuffer(some[4 * count :], "<f4").tolist() == places[:, ::step].ravel().tolist()


def test_colours_of_a_pool_without_rounds(mapped: House, client: Client) -> None:
    mapped.queue(mapped.frames[3])
    assert not any(one.of_round for one in colorings_of(mapped.pool, CEL))
    states = values(mapped, "state")
    assert [pk for pk, value in states.items() if value] == [mapped.frames[3].pk]
    assert sum(values(mapped, "split").values()) == 8
    assert set(values(mapped, "production").values()) == {0}
    assert np.isnan(list(values(mapped, "picked").values())).all()
    with pytest.raises(UserError, match="no colouring 'stat'"):
        coloring_named(mapped.pool, CEL, "stat")
    client.force_login(mapped.viewer)
    answer = client.get(f"/api/pools/{mapped.pool.pk}/map/values/", {"map": KEY, "by": "state"})
    assert np.frombuffer(answer.content, "<f4").tolist() == list(states.values())


def test_colours_of_a_scored_round(mapped: House, loop: Loop, modeling: FakeModeling) -> None:
    round_ = loop.round()
    entropy, share = values(mapped, "score.entropy", round_), values(mapped, "share.1", round_)
    labelled = {pk for pk, value in values(mapped, "state").items() if value == 2}
    scored = trainable_ids(mapped) - labelled
    assert {pk for pk, value in entropy.items() if not np.isnan(value)} == scored
    some = min(scored)
    assert entropy[some] == pytest.approx(entropy_of(some), abs=1e-6)
    assert share[some] == pytest.approx(1 - entropy_of(some), abs=1e-3)
    picked = {pk for pk, value in values(mapped, "picked").items() if value == 0}
    assert labelled <= picked


def test_what_is_drawn_round_is_proposed_without_what_cannot_be_picked(mapped: House) -> None:
    ids = [frame.pk for frame in mapped.frames]
    mapped.queue(mapped.frames[0])
    selection = lasso(mapped, [ids[0], ids[1], ids[2], ids[2], ids[-1]])
    picks = selection.items.filter(held_out=False)
    assert list(picks.values_list("frame_id", "reason")) == [(ids[1], "Drawn round"), (ids[2], "Drawn round")]
    assert (selection.strategy, selection.budget, selection.params) == ("lasso", 2, {"map": KEY})
    assert selection.note == (
        "1 frame left out: held-out, or beside held-out ones. "
        "1 frame left out: labelled, queued or skipped already."
    )
    assert selection.items.filter(held_out=True).exists(), "a first round is judged on something"
    assert AuditEntry.objects.get(action="selection.propose").data["picks"] == 2


def test_what_cannot_be_drawn_round_is_told(mapped: House) -> None:
    ids = [frame.pk for frame in mapped.frames]
    for frames, words in (
        ([], "1 to 10,000 frames"),
        ([ids[0], 10**6], "1 frame of these 2 are not in pool"),
        ([ids[-1]], "None of these"),
    ):
        with pytest.raises(UserError, match=words):
            lasso(mapped, frames)
    with pytest.raises(PermissionDenied):
        lasso(mapped, ids[:1], user=mapped.reviewer)
    assert not Selection.objects.exists()


def test_the_api_queues_at_once_or_leaves_it_to_a_look(mapped: House, client: Client) -> None:
    client.force_login(mapped.lead)
    address = f"/api/pools/{mapped.pool.pk}/map/selections/"
    body = {"task": "cel", "map": KEY, "frames": [mapped.frames[1].pk]}
    proposed = client.post(address, body, content_type="application/json")
    assert (proposed.status_code, proposed.json()["state"]) == (201, "proposed")
    assert not Assignment.objects.exists()
    queued = client.post(address, {**body, "queue": True}, content_type="application/json").json()
    assert queued["state"] == "confirmed"
    item = Assignment.objects.get(frame=mapped.frames[1]).selection_items.get()
    assert item.reason == "Drawn round on the map of edges, PCA"
    client.force_login(mapped.annotator)
    assert client.post(address, body, content_type="application/json").status_code == 403


def test_the_page_without_a_map_makes_one_and_shows_it(house: House, client: Client) -> None:
    address = f"/pools/{house.pool.pk}/map/"
    client.force_login(house.viewer)
    assert "A lead makes it" in client.get(address).content.decode()
    assert client.post(f"{address}compute/", {"feature": "edges", "projection": "pca"}).status_code == 403
    client.force_login(house.lead)
    assert "Place the frames" in client.get(address).content.decode()
    told = client.post(f"{address}compute/", {"feature": "edges", "projection": "pca"}, follow=True)
    assert "Map pool by PCA of edges: queued" in told.content.decode()
    told = client.post(f"{address}features/", {"embedding": "timm", "timm.model": "resnet18"}, follow=True)
    assert "no weights of resnet18" in told.content.decode()
    run_inline(map_compute_job, **job_options(house.pool, PoolMap(house.pool.pk, "pca", "edges", 1)))
    page = client.get(address).content.decode()
    assert f'data-map="{KEY}"' in page
    assert "style=" not in page
    assert "no map" in client.get(address, {"map": "pca.colors.1"}, follow=True).content.decode()


def test_some_frames_are_opened_as_a_list(mapped: House, client: Client) -> None:
    client.force_login(mapped.viewer)
    some = [mapped.frames[at] for at in (3, 7)]
    address = f"/pools/{mapped.pool.pk}/frames/"
    page = client.get(address, {"among": ",".join(str(frame.pk) for frame in some)}).content.decode()
    assert [frame.pk for frame in mapped.frames if f'href="/frames/{frame.pk}/"' in page] == [
        frame.pk for frame in some
    ]
    assert "2 chosen on the map" in page


def test_the_api_lists_and_starts(mapped: House, client: Client) -> None:
    client.force_login(mapped.lead)
    address = f"/api/pools/{mapped.pool.pk}"
    found = client.get(f"{address}/map/").json()
    assert [one["key"] for one in found["maps"]] == [KEY]
    assert [one["feature"] for one in found["sources"]] == ["edges"]
    started = client.post(f"{address}/map/", {"feature": "edges"}, content_type="application/json")
    assert (started.status_code, started.json()["title"]) == (202, "Map pool by PCA of edges")
    wrong = client.post(f"{address}/map/", {"feature": "edge"}, content_type="application/json")
    assert "Did you mean 'edges'" in wrong.content.decode()
    assert client.post(f"{address}/embeddings/", {}, content_type="application/json").status_code == 202


def test_the_commands_compute_place_and_pick(house: House) -> None:
    assert run("embed", "pool", "--wait", "--device", "cpu") == "colors\n"
    page = run("map_pool", "pool", "--feature", "colors", "--wait")
    assert page == f"/pools/{house.pool.pk}/map/\n"
    assert [made.key for made in maps_of(house.pool)] == ["pca.colors.1"]
    picked = run("select", "pool", "--strategy", "kmeans", "--set", "feature=colors", "--budget", "2")
    assert "Colors: nearest the centre" in picked
    assert "pool has no feature 'color'. Did you mean 'colors'" in refused(
        "map_pool", "pool", "--feature", "color"
    )
    assert "no weights of resnet18" in refused(
        "embed", "pool", "--embedding", "timm", "--set", "model=resnet18"
    )
