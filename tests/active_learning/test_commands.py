"""The commands of the loop."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from active_learning.models import Round, Selection
from annotation.models import AcceptedLabel, Assignment
from modeling.errors import UserError
from tests.active_learning.conftest import Loop
from tests.active_learning.world import FakeModeling
from tests.annotation.house import House, cel_png


def run(*args: object) -> str:
    out = StringIO()
    call_command(*map(str, args), stdout=out, stderr=StringIO())
    return out.getvalue()


def refused(*args: object) -> str:
    """The one line a command ends with when it cannot."""
    err = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command(*map(str, args), stdout=StringIO(), stderr=err)
    assert caught.value.code == 2
    return err.getvalue()


def test_select_twice_gives_the_same_picks(house: House) -> None:
    options = ("select", "pool", "--task", "cel", "--strategy", "kmeans", "--budget", 6, "--seed", 0)
    assert run(*options) == run(*options)
    assert not Assignment.objects.exists()


def test_select_and_assign(house: House) -> None:
    run("select", "pool", "--budget", 5, "--cap-per-cut", 1, "--assign")
    selection = Selection.objects.get()
    assert (selection.strategy, selection.round.number) == ("kmeans", 1)
    assert Assignment.objects.count() == 5 + 8


def test_select_lists_strategies_and_sets_their_parameters(house: House) -> None:
    listed = run("select", "--list")
    assert "kmeans (diversity): " in listed
    assert "--set confident_share=0.5" in listed
    run("select", "pool", "--strategy", "typical_per_cluster", "--set", "neighbours=3")
    assert Selection.objects.get().params == {"feature": "edges", "neighbours": 3}
    assert "Write NAME=VALUE" in refused("select", "pool", "--set", "neighbours")
    assert "No pool is named" in refused("select")


def test_run_round_waits_and_ends_with_the_run_folder(
    house: House, loop: Loop, modeling: FakeModeling, data_dir: Path
) -> None:
    loop.select()
    loop.label()
    out = run("run_round", "pool", "--network", "tiny", "--steps", 3, "--wait")
    folder = Path(out.splitlines()[-1])
    assert folder.is_relative_to(data_dir)
    assert (folder / "report.json").is_file()
    assert Round.objects.get().config["steps"] == 3


def test_run_round_without_a_selection(house: House, modeling: FakeModeling, tmp_path: Path) -> None:
    for frame in (house.frames[0], house.frames[5]):
        path = tmp_path / "labels" / f"{frame.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cel_png(4))
    run("import_labels", "pool", tmp_path / "labels", "--task", "cel")
    assert AcceptedLabel.objects.count() == 2
    assert AcceptedLabel.objects.first().revision.author.username == "import"
    run("run_round", "pool", "--steps", 1, "--wait")
    assert Round.objects.get().state == "closed"


def test_run_round_goes_on_after_one_that_failed(house: House, loop: Loop, modeling: FakeModeling) -> None:
    loop.select()
    loop.label()
    modeling.stop_at, modeling.error = "train", UserError("The disk is full.", code="no_space")
    assert "The disk is full" in refused("run_round", "pool", "--steps", 3, "--wait")
    run("run_round", "pool", "--steps", 3, "--wait")
    assert list(Round.objects.values_list("number", "state")) == [(1, "cancelled"), (2, "closed")]


def test_run_round_leaves_the_work_to_a_worker(house: House, loop: Loop) -> None:
    loop.select()
    loop.label()
    assert run("run_round", "pool").strip() == f"/rounds/{Round.objects.get().pk}/"
    assert Round.objects.get().job_id is not None


def test_export_prints_the_id_it_froze(house: House, loop: Loop, tmp_path: Path) -> None:
    loop.select()
    loop.label()
    free = "--unknown-licences"
    out = run("export", "pool", "--task", "cel", "--format", "coco", "--out", tmp_path / "coco", free)
    again = run("export", "pool", "--out", tmp_path / "folder", "--snapshot", out.strip()[:10], free)
    run("export", "--out", tmp_path / "no pool named", "--snapshot", out.strip()[:10], free)
    assert out == again
    assert (tmp_path / "folder" / "snapshot.json").is_file()
    assert list((tmp_path / "coco").rglob("*.json"))


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("select", "pol"), "Did you mean 'pool'?"),
        (("select", "pool", "--strategy", "entropy"), "Pick with kmeans first"),
        (("run_round", "pool", "--wait"), "import labels"),
        (("export", "pool", "--out", "x"), "No cel label of pool is accepted yet"),
        (("export", "pool", "--out", "x", "--snapshot", "abc"), "No snapshot begins with 'abc' in pool"),
        (("import_labels", "pool", "/nowhere/at/all"), "/nowhere/at/all"),
        (("import_labels", "pool", ".", "--as", "nobody"), "no user 'nobody'"),
    ],
)
def test_one_clear_line_when_it_cannot(house: House, args: tuple[str, ...], told: str) -> None:
    line = refused(*args)
    assert told in line
    assert line.count("\n") == 1
