"""``manage.py studio``: what it lists, which models serve, and its results."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from active_learning.models import ModelVersion, Round, RoundState
from active_learning.services.studio import list_pictures, versions_for
from datasets.models import Pool
from modeling.errors import UserError
from modeling.studio.run import made_so_far
from tests.annotation.house import House
from tests.datasets.makers import figure, on_twos, plate, png, write_clip, write_zip


def studio(*args: object) -> tuple[int, str]:
    """The command's exit code and what it said on stderr."""
    err = StringIO()
    try:
        call_command("studio", *map(str, args), stdout=StringIO(), stderr=err)
    except SystemExit as stopped:
        return int(str(stopped.code)), err.getvalue()
    return 0, err.getvalue()


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A zip of two pictures of different sizes, a clip of five drawings and two broken files."""
    clip = write_clip(tmp_path / "walk.mp4", on_twos(5))
    members = {
        "one.png": png(figure(plate(), 60)),
        "far/two.png": png(plate(1, 100, 50)),
        "walk.mp4": clip.read_bytes(),
        "bad.png": b"no picture",
        "more.zip": b"PK",
    }
    return write_zip(tmp_path / "mixed.zip", members)


def version(pool: Pool, number: int, task: str = "cel") -> ModelVersion:
    """A model version without a run."""
    round_ = Round.objects.create(pool=pool, task=task, number=number, state=RoundState.CLOSED)
    return ModelVersion.objects.create(
        pool=pool, task=task, number=number, round=round_, network="tiny", run_folder=f"runs/{number}"
    )


@pytest.mark.django_db
def test_a_zip_becomes_results_and_a_line_for_each_broken_file(mixed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, _ = studio(mixed, "--steps", "lines", "--set", "lines.source=canny", "--out", out)
    assert code == 1
    made = made_so_far(out)
    whole = [key for key, one in made.items() if one.whole]
    assert whole == ["one", *(f"walk/{index:06d}" for index in range(0, 10, 2)), "far/two"]
    broken = {one.source: one.error for one in made.values() if one.error}
    assert list(broken) == ["mixed.zip: more.zip", "bad.png"]
    assert all(str(tmp_path) not in error for error in broken.values())
    lines = np.asarray(Image.open(out / "lines/one.png"))
    assert lines.shape == (144, 256, 3)
    assert (lines == 0).any()
    assert not (out / ".input").exists()


def test_a_source_without_a_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(UserError, match="neither image, video, zip nor folder"):
        list_pictures(tmp_path / "notes.txt", "notes.txt", tmp_path / "scratch")


def test_the_version_in_use_serves_unless_another_is_named(house: House) -> None:
    version(house.pool, 1)
    version(house.pool, 2)
    ModelVersion.objects.filter(number=1).update(promoted_at=timezone.now())
    assert versions_for(["cel"], [house.pool])["cel"].number == 1
    assert versions_for(["cel"], [house.pool], {"cel": 2})["cel"].number == 2


def test_which_pool_is_asked_only_where_several_have_a_model(house: House) -> None:
    other = Pool.objects.create(name="other")
    pools = [house.pool, other]
    with pytest.raises(UserError, match="No pool has a model of douga yet"):
        versions_for(["douga"], pools)
    version(house.pool, 1)
    assert versions_for(["cel"], pools)["cel"].pool == house.pool
    version(other, 1)
    with pytest.raises(UserError, match="Several pools have a model of cel: pool, other"):
        versions_for(["cel"], pools)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--steps", "cel"), "No pool has a model of cel yet"),
        (("--steps", "cuttout"), "Did you mean 'cutout'?"),
        (("--steps", "cel", "--use", "douga=2"), "is not TASK=NUMBER of a task that the steps ask"),
        (("--steps", "cel", "--run", "cell=runs/1"), "Did you mean 'cel'?"),
    ],
)
def test_what_is_missing_is_told(more: tuple[str, ...], words: str, mixed: Path, tmp_path: Path) -> None:
    code, err = studio(mixed, "--out", tmp_path / "out", *more)
    assert code == 2
    assert words in err
