"""What pools and snapshots are made of: counted when accepted, summed by the database, seen by members only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from annotation.models import AcceptedLabel
from annotation.selectors.statistics import pool_statistics
from annotation.services.labels_import import labels_import
from annotation.services.reviews import review_accept
from annotation.services.revisions import annotation_submit, revision_restore
from annotation.services.working_copies import working_copy_save
from core.models import Job, Membership, Role
from datasets.features import feature_write
from datasets.models import Frame, LabelTally, Production, Snapshot
from datasets.services.ingest import ingest_create
from datasets.services.productions import production_set_year
from datasets.services.snapshot_figures import snapshot_statistics
from datasets.services.snapshots import FrozenLabel, snapshot_freeze
from modeling.errors import UserError
from modeling.labelio import encode_label
from tests.annotation.house import CEL, HEIGHT, WIDTH, House, cel_map, cel_png, make_frames

A_COLUMN = HEIGHT
"""18 px; a frame has 32 columns, 576 px."""


def draw(house: House, frame: Frame, label_png: bytes) -> AcceptedLabel:
    """Draw, submit and accept a label as people do."""
    [assignment] = house.queue(frame, with_draft=False)
    copy = working_copy_save(
        assignment=assignment, user=house.annotator, expected_version=0, label_png=label_png
    )
    revision = annotation_submit(assignment=assignment, user=house.annotator, expected_version=copy.version)
    review_accept(revision=revision, user=house.reviewer)
    return AcceptedLabel.objects.get(frame=frame)


def freeze(house: House) -> Snapshot:
    """Freeze what is accepted."""
    rows = AcceptedLabel.objects.select_related("revision")
    labels = [FrozenLabel(row.frame_id, "cel", row.revision.label, "person") for row in rows]
    return snapshot_freeze(pool=house.pool, kinds=["cel"], labels=labels, user=house.lead)


def forget() -> None:
    """Leave what a site has that was made before labels were counted."""
    AcceptedLabel.objects.update(tally=None)
    LabelTally.objects.all().delete()
    Snapshot.objects.update(figures=None)


def of_two_labels(house: House) -> None:
    """One label of 8 columns cel; one of 16, 2 of them and 6 more ignored, so that 14 of 24 columns are cel."""
    draw(house, house.frames[0], cel_png(8))
    label_map = cel_map(16)
    label_map[:, 14:22] = 255
    draw(house, house.frames[1], encode_label(label_map, CEL))


def check(made: dict) -> None:  # type: ignore[type-arg]
    """Compare with `of_two_labels`: 22 columns of 56 are cel, 8 of 64 ignored."""
    [label] = made["labels"]
    assert (label["kind"], label["labelled"], label["uncounted"]) == ("cel", 2, 0)
    assert [row["pixels"] for row in label["classes"]] == [34 * A_COLUMN, 22 * A_COLUMN]
    assert label["classes"][1]["share"] == pytest.approx(22 / 56)
    assert (label["ignored"], label["ignored_share"]) == (8 * A_COLUMN, 1 / 8)
    bins = {number: count for number, count in enumerate(label["drawn"]["bins"]) if count}
    assert bins == {5: 1, 11: 1}, "8/32 is 0.25, 14/24 is 0.583"
    assert label["drawn"]["blank"] == 0


def test_accepted_labels_are_counted_as_they_come(house: House) -> None:
    of_two_labels(house)
    check(pool_statistics(house.pool, house.viewer))
    assert pool_statistics(house.pool, house.viewer)["resolutions"] == [
        {"width": WIDTH, "height": HEIGHT, "frames": 6}
    ]


def test_a_pool_counts_each_frame_once_and_its_newest_label(house: House) -> None:
    first = draw(house, house.frames[0], cel_png(8)).revision
    draw(house, house.frames[0], cel_png(32))
    [label] = pool_statistics(house.pool, house.viewer)["labels"]
    assert [row["pixels"] for row in label["classes"]] == [0, 32 * A_COLUMN]
    assert label["drawn"]["bins"][19] == 1
    revision_restore(revision=first, user=house.reviewer)
    [label] = pool_statistics(house.pool, house.viewer)["labels"]
    assert [row["pixels"] for row in label["classes"]] == [24 * A_COLUMN, 8 * A_COLUMN]


def test_imported_labels_are_counted_and_frames_with_the_same_label_each_count(
    house: House, tmp_path: Path
) -> None:
    for frame in house.frames[:3]:
        path = tmp_path / f"{frame.key}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(cel_png(4))
    labels_import(pool=house.pool, kind="cel", source=tmp_path, user=house.lead)
    [label] = pool_statistics(house.pool, house.viewer)["labels"]
    assert LabelTally.objects.count() == 1
    assert [row["pixels"] for row in label["classes"]] == [3 * 28 * A_COLUMN, 3 * 4 * A_COLUMN]


def test_a_label_all_ignored_is_told_apart(house: House) -> None:
    draw(house, house.frames[0], encode_label(cel_map() + 255, CEL))
    [label] = pool_statistics(house.pool, house.viewer)["labels"]
    assert label["drawn"] == {"name": "cel", "bins": [0] * 20, "blank": 1}
    assert label["classes"][0]["share"] is None
    assert label["ignored_share"] == 1


def test_one_sees_the_frames_and_labels_of_ones_productions_only(house: House) -> None:
    of_two_labels(house)
    other = Production.objects.create(name="Other", year=1965)
    house.pool.productions.add(other)
    make_frames(other, house.pool, 2, stem="other")
    mine = pool_statistics(house.pool, house.viewer)
    assert (mine["frames"], mine["years"]) == (6, [])
    Membership.objects.create(production=other, user=house.viewer, role=Role.VIEWER)
    both = pool_statistics(house.pool, house.viewer)
    assert (both["frames"], both["years"]) == (8, [{"year": 1965, "frames": 2}])
    assert both["frames_of_unknown_year"] == 6
    assert pool_statistics(house.pool, house.stranger)["labels"] == []


def test_a_snapshot_is_figured_once_and_keeps_what_was_frozen(house: House) -> None:
    of_two_labels(house)
    snapshot = freeze(house)
    draw(house, house.frames[0], cel_png(32))
    made = snapshot_statistics(snapshot, house.viewer)
    check(made)
    assert (made["frames"], made["frames_of_unknown_year"]) == (2, 2)
    LabelTally.objects.all().delete()
    production_set_year(production=house.production, year=1998, user=house.lead)
    snapshot.refresh_from_db()
    again = snapshot_statistics(snapshot, house.viewer)
    check(again)
    assert again["years"] == [{"year": 1998, "frames": 2}], "a year said later counts"


def test_what_was_accepted_and_frozen_before_is_counted_by_a_job(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    of_two_labels(house)
    snapshot = freeze(house)
    draw(house, house.frames[0], cel_png(32))
    forget()
    assert pool_statistics(house.pool, house.viewer)["labels"][0]["uncounted"] == 2
    assert snapshot_statistics(snapshot, house.viewer)["labels"][0]["uncounted"] == 2
    call_command("count_labels", house.pool.name)
    assert "2 accepted and 1 frozen labels counted" in capsys.readouterr().out, "one label is both"
    assert pool_statistics(house.pool, house.viewer)["labels"][0]["uncounted"] == 0
    check(snapshot_statistics(Snapshot.objects.get(), house.viewer))
    call_command("count_labels")
    assert "0 accepted and 0 frozen labels counted, 0 cannot be read." in capsys.readouterr().out


def test_a_label_whose_file_is_gone_stays_uncounted(house: House, data_dir: Path) -> None:
    row = draw(house, house.frames[0], cel_png(8))
    forget()
    (data_dir / "blobs" / row.revision.label[:2] / row.revision.label).unlink()
    call_command("count_labels", verbosity=0)
    assert pool_statistics(house.pool, house.viewer)["labels"][0]["uncounted"] == 1


def test_the_api_gives_the_same_numbers_and_starts_the_counting(house: House) -> None:
    of_two_labels(house)
    snapshot, client = freeze(house), APIClient()
    client.force_authenticate(house.viewer)
    address = reverse("pool-statistics", args=[house.pool.pk])
    check(client.get(address).json())
    check(client.get(reverse("snapshot-statistics", args=[snapshot.pk])).json())
    assert client.post(address).status_code == 403, "a lead counts"
    client.force_authenticate(house.lead)
    assert client.post(address).status_code == 202
    client.post(address)
    assert Job.objects.filter(title=f"Count the labels of {house.pool.name}").count() == 1, "one at a time"
    client.force_authenticate(house.stranger)
    assert client.get(address).status_code == 404
    assert client.get(reverse("snapshot-statistics", args=[snapshot.pk])).status_code == 404


def test_balance_of_a_snapshot_over_its_pool(house: House) -> None:
    of_two_labels(house)
    snapshot, client = freeze(house), APIClient()
    client.force_authenticate(house.viewer)
    assert client.get(reverse("snapshot-balance", args=[snapshot.pk])).json()["styles"] is None
    cache.clear()
    ids = sorted(frame.pk for frame in house.frames)
    feature_write("edges", 1, ids, np.arange(len(ids) * 256).reshape(-1, 256).astype(np.uint8))
    made = client.get(reverse("snapshot-balance", args=[snapshot.pk])).json()
    [production] = made["productions"]["rows"]
    assert production["train"] + production["test"] == 2
    [cel] = made["labels"]
    assert sum(cel["labels"].values()) == 2
    styles = made["styles"]
    assert styles["feature"] == "edges"
    assert sum(row["pool"] for row in styles["rows"]) == pytest.approx(1)
    assert {row["frame"] for row in styles["rows"]} <= set(ids)
    client.force_authenticate(house.stranger)
    assert client.get(reverse("snapshot-balance", args=[snapshot.pk])).status_code == 404


def test_leads_say_the_year(house: House) -> None:
    api = APIClient()
    api.force_authenticate(house.lead)
    address = reverse("production-detail", args=[house.production.pk])
    assert api.patch(address, {"year": 1998}, format="json").json()["year"] == 1998
    assert api.patch(address, {"year": None}, format="json").json()["year"] is None
    assert api.patch(address, {"year": 98}, format="json").status_code == 400
    with pytest.raises(UserError, match="1880"):
        production_set_year(production=house.production, year=1066, user=house.lead)
    with pytest.raises(PermissionDenied):
        production_set_year(production=house.production, year=1998, user=house.reviewer)


def test_the_page_of_productions_sets_the_year_for_leads(house: House, client: Client) -> None:
    address = reverse("production-year", args=[house.production.pk])
    client.force_login(house.lead)
    said = [client.post(address, {"year": year}, follow=True).content.decode() for year in ("1998", "19x8")]
    assert "Show came out in 1998." in said[0]
    assert "is no year." in said[1]
    assert 'value="1998"' in said[1]
    client.force_login(house.viewer)
    assert client.post(address, {"year": "2001"}).status_code == 403
    page = client.get(reverse("productions")).content.decode()
    assert "1998" in page, "who is no lead reads it"
    assert 'name="year"' not in page
    client.force_login(house.lead)
    client.post(address, {"year": ""})
    assert Production.objects.get().year is None


def test_an_ingest_says_the_year_where_it_is_unknown_and_never_another(db: None) -> None:
    ingest_create(pool_name="Show", year=1998, user=None, paths=["clip.mp4"])
    ingest_create(pool_name="Show", user=None, paths=["clip.mp4"])
    assert Production.objects.get().year == 1998
    with pytest.raises(UserError, match="came out in 1998, not in 2001"):
        ingest_create(pool_name="Show", year=2001, user=None, paths=["clip.mp4"])
