"""A large pool's arrays are kept in a file: the same answers as from rows, in as few queries however many frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.selectors.statistics import pool_statistics
from core.models import Membership, Role, User
from datasets import pool_table as tables
from datasets.models import Cut, Frame, Pool, Production, Split
from datasets.pool_table import pool_table, size_sums, whole_table
from datasets.selectors import cuts_of, pool_cards
from tests.annotation.house import House, make_frames, make_house
from tests.datasets.makers import ingest, write_images

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house(frames=12)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pool counts as large."""
    monkeypatch.setattr(tables, "KEPT_FROM", 1)


def add(house: House, production: Production, count: int, stem: str) -> list[Frame]:
    frames = make_frames(production, house.pool, count, stem=stem)
    Pool.objects.filter(pk=house.pool.pk).update(frame_count=house.pool.members.count())
    house.pool.productions.add(production)
    house.pool.refresh_from_db()
    return frames


def rows(pool: Pool) -> list[tuple[int, int, int]]:
    columns = ("frame_id", "frame__cut_id", "frame__production_id")
    return list(pool.members.order_by("pk").values_list(*columns))


def files(data_dir: Path) -> list[str]:
    return sorted(path.suffix for path in (data_dir / "tables").glob("pool-*"))


@pytest.mark.usefixtures("large")
def test_the_kept_table_grows_with_its_pool(house: House, data_dir: Path) -> None:
    other = Production.objects.create(name="Other")
    for stem in ("second", "third"):
        assert list(zip(*(column.tolist() for column in whole_table(house.pool)), strict=True)) == rows(
            house.pool
        )
        assert files(data_dir) == [".json", ".npy"], "earlier states are gone"
        add(house, other, 5, stem)
    assert list(zip(*(column.tolist() for column in whole_table(house.pool)), strict=True)) == rows(
        house.pool
    )
    sizes = {(row.production, row.frames) for row in size_sums(house.pool)}
    assert sizes == {(house.production.pk, 12), (other.pk, 10)}


@pytest.mark.usefixtures("large")
def test_only_what_came_since_is_read(house: House) -> None:
    whole_table(house.pool)
    before = max(pk for pk, _, _ in rows(house.pool))
    add(house, house.production, 3, "more")
    with CaptureQueriesContext(connection) as queries:
        whole_table(house.pool)
    reading = [query["sql"] for query in queries if "cut_id" in query["sql"]]
    last_row = house.pool.members.get(frame_id=before).pk
    assert len(reading) == 1
    assert f"> {last_row}" in reading[0]


@pytest.mark.usefixtures("large")
def test_nothing_is_kept_of_a_pool_whose_count_is_not_that_of_its_rows(house: House, data_dir: Path) -> None:
    house.pool.frame_count = 11
    assert len(whole_table(house.pool).ids) == 12
    assert sum(row.frames for row in size_sums(house.pool)) == 12
    assert files(data_dir) == []


@pytest.mark.usefixtures("large")
def test_a_frame_that_went_with_its_show_is_gone_from_the_table(house: House) -> None:
    other = Production.objects.create(name="Other")
    hidden = add(house, other, 4, "other")
    whole_table(house.pool)
    Frame.objects.filter(pk__in=[frame.pk for frame in hidden[:2]]).delete()
    Pool.objects.filter(pk=house.pool.pk).update(frame_count=house.pool.members.count())
    house.pool.refresh_from_db()
    assert list(zip(*(column.tolist() for column in whole_table(house.pool)), strict=True)) == rows(
        house.pool
    )


def answers(house: House, user: User) -> tuple[object, ...]:
    (card,) = pool_cards(user)
    pool = Pool.objects.get(pk=house.pool.pk)
    return (
        card.train_cuts,
        card.held_out_cuts,
        pool_statistics(pool, user),
        [cut.pk for cut in cuts_of(pool, user, at_most=5)],
        cuts_of(pool, user, at_most=2),
        *(column.tolist() for column in pool_table(pool, user)),
    )


def test_kept_or_not_the_answers_are_the_same_and_none_of_what_one_may_not_see(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(house, Production.objects.create(name="Hidden"), 8, "hidden")
    Cut.objects.filter(pk=house.frames[0].cut_id).update(split=Split.TEST)
    Cut.objects.filter(pk=house.frames[4].cut_id).update(split=Split.GAP)
    boss = User.objects.create_superuser("boss")
    small = [answers(house, user) for user in (house.viewer, boss)]
    monkeypatch.setattr(tables, "KEPT_FROM", 1)
    assert [answers(house, user) for user in (house.viewer, boss)] == small
    assert small[0][:2] == (1, 1)
    assert small[1][:2] == (3, 1)
    assert not set(small[0][-3]) - {frame.pk for frame in house.frames}
    Cut.objects.filter(pk=house.frames[4].cut_id).update(split=Split.TEST)
    assert answers(house, house.viewer)[:2] == (1, 2), "sides are asked anew"


@pytest.mark.usefixtures("large")
def test_the_overview_asks_no_more_of_more_frames(house: House, client: Client) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return [query["sql"] for query in queries]

    client.force_login(house.lead)
    client.get("/")
    few = asked()
    add(house, house.production, 40, "more")
    client.get("/")
    many = asked()
    assert len(many) == len(few)
    assert not any("COUNT(DISTINCT" in sql for sql in many), "no walk over all frames"


@pytest.mark.usefixtures("large")
def test_the_table_of_a_pool_that_is_gone_is_cleaned_away(
    house: House, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole_table(house.pool)
    call_command("cleanup")
    assert files(data_dir) == [".json", ".npy"]
    house.pool.delete()
    call_command("cleanup")
    assert "table without a pool" in capsys.readouterr().out
    assert files(data_dir) == []


def test_cuts_are_told_apart_in_whatever_order_their_frames_came(house: House) -> None:
    table = whole_table(house.pool)
    mixed = table.where(np.ones(12, bool))
    shuffled = type(table)(mixed.ids, mixed.cuts[[0, 5, 1, 9, 2, 3, 4, 6, 7, 8, 10, 11]], mixed.productions)
    assert shuffled.distinct_cuts().tolist() == sorted({frame.cut_id for frame in house.frames})
    nothing = table.where(np.zeros(12, bool))
    assert nothing.distinct_cuts().tolist() == []


@pytest.mark.usefixtures("large")
def test_a_role_given_later_shows_more(house: House) -> None:
    other = Production.objects.create(name="Other")
    add(house, other, 4, "other")
    assert len(pool_table(house.pool, house.viewer).ids) == 12
    Membership.objects.create(user=house.viewer, production=other, role=Role.VIEWER)
    assert len(pool_table(house.pool, house.viewer).ids) == 16


@pytest.mark.usefixtures("large")
def test_ingest_leaves_the_table_behind(tmp_path: Path, data_dir: Path) -> None:
    made = ingest(write_images(tmp_path / "shots", ["1.png", "2.png"]))
    assert files(data_dir) == [".json", ".npy"]
    with CaptureQueriesContext(connection) as queries:
        assert len(whole_table(Pool.objects.get(pk=made.pool_id)).ids) == 2
    assert len(queries) == 2, "the pool and its last row"
