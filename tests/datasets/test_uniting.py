"""Freezing holds out what shows the same as held-out cuts do: once, with a record, and never what was trained on."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client

from core import blobs
from core.models import AuditEntry, User
from core.paths import data_path
from datasets.models import Cut, Frame, LookAlike, Pool, PoolFrame, Production, Snapshot, Source
from datasets.services.snapshots import FrozenLabel, snapshot_freeze
from modeling import snapshots as folders
from modeling.images import encode_png
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.datasets.makers import Picture
from tests.datasets.test_lookalikes import shot

pytestmark = pytest.mark.django_db


def make_pool(*names: str) -> Pool:
    pool = Pool.objects.create(name="pool")
    for name in names or ("Show",):
        pool.productions.add(Production.objects.get_or_create(name=name)[0])
    return pool


def add_cut(
    pool: Pool, name: str, pictures: list[Picture], split: str = "train", group: str = "", show: str = "Show"
) -> Cut:
    production = Production.objects.get(name=show)
    source = Source.objects.create(production=production, sha256=name.ljust(64, "0"), name=name, kind="image")
    cut = Cut.objects.create(production=production, source=source, name=name, split=split, group=group)
    for index, picture in enumerate(pictures):
        blob = blobs.put_bytes(encode_png(np.ascontiguousarray(picture)))
        frame = Frame.objects.create(
            production=production,
            source=source,
            cut=cut,
            locator=str(index),
            key=f"{name}/{index}",
            index=index,
            width=480,
            height=270,
            blob=blob,
            proxy=blob,
        )
        PoolFrame.objects.create(pool=pool, frame=frame, key=frame.key)
    return cut


def freeze(pool: Pool, *cuts: Cut) -> Snapshot:
    """Freeze with a label on every frame of these cuts."""
    label = blobs.put_bytes(encode_label(np.zeros((270, 480), np.uint8), get_kind("cel")))
    frames = Frame.objects.filter(cut__in=cuts)
    labels = [FrozenLabel(frame.pk, "cel", label, "import") for frame in frames]
    return snapshot_freeze(pool=pool, kinds=["cel"], labels=labels, user=None)


def notes(snapshot: Snapshot) -> str:
    return " ".join(folders.Snapshot.open(data_path("snapshots", snapshot.pk)).header.notes)


def split_of(cut: Cut) -> str:
    return Cut.objects.get(pk=cut.pk).split


def test_a_bank_cut_is_held_out_with_the_cut_it_repeats_and_the_record_says_why() -> None:
    pool = make_pool()
    test = add_cut(pool, "opening", [shot(0)], "test")
    again = add_cut(pool, "bank", [shot(0)[:, ::-1]])
    other = add_cut(pool, "other", [shot(1), shot(2)])
    frozen = freeze(pool, again, other)
    assert (split_of(again), split_of(other)) == ("test", "train")
    assert Cut.objects.get(pk=again.pk).group == Cut.objects.get(pk=test.pk).group != ""
    assert frozen.counts["labels"] == {"cel": {"train": 2, "test": 1}}
    assert "1 cut that held-out cuts show too" in notes(frozen)
    pair = LookAlike.objects.get()
    assert (pair.frame.cut, pair.twin.cut, pair.mirrored, pair.united) == (again, test, True, True)
    entry = AuditEntry.objects.get(action="cut.hold_out")
    assert (entry.subject_id, entry.data["like"]) == (str(again.pk), "opening")


def test_freezing_twice_searches_once_and_gives_the_same_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = make_pool()
    cuts = [add_cut(pool, "bank", [shot(0)]), add_cut(pool, "other", [shot(1), shot(2)])]
    add_cut(pool, "opening", [shot(0)], "test")
    first = freeze(pool, *cuts)
    monkeypatch.setattr("datasets.services.lookalikes.candidates", None)
    assert freeze(pool, *cuts) == first


def test_what_comes_later_is_searched_and_what_was_trained_on_stays_and_is_counted() -> None:
    pool = make_pool()
    bank, other = add_cut(pool, "bank", [shot(0)]), add_cut(pool, "other", [shot(1), shot(2)])
    freeze(pool, bank, other)
    add_cut(pool, "opening", [shot(0)], "test")
    frozen = freeze(pool, bank, other)
    assert split_of(bank) == "train"
    assert LookAlike.objects.get().stays == "trained"
    assert "1 look-alike pair across the split remain" in notes(frozen)
    assert not AuditEntry.objects.filter(action="cut.hold_out").exists()


def test_a_group_moves_as_one_or_not_at_all() -> None:
    pool = make_pool()
    add_cut(pool, "opening", [shot(0)], "test")
    bank = add_cut(pool, "bank", [shot(0)], group="song")
    chorus = add_cut(pool, "chorus", [shot(3)], group="song")
    freeze(pool, bank, add_cut(pool, "other", [shot(1), shot(2)]))
    assert (split_of(bank), split_of(chorus)) == ("test", "test")


def test_a_pool_never_loses_more_than_half_of_its_training_labels() -> None:
    pool = make_pool()
    add_cut(pool, "opening", [shot(0)], "test")
    bank, other = add_cut(pool, "bank", [shot(0), shot(0, 44)]), add_cut(pool, "other", [shot(1)])
    freeze(pool, bank, other)
    assert split_of(bank) == "train"
    assert LookAlike.objects.first().stays == "too many"


def test_across_productions_the_group_gets_a_name_that_nobody_gave() -> None:
    pool = make_pool("Show", "Film")
    add_cut(pool, "opening", [shot(0)], "test", group="song")
    recap = add_cut(pool, "recap", [shot(0)], show="Film")
    freeze(pool, recap, add_cut(pool, "other", [shot(1), shot(2)]))
    recap.refresh_from_db()
    assert (recap.split, recap.group.startswith("look-alike ")) == ("test", True)


def test_parts_of_one_shot_stay_apart_and_are_counted() -> None:
    pool = make_pool()
    shot_ = add_cut(pool, "shot", [shot(0), shot(0)])
    part = add_cut(pool, "shot/held-out", [shot(0)], "test")
    Cut.objects.filter(pk=part.pk).update(source=shot_.source)
    freeze(pool, shot_, add_cut(pool, "other", [shot(1), shot(2), shot(3)]))
    assert split_of(shot_) == "train"
    assert set(LookAlike.objects.values_list("stays", flat=True)) == {"one shot"}


def test_the_pairs_are_shown_with_what_was_done(client: Client) -> None:
    pool = make_pool()
    add_cut(pool, "opening", [shot(0)], "test")
    frozen = freeze(
        pool, add_cut(pool, "bank", [shot(0)[:, ::-1]]), add_cut(pool, "other", [shot(1), shot(2)])
    )
    client.force_login(User.objects.create_superuser("boss"))
    assert b"1 pair of frames" in client.get(f"/snapshots/{frozen.pk}/").content
    page = client.get(f"/snapshots/{frozen.pk}/look-alikes/").content.decode()
    assert "held out too" in page
    assert "shown mirrored" in page
    client.force_login(User.objects.create_user("stranger"))
    assert client.get(f"/snapshots/{frozen.pk}/look-alikes/").status_code == 404
