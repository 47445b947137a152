"""Tables worked out by hand from run folders written by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modeling.errors import UserError
from modeling.experiments.config import Experiment, train_config
from modeling.experiments.joining import read_known
from modeling.experiments.places import NOTES, Places, Trial
from modeling.experiments.results import default_metrics, look_up, results
from modeling.experiments.spreads import difference, spread
from modeling.experiments.tables import markdown
from modeling.experiments.writing import write_results

ABOUT = {"file": "toys.toml", "command": "python -m modeling experiment toys.toml"}
EXPERIMENT = Experiment.model_validate(
    {
        "title": "Toys",
        "source": "a thesis",
        "task": "cel",
        "snapshot": "toys",
        "baseline": "plain",
        "metrics": ["pixel_accuracy", {"path": "per_class.cel.recall", "text": "recall"}],
        "common": {"network": "tiny", "steps": 10, "settings": {"recipe.batch": 4}},
        "variants": [
            {"name": "plain", "published": {"accuracy": 0.9}},
            {"name": "better", "loss": "focal"},
            {"name": "full", "status": "not run", "reason": "needs a GPU"},
        ],
    }
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Nothing has run yet."""
    return Places(EXPERIMENT, tmp_path, {}, {})


def finish(places: Places, name: str, seed: int, accuracy: float | None, **more: object) -> None:
    """Write what a finished run leaves."""
    trial = Trial(EXPERIMENT.variant(name), seed)
    run = places.folder(trial)
    environment = {"encoder_weights": "scratch", "threads": 1, "device": "cpu", "versions": {"torch": "9"}}
    config = train_config(trial.variant, "abc", seed).model_dump(mode="json")
    run.publish_json("config.json", {**config, "environment": environment})
    run.publish_json(
        NOTES, {"processor": "Abacus", "cores": 2, "jobs": 1, "commit": "c0ffee", "date": "2026-01-02"}
    )
    report = {
        "pixel_accuracy": accuracy,
        "steps": 10,
        "seconds": 5.0,
        "held_out_frames": 3,
        "held_out_cuts": 2,
    }
    classes = [{"name": "background", "recall": 1.0}, {"name": "cel", "recall": None}]
    run.publish_json("report.json", {**report, "per_class": classes, **more})


def test_mean_and_spread() -> None:
    found = spread({0: 0.2, 1: 0.4, 2: 0.6})
    assert found["values"] == {"0": 0.2, "1": 0.4, "2": 0.6}
    assert [found[key] for key in ("n", "mean", "sd", "min", "max")] == pytest.approx([3, 0.4, 0.2, 0.2, 0.6])
    assert spread({4: 1.5})["sd"] is None
    assert spread({})["mean"] is None


def test_differences_are_of_the_same_seeds() -> None:
    found = difference({"0": 0.5, "1": 0.7, "5": 9.0}, {"0": 0.4, "1": 0.5, "6": 0.0})
    # 0.1 and 0.2: mean 0.15, sd 0.0707; means 0.6 and 0.45
    assert [found[key] for key in ("n", "mean", "sd", "ratio")] == pytest.approx(
        [2, 0.15, 0.0707, 4 / 3], abs=1e-4
    )
    assert found["verdict"] == "better"


@pytest.mark.parametrize(
    ("ours", "lower", "verdict"),
    [
        ([0.6, 0.7], False, "better"),  # +0.1, +0.2
        ([0.6, 0.7], True, "worse"),
        ([0.6, 0.4], False, "undecided"),  # both signs
        ([0.5, 0.9], False, "undecided"),  # one of them is zero
        ([0.51, 0.9], False, "undecided"),  # +0.01 and +0.4: mean 0.205 within sd 0.276
        ([0.9], False, "undecided"),  # one seed
    ],
)
def test_what_lies_within_the_spread_is_undecided(ours: list[float], lower: bool, verdict: str) -> None:
    theirs = {str(seed): 0.5 for seed in range(len(ours))}
    assert (
        difference({str(seed): value for seed, value in enumerate(ours)}, theirs, lower)["verdict"] == verdict
    )


def test_numbers_of_a_report_by_path() -> None:
    report = {
        "headline": {"value": 0.5},
        "lines": {"one": [1, 2]},
        "per_class": [{"name": "cel", "iou": 0.25}],
    }
    assert look_up(report, "headline.value") == 0.5
    assert look_up(report, "per_class.cel.iou") == 0.25
    assert look_up(report, "lines.one.1") == 2.0
    assert look_up(report, "headline.valu") == "the report has no headline.valu. Did you mean 'value'?"
    assert look_up({"headline": None, "not_evaluated": "No labels."}, "headline.value") == "No labels."
    assert look_up({"per_class": [{"name": "cel", "iou": None}]}, "per_class.cel.iou").endswith(
        "has no value here"
    )


def test_the_headline_is_named_once() -> None:
    titles = [metric.title for metric in default_metrics("cel")]
    assert titles == ["iou", "pixel_accuracy", "mean_iou", "seconds"]


def test_a_table_by_hand(places: Places) -> None:
    for seed, (plain, better) in enumerate([(0.4, 0.5), (0.6, 0.8)]):
        finish(places, "plain", seed, plain)
        finish(places, "better", seed, better)
    found = json.loads(json.dumps(results(places, [0, 1], ABOUT)))
    plain, better, full = found["variants"]
    assert (plain["status"], plain["n"], full["status"]) == ("done", 2, "not run")
    assert plain["metrics"]["pixel_accuracy"]["mean"] == pytest.approx(0.5)
    assert plain["images_per_second"]["mean"] == pytest.approx(10 * 4 / 5)
    assert better["differences"]["pixel_accuracy"]["mean"] == pytest.approx(0.15)  # 0.1 and 0.2
    page = markdown(found)
    # sd of 0.4 and 0.6 is 0.1414; of 0.5 and 0.8 it is 0.2121; of 0.1 and 0.2 it is 0.0707; 0.65 / 0.5 = 1.3
    assert (
        "| plain | 2 | 0.500 ± 0.141 (0.400 to 0.600) | – | 3 (2) | 10 | 8.0 | scratch | accuracy 0.9 |"
        in page
    )
    assert "| better | 2 | 0.650 ± 0.212 (0.500 to 0.800) |" in page
    assert "| better | plain | +0.150 ± 0.071 (+0.100 to +0.200), n 2, x 1.3: better |" in page
    assert "published (other data)" in page
    assert "- full, not run: needs a GPU" in page
    assert "- plain, recall: per_class.cel.recall has no value here" in page
    assert "- machine: Abacus, 2 cores, 1 thread a training, 1 at once" in page
    assert all(word in page for word in ("c0ffee", "2026-01-02", "torch 9", "toys (abc)", ABOUT["command"]))


def test_what_failed_is_named_and_what_is_to_come(places: Places) -> None:
    finish(places, "plain", 0, 0.5)
    better = places.folder(Trial(EXPERIMENT.variant("better"), 0))
    better.publish_json(NOTES, {"failed": "no memory"})
    found = results(places, [0, 1], ABOUT)
    assert [row["status"] for row in found["variants"]] == ["in part", "failed", "not run"]
    page = markdown(found)
    assert "- better, seed 0, failed: no memory" in page
    assert "| better | failed | – |" in page
    assert "- plain: 1 of its seeds so far" in page


def test_a_gpu_stands_first(places: Places) -> None:
    finish(places, "plain", 0, 0.5)
    run = places.folder(Trial(EXPERIMENT.variant("plain"), 0))
    config = run.config() or {}
    config["environment"] |= {"device": "cuda:0", "device_name": "Big GPU"}
    run.publish_json("config.json", config)
    assert "- machine: Big GPU, Abacus" in markdown(results(places, [0], ABOUT))


def test_a_table_of_many_figures_has_a_column_a_variant(places: Places) -> None:
    metrics = [f"share_{number}" for number in range(12)]
    many = places.experiment.model_copy(update={"metrics": ["pixel_accuracy", *metrics]})
    finish(places, "plain", 0, 0.5, share_3=0.25)
    finish(places, "better", 0, 0.75)
    page = markdown(results(Places(many, places.out, {}, {}), [0], ABOUT))
    assert "| variant | plain | better | full |" in page
    assert "| pixel_accuracy | 0.500 | 0.750 | – |" in page
    assert "| share_3 | 0.250 | – | – |" in page


def earlier(tmp_path: Path, experiment: Experiment = EXPERIMENT) -> Path:
    """Results of seeds 0 and 1, written elsewhere."""
    elsewhere = Places(experiment, tmp_path / "elsewhere", {}, {})
    for seed, accuracy in enumerate([0.4, 0.6]):
        finish(elsewhere, "plain", seed, accuracy)
    write_results(elsewhere, [0, 1], ABOUT)
    return elsewhere.out / "results.json"


def test_seeds_run_elsewhere_are_joined(places: Places, tmp_path: Path) -> None:
    known = read_known(earlier(tmp_path))
    finish(places, "plain", 1, 0.8)  # run in both places: this one counts
    finish(places, "plain", 2, 0.9)
    finish(places, "better", 0, 0.5)
    plain, better, _ = results(places, [0, 1, 2], ABOUT, [known])["variants"]
    assert plain["metrics"]["pixel_accuracy"]["values"] == {"0": 0.4, "1": 0.8, "2": 0.9}
    assert (plain["n"], plain["status"], better["status"]) == (3, "done", "in part")
    assert better["differences"]["pixel_accuracy"]["values"] == {"0": pytest.approx(0.1)}


def test_a_variant_run_elsewhere_alone_is_shown(places: Places, tmp_path: Path) -> None:
    plain = results(places, [0, 1, 2], ABOUT, [read_known(earlier(tmp_path))])["variants"][0]
    assert (plain["n"], plain["status"], plain["snapshots"]) == (2, "in part", ["abc"])
    assert plain["metrics"]["pixel_accuracy"]["mean"] == pytest.approx(0.5)


def test_what_was_asked_for_otherwise_is_not_joined(places: Places, tmp_path: Path) -> None:
    raw = EXPERIMENT.model_dump(by_alias=True, exclude_unset=True)
    other = Experiment.model_validate({**raw, "common": {**raw["common"], "steps": 20}})
    finish(places, "plain", 2, 0.9)
    found = results(places, [0, 1, 2], ABOUT, [read_known(earlier(tmp_path, other))])
    assert found["variants"][0]["n"] == 1
    assert "- plain: earlier results left out, they differ in budget" in markdown(found)


def test_a_file_that_holds_no_results_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[]")
    with pytest.raises(UserError, match=r"other\.json holds no results"):
        read_known(tmp_path / "other.json")
