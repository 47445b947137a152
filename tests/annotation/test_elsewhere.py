"""A frame drawn in another program: taken along, brought back, shown, and then taken or not."""

from __future__ import annotations

import io
import os
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from psd_tools import PSDImage

from annotation.elsewhere.painting import Box, Painting
from annotation.elsewhere.pictures import registration_picture
from annotation.elsewhere.reading import class_changes, over_paper, read_for
from annotation.elsewhere.stamp import Stamp, stamp_in
from annotation.labels import label_get
from annotation.models import Assignment, KeptCopy, WorkingCopy
from annotation.selectors.profiles import kind_of, profile_of
from annotation.services.assignments import Wanted, assignment_create_many
from annotation.services.elsewhere import Preview, preview_get, preview_make, preview_read_again, preview_take
from annotation.services.elsewhere_downloads import waiting_for
from annotation.services.profiles import profile_set
from annotation.services.working_copies import WorkingCopyConflict, working_copy_save
from core.cleanup import leftovers
from core.models import User
from datasets.models import Frame
from modeling.errors import UserError
from modeling.labelio import color_table, encode_label
from modeling.labels import IGNORE, get_kind
from tests.annotation.house import HEIGHT, WIDTH, House, cel_png

DOUGA = get_kind("douga")


def douga_map() -> np.ndarray:
    """A black line with shade on its right."""
    label_map = np.zeros((HEIGHT, WIDTH), np.uint8)
    label_map[:, 10:12], label_map[:, 12:20] = 1, 6
    return label_map


def painted(label_map: np.ndarray, kind=DOUGA, suffix: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(color_table(kind)[label_map]).save(buffer, suffix)
    return buffer.getvalue()


@pytest.fixture
def assignment(house: House) -> Assignment:
    """The first frame, queued for its douga."""
    wanted = [Wanted(frame.pk, 9 - n, "", False) for n, frame in enumerate(house.frames)]
    return assignment_create_many(pool=house.pool, kind="douga", frames=wanted, user=house.lead)[0]


def bring(
    assignment: Assignment, user: User, data: bytes, how: str = "blended", name: str = "a.png"
) -> Preview:
    return preview_make(assignment=assignment, user=user, name=name, pieces=[data], size=len(data), how=how)


def copy_of(assignment: Assignment) -> np.ndarray:
    return label_get(WorkingCopy.objects.get(assignment=assignment).label, DOUGA)


# --- bringing, looking, taking ---


def test_a_painting_is_shown_first_and_changes_nothing_until_taken(
    house: House, assignment: Assignment
) -> None:
    preview = bring(assignment, house.annotator, painted(douga_map()))
    assert not WorkingCopy.objects.filter(assignment=assignment, version__gt=0).exists()
    assert preview.state["counts"] == dict.fromkeys(("off_palette", "semi", "unread", "outside", "asked"), 0)
    assert preview.state["registration"]["how"] == "same"
    assert preview.state["against"] == ""
    assert preview.picture("difference") is None
    copy = preview_take(preview=preview, user=house.annotator)
    assert (copy.version, copy.saved_by) == (1, house.annotator)
    np.testing.assert_array_equal(copy_of(assignment), douga_map())
    assert preview_get(assignment=assignment, user=house.annotator, key=preview.key) is None


def test_the_difference_is_counted_class_by_class_against_what_stands(
    house: House, assignment: Assignment
) -> None:
    before = douga_map()
    before[:, 12:20] = 7
    working_copy_save(
        assignment=assignment, user=house.annotator, expected_version=0, label_png=encode_label(before, DOUGA)
    )
    preview = bring(assignment, house.annotator, painted(douga_map()))
    assert (preview.state["against"], preview.state["version"]) == ("your version 1", 1)
    rows = {row["name"]: row for row in preview.state["classes"]}
    assert (rows["shading_fill"]["gained"], rows["color_fill"]["lost"]) == (8 * HEIGHT, 8 * HEIGHT)
    assert (rows["visible_line"]["gained"], rows["visible_line"]["before"]) == (0, 2 * HEIGHT)
    assert preview.state["different"] == 8 * HEIGHT
    picture = preview.picture("difference")
    assert picture is not None
    with Image.open(picture) as image:
        assert np.array(image)[3, 15].tolist() == [255, 159, 67]


def test_who_drew_on_meanwhile_loses_nothing(house: House, assignment: Assignment) -> None:
    preview = bring(assignment, house.annotator, painted(douga_map()))
    other = np.full((HEIGHT, WIDTH), 3, np.uint8)
    working_copy_save(
        assignment=assignment, user=house.annotator, expected_version=0, label_png=encode_label(other, DOUGA)
    )
    with pytest.raises(WorkingCopyConflict):
        preview_take(preview=preview, user=house.annotator)
    np.testing.assert_array_equal(copy_of(assignment), other)
    kept = KeptCopy.objects.get(assignment=assignment)
    np.testing.assert_array_equal(label_get(kept.label, DOUGA), douga_map())
    again = preview_read_again(preview=preview, user=house.annotator, how="blended")
    assert preview_take(preview=again, user=house.annotator).version == 2


def test_off_palette_and_soft_pixels_are_counted_and_shown_in_place(
    house: House, assignment: Assignment
) -> None:
    rgba = np.dstack([color_table(DOUGA)[douga_map()], np.full((HEIGHT, WIDTH), 255, np.uint8)])
    rgba[2, 9, :3] = (200, 200, 200)
    rgba[5:7, 25, 3] = 100
    buffer = io.BytesIO()
    Image.fromarray(rgba).save(buffer, "TIFF")
    preview = bring(assignment, house.annotator, buffer.getvalue())
    assert (preview.state["counts"]["off_palette"], preview.state["counts"]["semi"]) == (1, 2)
    picture = preview.picture("where")
    assert picture is not None
    with Image.open(picture) as image:
        where = np.array(image)
    assert where[2, 9].tolist() == [255, 184, 77]
    assert where[5, 25].tolist() == [108, 182, 255]
    assert preview_take(preview=preview, user=house.annotator).version == 1
    np.testing.assert_array_equal(copy_of(assignment), douga_map())


def test_the_thesis_way_is_there_when_asked_for(house: House, assignment: Assignment) -> None:
    rgb = color_table(DOUGA)[douga_map()]
    rgb[:, 9] = 128
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG")
    preview = bring(assignment, house.annotator, buffer.getvalue(), "thesis")
    assert {row["name"] for row in preview.state["classes"]} >= {"book_line"}
    with pytest.raises(UserError, match="blended, thesis, pencil"):
        preview_read_again(preview=preview, user=house.annotator, how="guess")


def test_pencil_is_read_through_the_productions_profile(house: House, assignment: Assignment) -> None:
    profile = profile_of(house.production.pk, "douga")
    pencil = [{"color": "#FF0000", "meaning": "highlight_line"}, {"color": "#0000FF", "meaning": "ask"}]
    profile_set(
        production=house.production,
        kind="douga",
        settings=profile.settings | {"pencil": pencil},
        version=profile.version,
        user=house.lead,
    )
    rgb = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    rgb[:, 4:6], rgb[:, 14:16], rgb[:, 24:26] = 0, (255, 0, 0), (0, 0, 255)
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG")
    preview = bring(assignment, house.annotator, buffer.getvalue(), "pencil")
    assert preview.state["counts"]["asked"] == 2 * HEIGHT
    preview_take(preview=preview, user=house.annotator)
    assert copy_of(assignment)[3, [4, 14, 24, 30]].tolist() == [1, 4, IGNORE, 0]


def test_entries_that_the_production_added_are_painted_and_kept(house: House, assignment: Assignment) -> None:
    profile = profile_of(house.production.pk, "douga")
    entry = {"value": 20, "color": "#223344", "class_index": 1, "name": "ベタ", "retired": False}
    profile_set(
        production=house.production,
        kind="douga",
        settings=profile.settings | {"entries": [entry]},
        version=profile.version,
        user=house.lead,
    )
    kind = kind_of(house.production.pk, "douga")
    label_map = douga_map()
    label_map[:, 2:4] = 20
    preview_take(preview=bring(assignment, house.annotator, painted(label_map, kind)), user=house.annotator)
    np.testing.assert_array_equal(
        label_get(WorkingCopy.objects.get(assignment=assignment).label, kind), label_map
    )


# --- other sizes ---


def flat(rgba: np.ndarray, **told) -> Painting:
    semi = np.zeros(rgba.shape[:2], bool)
    return Painting(rgba, semi, told.get("stamp"), told.get("box"), ())


def test_a_stamped_painting_of_the_same_shape_is_the_frame_scaled() -> None:
    label_map = douga_map()
    large = np.kron(label_map, np.ones((2, 2), np.uint8))
    rgba = np.dstack([color_table(DOUGA)[large], np.full(large.shape, 255, np.uint8)])
    read = read_for(flat(rgba, stamp=Stamp(WIDTH, HEIGHT)), DOUGA, (HEIGHT, WIDTH), pytest.fail, name="a.png")
    assert read.registration.how == "template"
    np.testing.assert_array_equal(read.label_map, label_map)
    assert not read.outside.any()


def test_a_template_with_a_changed_canvas_finds_its_place_and_says_what_it_lacks(
    house: House, assignment: Assignment, client: Client
) -> None:
    client.force_login(house.annotator)
    data = client.get(reverse("elsewhere-file", args=[assignment.pk, "template.psd"])).content
    document = PSDImage.open(io.BytesIO(data))
    frame = document[0]
    moved = PSDImage.new("RGBA", (WIDTH, HEIGHT + 6))
    for name, image, left, top in (
        (frame.name.replace("フレーム ", ""), frame.topil(), 4, 6),
        ("Ink", Image.new("RGBA", (2, HEIGHT), (0, 0, 0, 255)), 14, 6),
    ):
        moved.create_pixel_layer(image, name=name, left=left, top=top)
    buffer = io.BytesIO()
    moved.save(buffer)
    preview = bring(assignment, house.annotator, buffer.getvalue(), name="000000.psd")
    assert (
        preview.state["registration"] | {"how": "template", "left": 4, "top": 6}
        == preview.state["registration"]
    )
    assert preview.state["counts"]["outside"] == 4 * HEIGHT
    preview_take(preview=preview, user=house.annotator)
    assert copy_of(assignment)[3, [9, 10, 11, 12, WIDTH - 1]].tolist() == [0, 1, 1, 0, IGNORE]


def test_another_size_that_fits_nowhere_is_refused(house: House, assignment: Assignment) -> None:
    with pytest.raises(UserError, match=r"a\.png is 20x20, its frame 32x18") as caught:
        bring(assignment, house.annotator, painted(np.zeros((20, 20), np.uint8)))
    assert caught.value.remedy


def test_a_painting_made_for_another_frame_says_so(
    house: House, assignment: Assignment, client: Client
) -> None:
    client.force_login(house.annotator)
    other = Assignment.objects.exclude(pk=assignment.pk).filter(kind="douga").first()
    assert other is not None
    data = client.get(reverse("elsewhere-file", args=[other.pk, "frame.png"])).content
    preview = bring(assignment, house.annotator, data)
    assert preview.state["notes"] == [
        f"it was made for the frame {other.frame.key}, not {assignment.frame.key}"
    ]


# --- who may ---


def test_only_annotators_bring_and_only_who_brought_it_sees_it(
    house: House, assignment: Assignment, client: Client
) -> None:
    with pytest.raises(PermissionDenied):
        bring(assignment, house.viewer, painted(douga_map()))
    preview = bring(assignment, house.annotator, painted(douga_map()))
    places = [reverse("elsewhere-look", args=[assignment.pk, preview.key])]
    places += [reverse("elsewhere-preview", args=[assignment.pk, preview.key])]
    places += [reverse("elsewhere-picture", args=[assignment.pk, preview.key, "read"])]
    for user, status in (
        (house.annotator, 200),
        (house.other, 404),
        (house.lead, 404),
        (house.stranger, 404),
    ):
        client.force_login(user)
        assert [client.get(place).status_code for place in places] == [status] * 3
    client.force_login(house.other)
    assert client.post(reverse("elsewhere-take", args=[assignment.pk, preview.key])).status_code == 404
    another = Assignment.objects.exclude(pk=assignment.pk)[0]
    client.force_login(house.annotator)
    assert client.get(reverse("elsewhere-look", args=[another.pk, preview.key])).status_code == 404
    assert client.get(reverse("elsewhere-look", args=[assignment.pk, "..%2f..%2fdb"])).status_code == 404


@pytest.mark.parametrize("name", ["frame.png", "palette.gpl", "template.psd", "all.zip"])
def test_strangers_download_nothing(house: House, assignment: Assignment, client: Client, name: str) -> None:
    for user, status in ((house.viewer, 200), (house.stranger, 404)):
        client.force_login(user)
        assert client.get(reverse("elsewhere-file", args=[assignment.pk, name])).status_code == status


def test_a_preview_nobody_took_is_cleaned_up_after_a_day(
    house: House, assignment: Assignment, data_dir: Path
) -> None:
    preview = bring(assignment, house.annotator, painted(douga_map()))
    folder = data_dir / "uploads" / f"painted-{preview.key}"
    assert folder not in {found.path for found in leftovers()}
    os.utime(folder, (time.time() - 90_000,) * 2)
    assert folder in {found.path for found in leftovers()}


def test_what_cannot_be_read_leaves_nothing_behind(
    house: House, assignment: Assignment, data_dir: Path
) -> None:
    with pytest.raises(UserError, match=r"cut\.psd"):
        bring(assignment, house.annotator, b"8BPS broken", name="cut.psd")
    assert list((data_dir / "uploads").glob("*")) == []


# --- files ---


def test_the_frame_is_its_exact_pixels_and_stamped(
    house: House, assignment: Assignment, client: Client
) -> None:
    client.force_login(house.annotator)
    response = client.get(reverse("elsewhere-file", args=[assignment.pk, "frame.png"]))
    assert "show_000000.png" in response["Content-Disposition"]
    with Image.open(io.BytesIO(response.content)) as image:
        assert np.array(image)[0, 0].tolist() == [40, 40, 40]
        assert stamp_in(image.info["Sakkan"]) == Stamp(WIDTH, HEIGHT, "show/000000")


def test_a_draft_is_offered_only_where_there_is_one(house: House, client: Client) -> None:
    house.draft(house.frames[0])
    with_draft, without = house.queue(*house.frames[:2])
    client.force_login(house.annotator)
    found = client.get(reverse("assignment-elsewhere", args=[with_draft.pk])).json()
    assert client.get(found["files"]["draft.png"]).content == cel_png(8)
    assert "draft.png" not in client.get(reverse("assignment-elsewhere", args=[without.pk])).json()["files"]
    refused = client.get(reverse("elsewhere-file", args=[without.pk, "draft.png"]))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "no_draft")


def test_a_batch_is_what_waits_for_me_begun_first(
    house: House, assignment: Assignment, client: Client
) -> None:
    working_copy_save(
        assignment=Assignment.objects.get(frame=house.frames[4], kind="douga"),
        user=house.annotator,
        expected_version=0,
        label_png=encode_label(douga_map(), DOUGA),
    )
    waiting = waiting_for(house.annotator, house.pool, "douga", 3)
    assert [row.frame.key for row in waiting] == ["show/000008", "show/000000", "show/000002"]
    assert not Assignment.objects.exclude(frame=house.frames[4]).filter(holder__isnull=False).exists()
    client.force_login(house.annotator)
    response = client.get(reverse("pool-elsewhere", args=[house.pool.pk]) + "?kind=douga&count=2")
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as file:
        assert file.testzip() is None
        assert sorted(file.namelist()) == [
            "README.txt",
            "frames/show/000000.png",
            "frames/show/000008.png",
            "paint/show/000000.psd",
            "paint/show/000008.psd",
            "palette.gpl",
            "palette.kpl",
            "palette.png",
        ]
        assert "レイヤー" in file.read("README.txt").decode()
    refused = client.get(reverse("pool-elsewhere", args=[house.pool.pk]) + "?kind=cel")
    assert refused.json()["error"]["code"] == "nothing_waits"


def test_strangers_get_no_batch(house: House, assignment: Assignment, client: Client) -> None:
    place = reverse("pool-elsewhere", args=[house.pool.pk]) + "?kind=douga"
    client.force_login(house.stranger)
    assert client.get(place).status_code == 404
    client.force_login(house.viewer)
    assert client.get(place).json()["error"]["code"] == "nothing_waits"


# --- API and pages ---


def upload(data: bytes, name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_the_api_brings_shows_and_takes(house: House, assignment: Assignment, client: Client) -> None:
    client.force_login(house.annotator)
    place = reverse("assignment-elsewhere", args=[assignment.pk])
    made = client.post(place, {"painting": upload(painted(douga_map()))})
    assert made.status_code == 201
    preview = made.json()
    assert preview["different"] is None
    for address in preview["pictures"].values():
        assert client.get(address)["Content-Type"] == "image/png"
    taken = client.post(preview["url"] + "take/")
    assert taken.json()["version"] == 1
    assert client.get(preview["url"]).status_code == 404


def test_the_api_shows_both_when_somebody_drew_on(
    house: House, assignment: Assignment, client: Client
) -> None:
    client.force_login(house.annotator)
    place = reverse("assignment-elsewhere", args=[assignment.pk])
    preview = client.post(place, {"painting": upload(painted(douga_map()))}).json()
    working_copy_save(
        assignment=assignment,
        user=house.annotator,
        expected_version=0,
        label_png=encode_label(np.zeros((HEIGHT, WIDTH), np.uint8), DOUGA),
    )
    refused = client.post(preview["url"] + "take/")
    assert refused.status_code == 409
    assert refused.json()["current"]["version"] == 1
    assert client.delete(preview["url"]).status_code == 204
    assert client.get(preview["url"]).status_code == 404


def test_the_page_offers_files_and_takes_what_is_brought(
    house: House, assignment: Assignment, client: Client
) -> None:
    client.force_login(house.annotator)
    page = reverse("elsewhere", args=[assignment.pk])
    shown = client.get(page).content.decode()
    for name in ("template.psd", "frame.png", "palette.gpl", "palette.kpl", "palette.png", "all.zip"):
        assert reverse("elsewhere-file", args=[assignment.pk, name]) in shown
    assert "draft.png" not in shown
    sent = client.post(page, {"painting": upload(painted(douga_map()), "線 3.png"), "read": "blended"})
    look = client.get(sent["Location"]).content.decode()
    assert "線 3.png" in look
    assert "Nothing was drawn on this frame before." in look
    taken = client.post(sent["Location"], {"do": "take"})
    assert taken["Location"] == reverse("annotate", args=[assignment.pk])
    np.testing.assert_array_equal(copy_of(assignment), douga_map())


def test_the_page_reads_again_and_forgets(house: House, assignment: Assignment, client: Client) -> None:
    client.force_login(house.annotator)
    page = reverse("elsewhere", args=[assignment.pk])
    sent = client.post(page, {"painting": upload(painted(douga_map()))})
    client.post(sent["Location"], {"do": "read", "read": "thesis"})
    assert 'value="thesis" checked' in client.get(sent["Location"]).content.decode()
    dropped = client.post(sent["Location"], {"do": "drop"}, follow=True)
    assert "was not taken" in dropped.content.decode()
    assert client.get(sent["Location"]).status_code == 404


def test_the_page_says_what_is_wrong_with_a_file(
    house: House, assignment: Assignment, client: Client
) -> None:
    client.force_login(house.annotator)
    page = reverse("elsewhere", args=[assignment.pk])
    answer = client.post(page, {"painting": upload(b"no picture", "notes.psd")}, follow=True)
    assert "notes.psd is not an image we read." in answer.content.decode()
    assert "Choose a file first." in client.post(page, {}, follow=True).content.decode()
    client.force_login(house.viewer)
    assert client.post(page, {"painting": upload(b"x")}).status_code == 403
    assert "you may look" in client.get(page).content.decode()


# --- what changes ---


def test_the_painting_is_shown_in_orange_on_the_frame_where_it_is_taken() -> None:
    rgba = np.full((HEIGHT, WIDTH + 3, 4), 255, np.uint8)
    rgba[:, 10, :3] = 0
    painting = flat(rgba, box=Box(3, 0, WIDTH, HEIGHT))
    read = read_for(painting, DOUGA, (HEIGHT, WIDTH), pytest.fail, name="a.png")
    picture = registration_picture(over_paper(painting), read, np.full((HEIGHT, WIDTH, 3), 250, np.uint8))
    assert picture[4, 7].tolist() == [255, 159, 67]
    assert picture[4, 12].tolist() == [240, 240, 240]


def test_class_changes_name_ignore_and_leave_out_what_is_nowhere() -> None:
    before, after = np.zeros((2, 4), np.uint8), np.zeros((2, 4), np.uint8)
    before[0, 0], after[0, 1], after[1] = 14, 5, IGNORE
    rows = {
        row.name: (row.before, row.after, row.gained, row.lost) for row in class_changes(after, before, DOUGA)
    }
    assert rows == {"flat_area": (7, 3, 1, 5), "book_line": (1, 1, 1, 1), "ignore": (0, 4, 4, 0)}
    assert [row.gained for row in class_changes(after, None, DOUGA)] == [3, 1, 4]


def test_a_frame_of_many_pixels_keeps_marks_visible(house: House, assignment: Assignment) -> None:
    Frame.objects.filter(pk=assignment.frame_id).update(width=2560, height=1440)
    assignment.frame.refresh_from_db()
    rgb = np.full((1440, 2560, 3), 255, np.uint8)
    rgb[700, 1200] = (255, 0, 160)
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG", compress_level=1)
    from core import blobs

    Frame.objects.filter(pk=assignment.frame_id).update(blob=blobs.put_bytes(buffer.getvalue()))
    assignment.frame.refresh_from_db()
    preview = bring(assignment, house.annotator, buffer.getvalue())
    assert preview.state["counts"]["unread"] == 1
    picture = preview.picture("where")
    assert picture is not None
    with Image.open(picture) as image:
        marked = (np.array(image) == (255, 92, 138)).all(-1)
    assert marked.sum() == 16
