"""A kind of another storage form: depth is imported, queued, shown and exported (`test_depth_layers.py`: drawn)."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from annotation.labels import changed_share, label_get, unpack_label
from annotation.models import AcceptedLabel, Assignment
from annotation.selectors.statistics import pool_statistics
from annotation.services.labels_import import labels_import
from annotation.services.queueing import frames_queue
from annotation.thumbs import overlay
from datasets.formats import Terms
from datasets.models import LabelTally, Snapshot
from datasets.services.exports import export_write
from datasets.services.snapshots import FrozenLabel, snapshot_freeze
from modeling.errors import UserError
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.annotation.house import HEIGHT, WIDTH, House

DEPTH = get_kind("depth")
SIZE = HEIGHT, WIDTH


def depth_map(unknown: int = 0) -> np.ndarray:
    """(HEIGHT, WIDTH) uint16 that gets nearer to the right; so many columns at the left are unknown."""
    levels = np.tile(np.linspace(1, 65535, WIDTH).astype(np.uint16), (HEIGHT, 1))
    levels[:, :unknown] = 0
    return levels


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Depth maps of the first two frames, as OpenCV writes them."""
    for number, unknown in ((0, 0), (2, 16)):
        path = tmp_path / "depth" / "show" / f"{number:06d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), depth_map(unknown))
    return tmp_path / "depth"


@pytest.fixture
def imported(house: House, folder: Path) -> House:
    report = labels_import(pool=house.pool, kind="depth", source=folder, user=house.reviewer)
    assert (report.imported, report.refused) == (2, [])
    return house


@pytest.fixture
def lead(house: House, client: Client) -> Client:
    client.force_login(house.lead)
    return client


def test_a_map_sent_as_png_bytes_or_gzip_is_the_same_map() -> None:
    levels = depth_map(3)
    raw = levels.astype("<u2").tobytes()
    for body, packed in ((encode_label(levels, DEPTH), False), (raw, False), (gzip.compress(raw), True)):
        np.testing.assert_array_equal(unpack_label(body, DEPTH, SIZE, gzipped=packed), levels)
    for wrong in (raw[:-1], raw[: len(raw) // 2]):
        with pytest.raises(UserError, match="its frame 576 pixels"):
            unpack_label(wrong, DEPTH, SIZE)


def test_half_of_two_maps_differs() -> None:
    assert changed_share(depth_map(), depth_map(16)) == 0.5


def test_depth_maps_become_accepted_labels_value_for_value(imported: House) -> None:
    for frame, unknown in zip(imported.frames, (0, 16), strict=False):
        stored = AcceptedLabel.objects.get(frame=frame, kind="depth").revision.label
        np.testing.assert_array_equal(label_get(stored, DEPTH), depth_map(unknown))


def test_the_command_imports_by_kind_and_refuses_eight_bits_in_one_line(
    house: House, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(folder / "show" / "000004.png")
    call_command("import_labels", "pool", str(folder), "--kind", "depth", "--as", "reviewer", verbosity=0)
    told = capsys.readouterr()
    assert "2 labels imported, 1 refused." in told.out
    assert "show/000004.png: " in told.err
    assert "is no grey picture of 16 bits" in told.err
    assert "larger is nearer, 0 is unknown" in told.err


@pytest.mark.parametrize("read", ["blended", "nearest"])
def test_a_depth_map_is_never_read_as_a_painting(house: House, tmp_path: Path, read: str) -> None:
    Image.new("RGB", (2 * WIDTH, 2 * HEIGHT)).save(tmp_path / "000000.png")
    report = labels_import(
        pool=house.pool, kind="depth", source=tmp_path, user=house.reviewer, read=_way(read)
    )
    assert [line.code for line in report.refused] == ["label_size"]


def _way(name: str) -> str:
    from modeling.painted import WAYS

    return WAYS[0] if name == "blended" else WAYS[1]


def test_the_import_page_and_the_queue_page_offer_it(house: House, lead: Client) -> None:
    assert 'value="depth"' in lead.get(reverse("pool-import-labels", args=[house.pool.pk])).content.decode()
    assert 'value="depth"' in lead.get(reverse("pool-queue-frames", args=[house.pool.pk])).content.decode()
    answer = lead.post(reverse("pool-queue-frames", args=[house.pool.pk]), {"kind": "depth", "count": 2})
    assert answer.status_code == 302
    assert Assignment.objects.filter(kind="depth").count() == 2


def test_it_is_queued_by_service_and_command(house: House) -> None:
    assert len(frames_queue(pool=house.pool, kind="depth", user=house.lead, count=2)) == 2
    call_command("queue_frames", "pool", "--kind", "depth", "--count", "1", verbosity=0)
    assert Assignment.objects.filter(kind="depth").count() == 3


def test_the_frames_page_shows_it_beside_the_picture(imported: House, lead: Client) -> None:
    html = lead.get(reverse("frame", args=[imported.frames[0].pk])).content.decode()
    assert 'data-kind="depth"' in html


def test_the_review_page_shows_it_laid_over_the_frame(imported: House, lead: Client) -> None:
    revision = AcceptedLabel.objects.get(frame=imported.frames[0]).revision
    html = lead.get(reverse("review-revision", args=[revision.pk])).content.decode()
    assert "far to near" in html
    assert "<canvas" in html
    thumb = lead.get(reverse("revision-thumb", args=[revision.pk]))
    with Image.open(io.BytesIO(thumb.content)) as image:
        assert image.format == "WEBP"
    raw = lead.get(reverse("revision-label", args=[revision.pk]), {"raw": 1})
    assert raw.content == depth_map().tobytes()


def test_near_is_paler_than_far_over_the_frame() -> None:
    shown = overlay(np.zeros((HEIGHT, WIDTH, 3), np.uint8), depth_map(), DEPTH)
    assert shown[0, -2].sum() > shown[0, WIDTH // 2].sum() > shown[0, 0].sum()


def test_its_statistics_are_the_shares_that_are_known(imported: House) -> None:
    tally = LabelTally.objects.get(label=AcceptedLabel.objects.get(frame=imported.frames[1]).revision.label)
    assert (tally.counts, tally.counted, tally.drawn, tally.ignored) == ([288, 288], 576, 288, 0)
    [row] = pool_statistics(imported.pool, imported.lead)["labels"]
    assert (row["kind"], row["labelled"], row["uncounted"], row["classes"]) == ("depth", 2, 0, [])
    assert row["drawn"]["name"] == "known depth"
    assert (row["drawn"]["bins"][10], row["drawn"]["bins"][19]) == (1, 1)


def test_pages_and_lists_of_kinds_still_open(imported: House, lead: Client) -> None:
    kinds = lead.get(reverse("kind-list")).json()
    assert [(row["name"], row["storage"]) for row in kinds][-1] == ("depth", "scalar_map")
    production = imported.production.pk
    assert "/profile/depth/" not in lead.get(reverse("profile", args=[production, "cel"])).content.decode()
    assert lead.get(reverse("profile", args=[production, "depth"])).status_code == 404
    assert lead.get(reverse("review"), {"kind": "depth"}).status_code == 200


def frozen(house: House) -> Snapshot:
    rows = AcceptedLabel.objects.select_related("revision")
    labels = [FrozenLabel(row.frame_id, row.kind, row.revision.label, "import") for row in rows]
    return snapshot_freeze(pool=house.pool, kinds=["depth"], labels=labels, user=house.lead)


def test_it_is_exported_as_grey_pngs_of_sixteen_bits(imported: House, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_write(
        snapshot=frozen(imported),
        format="snapshot",
        kind="depth",
        out_dir=out,
        terms=Terms(unknown_licences=True),
    )
    for number, unknown in ((0, 0), (2, 16)):
        found = cv2.imread(str(out / "labels" / "depth" / "show" / f"{number:06d}.png"), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(found, depth_map(unknown))


def test_coco_says_that_it_has_no_classes(imported: House, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="COCO holds instances of classes, and depth has none"):
        export_write(
            snapshot=frozen(imported),
            format="coco",
            kind="depth",
            out_dir=tmp_path / "out",
            terms=Terms(unknown_licences=True),
        )
    assert not (tmp_path / "out").exists()
