"""Label files of other tools become accepted revisions; what does not is said in one line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from PIL import Image

from annotation.labels import label_get
from annotation.models import AcceptedLabel, Assignment, Revision
from annotation.services.assignments import assignment_claim
from annotation.services.labels_import import labels_import
from datasets.models import Cut, Frame, PoolFrame, Snapshot
from modeling.errors import UserError
from tests.annotation.house import CEL, House, cel_map, make_frames


def write(path: Path, columns: int, value: int = 255) -> Path:
    """A grey mask as other tools write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(cel_map(columns) * np.uint8(value)).save(path)
    return path


def run(house: House, source: Path, **options):
    return labels_import(pool=house.pool, kind="cel", source=source, user=house.reviewer, **options)


def accepted(house: House, number: int) -> np.ndarray:
    return label_get(AcceptedLabel.objects.get(frame=house.frames[number]).revision.label, CEL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Masks of the first two frames."""
    write(tmp_path / "masks" / "show" / "000000.png", 3)
    write(tmp_path / "masks" / "show" / "000002.png", 5, value=1)
    return tmp_path / "masks"


def test_labels_become_accepted_revisions(house: House, folder: Path) -> None:
    told: list[tuple[int, int, str]] = []
    report = run(house, folder, progress=lambda *step: told.append(step))
    assert (report.imported, report.refused) == (2, [])
    assert np.array_equal(accepted(house, 0), cel_map(3))
    assert np.array_equal(accepted(house, 1), cel_map(5))
    revision = AcceptedLabel.objects.get(frame=house.frames[0]).revision
    assert (revision.action, revision.origin, revision.author) == ("import", "import", house.reviewer)
    assert told == [(1, 2, "show/000000.png"), (2, 2, "show/000002.png")]


def test_importing_twice_changes_nothing(house: House, folder: Path) -> None:
    run(house, folder)
    report = run(house, folder)
    assert (report.imported, report.known) == (0, 2)
    assert Revision.objects.count() == 2


def test_another_label_takes_the_place_and_the_old_version_stays(house: House, folder: Path) -> None:
    run(house, folder)
    write(folder / "show" / "000000.png", 9)
    report = run(house, folder)
    assert (report.imported, report.replaced, report.known) == (1, 1, 1)
    assert np.array_equal(accepted(house, 0), cel_map(9))
    assert Revision.objects.filter(frame=house.frames[0]).count() == 2


def test_the_oracles_labels_are_called_so(house: House, folder: Path) -> None:
    house.reviewer.is_oracle = True
    house.reviewer.save()
    run(house, folder)
    assert set(Revision.objects.values_list("origin", flat=True)) == {"oracle"}


def test_a_zip_is_read_like_the_folder_also_with_one_folder_around(house: House, folder: Path) -> None:
    archive = folder.parent / "masks.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.rglob("*.png"):
            file.write(path, Path("export 3") / path.relative_to(folder))
        file.writestr("../evil.png", b"x")
        file.writestr("__MACOSX/export 3/show/._000000.png", b"x")
    report = run(house, archive)
    assert report.imported == 2
    assert [line.code for line in report.refused] == ["zip_path"]
    assert not (folder.parent / "evil.png").exists()


def test_the_one_folder_of_a_zip_may_be_the_clips(house: House, tmp_path: Path) -> None:
    (frame,) = make_frames(house.production, house.pool, 1, stem="second")
    write(tmp_path / "000000.png", 7)
    with zipfile.ZipFile(tmp_path / "second.zip", "w") as file:
        file.write(tmp_path / "000000.png", "second/000000.png")
    assert run(house, tmp_path / "second.zip").imported == 1
    assert AcceptedLabel.objects.get().frame == frame


def test_the_bare_stem_will_do_when_only_one_frame_has_it(house: House, tmp_path: Path) -> None:
    write(tmp_path / "000004.png", 7)
    assert run(house, tmp_path).imported == 1
    assert np.array_equal(accepted(house, 2), cel_map(7))


def test_a_stem_that_several_frames_have_is_refused_and_listed(house: House, tmp_path: Path) -> None:
    make_frames(house.production, house.pool, 1, stem="second")
    write(tmp_path / "000000.png", 7)
    report = run(house, tmp_path)
    assert report.imported == 0
    assert [(line.name, line.code) for line in report.refused] == [("000000.png", "label_ambiguous")]


def test_the_folder_of_a_clip_tells_which_video_is_meant(house: House, tmp_path: Path) -> None:
    (frame,) = make_frames(house.production, house.pool, 1, stem="second")
    write(tmp_path / "second" / "masks" / "0000.png", 7)
    assert run(house, tmp_path).imported == 1
    assert AcceptedLabel.objects.get().frame == frame


def test_folders_above_the_clip_tell_which_of_two_is_meant(house: House, tmp_path: Path) -> None:
    (frame,) = make_frames(house.production, house.pool, 1, stem="two/clip")
    make_frames(house.production, house.pool, 1, stem="one/clip")
    write(tmp_path / "two" / "clip" / "000001.png", 7)
    assert run(house, tmp_path).imported == 1
    assert AcceptedLabel.objects.get().frame == frame


def test_the_name_of_two_clips_means_neither(house: House, tmp_path: Path) -> None:
    (frame,) = make_frames(house.production, house.pool, 1, stem="other")
    Frame.objects.filter(pk=frame.pk).update(key="show/000000")
    PoolFrame.objects.filter(frame=frame).update(key="show~abcdef12/000000")
    write(tmp_path / "elsewhere" / "show" / "000001.png", 7)
    assert [line.code for line in run(house, tmp_path).refused] == ["label_ambiguous"]


def test_a_label_of_a_held_picture_goes_to_the_drawing(house: House, tmp_path: Path) -> None:
    write(tmp_path / "show" / "000003.png", 7)
    assert run(house, tmp_path).imported == 1
    assert np.array_equal(accepted(house, 1), cel_map(7))


def test_equal_labels_of_one_drawing_count_once_and_different_ones_not_at_all(
    house: House, tmp_path: Path
) -> None:
    for name, columns in {"000000": 3, "000001": 3, "000002": 5, "000003": 6}.items():
        write(tmp_path / "show" / f"{name}.png", columns)
    report = run(house, tmp_path)
    assert report.imported == 1
    assert [(line.name, line.code) for line in report.refused] == [
        ("show/000002.png", "labels_differ"),
        ("show/000003.png", "labels_differ"),
    ]
    assert not AcceptedLabel.objects.filter(frame=house.frames[1]).exists()


def test_wrong_sizes_foreign_colours_and_strangers_get_a_line_each(house: House, folder: Path) -> None:
    Image.new("L", (5, 5)).save(folder / "show" / "000004.png")
    Image.fromarray(cel_map(3) * np.uint8(77)).save(folder / "show" / "000006.png")
    (folder / "show" / "000008.png").write_text("no picture")
    write(folder / "show" / "999999.png", 1)
    report = run(house, folder)
    assert report.imported == 2
    codes = {line.name: line.code for line in report.refused}
    assert codes == {
        "show/000004.png": "label_size",
        "show/000006.png": "label_colors",
        "show/000008.png": "not_an_image",
        "show/999999.png": "label_unknown",
    }
    assert all(str(folder) not in line.text for line in report.refused)


def test_nearest_takes_foreign_colours(house: House, tmp_path: Path) -> None:
    write(tmp_path / "000000.png", 4, value=200)
    assert run(house, tmp_path).imported == 0
    assert run(house, tmp_path, nearest=True).imported == 1
    assert np.array_equal(accepted(house, 0), cel_map(4))


def test_an_import_does_what_was_queued_but_not_what_was_begun(house: House, folder: Path) -> None:
    untouched, begun = house.queue(*house.frames[:2])
    assignment_claim(assignment=begun, user=house.annotator)
    run(house, folder)
    states = dict(Assignment.objects.values_list("pk", "state"))
    assert states == {untouched.pk: "accepted", begun.pk: "open"}


def test_only_reviewers_import(house: House, folder: Path) -> None:
    with pytest.raises(PermissionDenied):
        labels_import(pool=house.pool, kind="cel", source=folder, user=house.annotator)


@pytest.mark.parametrize(("name", "code"), [("nowhere", "source_missing"), ("empty", "no_labels_found")])
def test_nothing_to_import_is_said(house: House, tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError) as caught:
        run(house, tmp_path / name)
    assert caught.value.code == code


# --- with a manifest ---


def manifest(folder: Path, *rows: str, header: str = "frame,mask,split") -> None:
    (folder / "manifest.csv").write_text("\n".join([header, *rows]))


def test_a_manifest_names_the_masks_and_nothing_else_is_read(house: House, tmp_path: Path) -> None:
    write(tmp_path / "cel" / "a.png", 3)
    Image.new("RGB", (5, 5), (1, 2, 3)).save(tmp_path / "frame.png")
    manifest(tmp_path, "show/000000.png,cel/a.png,", "show/000002.png,cel/b.png,")
    report = run(house, tmp_path)
    assert report.imported == 1
    assert [(line.name, line.code) for line in report.refused] == [("cel/b.png", "label_missing")]
    assert np.array_equal(accepted(house, 0), cel_map(3))


def test_a_mask_outside_the_folder_is_not_read(house: House, tmp_path: Path) -> None:
    write(tmp_path / "secret.png", 3)
    inside = tmp_path / "inside"
    inside.mkdir()
    manifest(inside, "show/000000.png,../secret.png,")
    assert [line.code for line in run(house, inside).refused] == ["label_missing"]


def test_a_manifest_sets_the_side_of_cuts_that_no_snapshot_has(house: House, folder: Path) -> None:
    manifest(folder, "show/000000.png,test", "show/000008.png,train", header="frame,split")
    report = run(house, folder)
    assert report.cuts_moved == 1
    assert dict(Cut.objects.values_list("name", "split")) == {"show 0": "test", "show 1": "train"}


def test_queued_frames_that_become_held_out_are_drawn_without_a_draft(house: House, folder: Path) -> None:
    house.queue()
    manifest(folder, "show/000000.png,test", header="frame,split")
    run(house, folder)
    assert [row.with_draft for row in house.queue(house.frames[2], house.frames[5])] == [False, True]


def test_after_a_snapshot_the_side_stays_and_that_is_said(house: House, folder: Path) -> None:
    Snapshot.objects.create(pk="a" * 64, pool=house.pool)
    manifest(folder, "show/000000.png,test", header="frame,split")
    report = run(house, folder)
    assert (report.cuts_moved, [note.code for note in report.notes]) == (0, ["split_fixed"])
    assert not Cut.objects.filter(split="test").exists()


def test_a_cut_is_never_parted(house: House, folder: Path) -> None:
    manifest(folder, "show/000000.png,test", "show/000002.png,train", header="frame,split")
    report = run(house, folder)
    assert [note.code for note in report.notes] == ["split_divided"]
    assert not Cut.objects.filter(split="test").exists()


def test_a_group_moves_together(house: House, folder: Path) -> None:
    Cut.objects.update(group="walk")
    manifest(folder, "show/000000.png,test", header="frame,split")
    assert run(house, folder).cuts_moved == 2
    assert set(Cut.objects.values_list("split", flat=True)) == {"test"}


@pytest.mark.sample
def test_masks_of_a_real_clip_find_their_drawings(house: House, sample: Path, tmp_path: Path) -> None:
    masks = sorted((sample / "clips" / "kid_on_threes" / "masks").glob("*.png"))[:4]
    frame = house.frames[0]
    with Image.open(masks[0]) as image:
        type(frame).objects.filter(pk=frame.pk).update(width=image.width, height=image.height, hold_last=2)
    house.frames[1].memberships.all().delete()
    folder = tmp_path / "show" / "masks"
    folder.mkdir(parents=True)
    for path in masks[:3]:
        (folder / path.name).write_bytes(masks[0].read_bytes())
    assert run(house, tmp_path).imported == 1
