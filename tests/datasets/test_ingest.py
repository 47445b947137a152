"""Sources into a pool: twice is once, bad ones are a line each."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from PIL import Image

from core.blobs import blob_path
from core.jobs import run_inline
from core.models import Membership, Role, User
from core.paths import data_path
from datasets.features import feature_read
from datasets.jobs import ingest_run_job
from datasets.models import Cut, Frame, Ingest, Pool, Production, Source
from datasets.services import intake_video
from datasets.services.ingest import ingest_create, job_options
from modeling.errors import UserError
from modeling.images import read_rgb
from tests.datasets.makers import (
    figure,
    ingest,
    keys,
    on_twos,
    plate,
    png,
    report,
    upload,
    write_clip,
    write_images,
    write_sound,
    write_zip,
)

pytestmark = pytest.mark.django_db


def test_images_are_kept_byte_for_byte(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "shots", ["a/1.png", "a/2.PNG", "b.png"])
    made = ingest(folder, licence="CC0-1.0")
    assert keys() == ["b", "a/1", "a/2"]
    frame = Frame.objects.get(key="a/1")
    assert blob_path(frame.blob).read_bytes() == (folder / "a/1.png").read_bytes()
    assert (frame.width, frame.height, frame.licence) == (64, 36, "CC0-1.0")
    assert (made.taken, made.skipped) == (3, 0)
    assert feature_read("edges", 1, [frame.pk]).shape == (1, 256)


def test_twice_is_once_and_a_zip_of_the_folder_is_the_folder(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "shots", ["1.png", "2.png"])
    members = {f"shots/{name}": (folder / name).read_bytes() for name in ("1.png", "2.png")}
    archive = write_zip(tmp_path / "shots.zip", members)
    ingest(folder)
    again, zipped = ingest(folder), ingest(archive)
    assert [(one.taken, one.known) for one in (again, zipped)] == [(0, 2), (0, 2)]
    assert Frame.objects.count() == len(keys()) == 2


def test_a_known_frame_joins_another_pool_with_its_side(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "shots", [f"{n}.png" for n in range(5)])
    ingest(folder, production_name="show")
    sides = dict(Cut.objects.values_list("name", "split"))
    ingest(folder, pool="other", production_name="show")
    assert Frame.objects.count() == 5
    assert keys("other") == keys()
    assert dict(Cut.objects.values_list("name", "split")) == sides


def test_equal_names_of_different_images_stay_apart(tmp_path: Path) -> None:
    ingest(write_images(tmp_path / "one", ["1.png"]))
    other = tmp_path / "two"
    other.mkdir()
    (other / "1.png").write_bytes(png(plate(99, 64, 36)))
    ingest(other)
    sha256 = Frame.objects.latest("pk").blob
    assert keys() == ["1", f"1~{sha256[:8]}"]


def test_copies_of_an_image_are_not_parted(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "in", ["1.png", "2.png", "3.png", "4.png"])
    (folder / "copy.png").write_bytes((folder / "3.png").read_bytes())
    ingest(folder)
    cuts = dict(Frame.objects.values_list("key", "cut"))
    assert cuts["copy"] == cuts["3"]
    assert len(set(cuts.values())) == 4


def test_a_manifest_speaks(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "shots", [f"f/{n}.png" for n in range(4)] + ["m/0.png"])
    (folder / "manifest.csv").write_text(
        "frame,mask,cut,production,time_s,split,group,licence,rights,extra\n"
        "f/0.png,m/0.png,c1,Show A,0.0,train,g,CC0,Studio A,x\n"
        "f/1.png,,c1,Show A,0.5,train,g,,\n"
        "f/2.png,,c2,,,held-out,,,\n"
        "f/9.png,,c2,,,,,,\n",
        encoding="utf-8-sig",
    )
    made = ingest(folder, production_name="Show B", rights="Studio B")
    assert keys() == ["f/0", "f/1", "f/2"]
    first, third = Frame.objects.get(key="f/0"), Frame.objects.get(key="f/2")
    assert (first.production.name, first.cut.name, first.cut.split, first.time_s) == (
        "Show A",
        "c1",
        "train",
        0.0,
    )
    assert (third.production.name, third.cut.split, first.licence) == ("Show B", "test", "CC0")
    assert (first.rights, third.rights, third.source.rights) == ("Studio A", "Studio B", "Studio B")
    assert report(made) == {"f/9.png": "frame_missing"}
    assert set(Pool.objects.get().productions.values_list("name", flat=True)) == {"Show A", "Show B"}


def test_the_api_takes_licence_and_rights_holder() -> None:
    user = User.objects.create_user("mika", is_superuser=True)
    client = Client()
    client.force_login(user)
    sent = upload(user, "1.png", png(np.zeros((36, 64, 3), np.uint8)))
    values = {"pool": "pool", "licence": "CC0-1.0", "rights": "Studio", "uploads": [str(sent.pk)]}
    made = client.post("/api/ingests/", values, content_type="application/json")
    assert (made.status_code, made.json()["rights"]) == (201, "Studio")
    assert (Ingest.objects.get().licence, Ingest.objects.get().rights) == ("CC0-1.0", "Studio")


def test_a_video_becomes_drawings(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", on_twos(5) + on_twos(4, seed=7) + on_twos(4, seed=8))
    made = ingest(clip, rights=" Studio ")
    assert (made.taken, made.held, made.rights) == (13, 13, "Studio")
    assert set(Frame.objects.values_list("rights", flat=True)) == {"Studio"}
    assert keys()[:2] == ["clip/000000", "clip/000002"]
    frame = Frame.objects.get(key="clip/000002")
    assert (frame.hold_first, frame.hold_last, frame.time_s) == (2, 3, pytest.approx(2 / 24, abs=1e-4))
    assert frame.pan_x == 0
    assert 0 < frame.change_share < 0.5
    with Image.open(blob_path(frame.change_blob)) as change:
        assert (change.mode, change.size) == ("1", (256, 144))
    assert Frame.objects.get(key="clip/000010").change_share is None
    cuts = Cut.objects.order_by("index")
    assert [cut.name for cut in cuts] == ["clip/c001", "clip/c002", "clip/c003"]
    assert sorted(cut.split for cut in cuts) == ["test", "train", "train"]


def test_a_drawing_that_returns_names_the_earlier_one(tmp_path: Path) -> None:
    here, there = figure(plate(1), 60), figure(plate(1), 90)
    ingest(write_clip(tmp_path / "clip.mp4", [here, here, there, there, here, here], crf=8))
    first, second, third = Frame.objects.order_by("index")
    assert (first.same_as, second.same_as, third.same_as) == (None, None, first)


def test_an_image_of_a_cut_that_returns_names_the_earlier_one(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "shots", ["0.png", "1.png", "2.png", "3.png"])
    for copy in ("2.png", "3.png"):
        (folder / copy).write_bytes((folder / "0.png").read_bytes())
    (folder / "manifest.csv").write_text("frame,cut\n0.png,c\n1.png,c\n2.png,c\n3.png,\n")
    ingest(folder)
    first = Frame.objects.get(key="0")
    assert set(Frame.objects.exclude(same_as=None).values_list("key", "same_as")) == {("2", first.pk)}


def test_videos_of_one_name_keep_their_pictures_apart(tmp_path: Path) -> None:
    for number, folder in enumerate(("one", "two")):
        (tmp_path / folder).mkdir()
        write_clip(tmp_path / folder / "clip.mp4", on_twos(3 + number, seed=number))
    ingest(tmp_path / "one" / "clip.mp4", tmp_path / "two" / "clip.mp4")
    heads = dict(Frame.objects.values_list("memberships__key", "source__name"))
    assert set(heads.values()) == {"one/clip.mp4", "two/clip.mp4"}
    assert all(key.startswith(name.removesuffix(".mp4") + "/") for key, name in heads.items())


def test_a_video_of_a_known_name_is_marked_in_all_its_pictures(tmp_path: Path) -> None:
    for number, folder in enumerate(("one", "two")):
        (tmp_path / folder).mkdir()
        ingest(write_clip(tmp_path / folder / "clip.mp4", on_twos(3 + number, seed=number)))
    sha256 = Source.objects.order_by("pk")[1].sha256
    heads = [key.rpartition("/")[0] for key in keys()]
    assert set(heads) == {"clip", f"clip~{sha256[:8]}"}
    assert heads == sorted(heads)


def test_a_video_frame_is_stored_without_loss(tmp_path: Path) -> None:
    from datasets.video.decode import Decoder

    clip = write_clip(tmp_path / "clip.mp4", on_twos(2))
    ingest(clip)
    decoded = next(iter(Decoder(clip))).rgb()
    stored = read_rgb(blob_path(Frame.objects.get(key="clip/000000").blob))
    assert np.array_equal(stored, decoded)


def test_a_single_shot_holds_out_its_end_and_says_so(tmp_path: Path) -> None:
    wide = plate(5, 700, 144)
    pictures = [wide[:, 4 * n : 4 * n + 256] for n in range(100)]
    ingest(write_clip(tmp_path / "pan.mp4", pictures))
    cuts = {cut.split: cut for cut in Cut.objects.all()}
    assert set(cuts) == {"train", "gap", "test"}
    assert cuts["test"].name == "pan/c001/held-out"
    assert cuts["train"].end_s < cuts["gap"].start_s < cuts["test"].start_s
    assert "optimistic" in Pool.objects.get().notes[0]
    assert Frame.objects.trainable().filter(cut__split="gap").count() == 0


def test_an_ingest_killed_between_batches_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = write_clip(tmp_path / "clip.mp4", on_twos(9))
    monkeypatch.setattr(intake_video, "BATCH", 4)
    made = ingest_create(pool_name="pool", user=None, paths=[clip])
    store, calls = intake_video._Keeper.store, []

    def dies_at_the_second(self: intake_video._Keeper, batch: list) -> None:
        calls.append(len(batch))
        if len(calls) == 2:
            raise KeyboardInterrupt
        store(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(intake_video._Keeper, "store", dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            run_inline(ingest_run_job, **job_options(made))
    assert Frame.objects.count() == 4
    assert Pool.objects.get().members.count() == 0
    first = set(Frame.objects.values_list("pk", flat=True))
    run_inline(ingest_run_job, **job_options(made))
    made.refresh_from_db()
    assert (made.taken, made.held, len(keys())) == (9, 9, 9)
    assert first < set(Frame.objects.values_list("pk", flat=True))


def test_one_line_each_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "in", ["good.png"])
    (folder / "text.png").write_text("this is text")
    (folder / "huge.png").write_bytes(_huge_header())
    (folder / "cut.png").write_bytes(png(plate(1))[:4000])
    buffer = io.BytesIO()
    Image.fromarray(plate(2)).save(buffer, "WEBP")
    (folder / "cut.webp").write_bytes(buffer.getvalue()[:600])
    (folder / "notes.txt").write_text("no frame")
    write_sound(folder / "sound.mp4")
    clip = write_clip(folder / "broken.mp4", on_twos(40), options={"movflags": "faststart"})
    clip.write_bytes(clip.read_bytes()[:6000])
    made = ingest(folder)
    codes = report(made)
    assert codes == {
        "text.png": "not_an_image",
        "huge.png": "image_too_large",
        "cut.png": "image_truncated",
        "cut.webp": codes["cut.webp"],
        "sound.mp4": "no_video_stream",
        "broken.mp4": codes["broken.mp4"],
        "in": "other_files",
    }
    assert codes["cut.webp"].startswith("image_")
    assert codes["broken.mp4"].startswith("video_")
    assert keys() == ["good"]
    assert Source.objects.count() == 1
    assert Frame.objects.count() == 1
    assert all(str(tmp_path) not in item.text for item in made.items.all())


def _huge_header() -> bytes:
    """The head of a PNG of 60,000 x 60,000 pixels."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def test_an_upload_is_reported_by_the_name_people_gave_it(tmp_path: Path, data_dir: Path) -> None:
    whole = write_clip(tmp_path / "clip.mp4", on_twos(40), options={"movflags": "faststart"}).read_bytes()
    sound = write_sound(tmp_path / "sound.mp4").read_bytes()
    uploads = [
        upload(User.objects.create(username=name), name, data)
        for name, data in {"broken.mp4": whole[:6000], "sound.mp4": sound, "good.png": png(plate(1))}.items()
    ]
    made = ingest_create(pool_name="pool", user=None, uploads=uploads)
    run_inline(ingest_run_job, **job_options(made))
    texts = dict(made.items.values_list("name", "text"))
    assert texts["broken.mp4"].startswith("broken.mp4 ")
    assert texts["sound.mp4"].startswith("sound.mp4 has no video stream.")
    assert texts["good.png"] == "1 image."
    assert not any(str(one.pk) in text for one in uploads for text in texts.values())


def test_archives_from_anywhere(tmp_path: Path) -> None:
    image = png(plate(1, 64, 36))
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("ok/絵.png", image)
        file.writestr("../evil.png", image)
        file.writestr("/abs.png", image)
        file.writestr("more.zip", b"PK")
        file.writestr("__MACOSX/ok/._a.png", b"x")
        file.writestr("ok/.hidden.png", b"x")
    made = ingest(archive)
    assert keys() == ["ok/絵"] or keys() == ["絵"]
    assert report(made) == {
        "set.zip: ../evil.png": "zip_path",
        "set.zip: /abs.png": "zip_path",
        "set.zip: more.zip": "nested_archive",
    }
    assert not (tmp_path / "evil.png").exists()
    assert not list(data_path("uploads").glob(".unpacked-*"))


def test_names_in_shift_jis_are_read(tmp_path: Path) -> None:
    raw = "カット.png".encode("cp932")
    info = zipfile.ZipInfo(raw.decode("cp437"))
    archive = tmp_path / "jp.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(info, png(plate(1, 64, 36)))
    data = archive.read_bytes()
    utf8 = raw.decode("cp437").encode()
    archive.write_bytes(_without_utf8_flag(data, utf8, raw))
    ingest(archive)
    assert keys() == ["カット"]


def _without_utf8_flag(data: bytes, utf8: bytes, raw: bytes) -> bytes:
    """Rewrite the one name of an archive as bytes without a known encoding, as old tools on Windows did."""
    import struct

    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    grown = len(utf8) - len(raw)
    head = bytearray(data[local : local + 30])
    entry = bytearray(data[central : central + 46])
    struct.pack_into("<H", head, 6, 0)
    struct.pack_into("<H", entry, 8, 0)
    struct.pack_into("<H", head, 26, len(raw))
    struct.pack_into("<H", entry, 28, len(raw))
    end = data.index(b"PK\x05\x06")
    tail = bytearray(data[end:])
    struct.pack_into("<II", tail, 12, end - central - grown, central - grown)
    body = data[local + 30 + len(utf8) : central]
    return bytes(head) + raw + body + bytes(entry) + raw + data[central + 46 + len(utf8) : end] + bytes(tail)


def test_a_bomb_does_not_go_off(tmp_path: Path) -> None:
    bomb = write_zip(tmp_path / "bomb.zip", {"a.png": bytes(64 * 2**20)})
    folder = write_images(tmp_path / "in", ["1.png"])
    made = ingest(bomb, folder)
    assert report(made) == {"bomb.zip": "zip_bomb"}
    assert keys() == ["1"]


def test_nothing_to_take_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(UserError) as caught:
        ingest(tmp_path / "a.txt", tmp_path / "absent")
    assert caught.value.code == "nothing_taken"


def test_a_full_disk_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_images(tmp_path / "in", ["1.png"])
    monkeypatch.setattr("datasets.services.intake.RESERVE", 2**60)
    with pytest.raises(UserError) as caught:
        ingest(folder)
    assert caught.value.code == "disk_full"
    assert Frame.objects.count() == 0


def test_files_in_odd_places(tmp_path: Path) -> None:
    folder = tmp_path / "a folder with spaces"
    write_images(folder, ["ｶｯﾄ 1/été.png"])
    if os.name == "posix":
        (folder / "loop").symlink_to(folder)
    ingest(folder)
    assert keys() == ["ｶｯﾄ 1/été"]


def test_who_may_ingest_where(tmp_path: Path) -> None:
    ann, bob = User.objects.create(username="ann"), User.objects.create(username="bob")
    with pytest.raises(PermissionDenied):
        ingest_create(pool_name="p", user=ann, paths=[tmp_path])
    show = Production.objects.create(name="show")
    Membership.objects.create(user=ann, production=show, role=Role.LEAD)
    Membership.objects.create(user=bob, production=show, role=Role.ANNOTATOR)
    from datasets.models import Upload

    uploads = {user: Upload.objects.create(user=user, name="a.png", size=1, offset=1) for user in (ann, bob)}
    ingest_create(pool_name="p", production_name="show", user=ann, uploads=[uploads[ann]])
    with pytest.raises(PermissionDenied):
        ingest_create(pool_name="p", production_name="show", user=bob, uploads=[uploads[bob]])
    with pytest.raises(PermissionDenied):
        ingest_create(pool_name="q", user=ann, uploads=[uploads[bob]])
