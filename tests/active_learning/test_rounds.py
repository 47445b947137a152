"""A round's states, and that whatever stops it leaves something to go on with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from active_learning.forms import StartForm
from active_learning.jobs import drafts_make, round_run
from active_learning.models import FrameScore, ModelVersion, Round, RoundState
from active_learning.selectors import learning_curve, next_action
from active_learning.services.config import RoundConfig, round_config
from active_learning.services.rounds import job_options, round_cancel, round_prepare, round_retry, round_start
from active_learning.services.versions import (
    model_version_promote,
    model_version_roll_back,
    version_in_use,
)
from annotation.models import Draft
from core.errors import ConflictError
from core.jobs import JobCancelled, run_inline
from core.models import Job, JobState
from core.paths import data_path
from modeling.errors import UserError
from modeling.snapshots import Snapshot as SnapshotFolder
from modeling.tasks import TASKS
from tests.active_learning.conftest import Loop
from tests.active_learning.world import HELD_OUT, FakeModeling
from tests.annotation.house import House


def test_a_round_from_selection_to_model_version(house: House, loop: Loop, modeling: FakeModeling) -> None:
    assert next_action(house.pool, "cel").name == "select"
    loop.select(budget=6)
    assert next_action(house.pool, "cel").name == "label"
    loop.label()
    assert next_action(house.pool, "cel").name == "start"
    round_ = loop.run(seconds=5, network="tiny")
    assert round_.state == RoundState.CLOSED
    assert round_.report["headline"]["value"] == 0.625
    assert "frames" not in round_.report
    assert (round_.scored_count, round_.unscored_count) == (26, 0)
    assert FrameScore.objects.count() == 26
    version = ModelVersion.objects.get()
    assert (version.name, version.network) == ("pool/cel/1", "tiny")
    figure = {"name": "iou", "title": "IoU", "value": 0.625, "interval": (0.5, 0.75), "frame_mean": 0.6}
    assert learning_curve(house.pool, "cel") == [{"round": 1, "labels": 6, "hours": 0.0, "headline": figure}]
    assert next_action(house.pool, "cel").name == "select"


def test_the_command_line_says_what_was_asked(loop: Loop, modeling: FakeModeling) -> None:
    loop.round(seconds=5, network="tiny", loss="focal", settings=("network.dropout=0.2",), score_seconds=9)
    train, score = modeling.calls
    text = " ".join(train)
    assert "--task cel --network tiny --loss focal --recipe fast --seconds 5.0 --seed 0" in text
    assert "--set network.dropout=0.2 --set recipe.calibration=0.1 --device auto" in text
    assert "--from-run" not in train
    assert score[-2:] == ["--seconds", "9.0"]


def test_scoring_on_a_cpu_has_a_budget_and_takes_cut_leaders_first(
    loop: Loop, modeling: FakeModeling
) -> None:
    loop.round()
    score = modeling.calls[1]
    assert score[score.index("--seconds") + 1] == "300.0"
    ids = [json.loads(line)["id"] for line in Path(score[2]).read_text().splitlines()]
    assert len(ids) == 32, "labelled ones among them"
    keys = {frame.pk: int(frame.key[-6:]) // 2 for frame in loop.house.frames}
    cuts = [keys[pk] // 4 for pk in ids]
    assert len(set(cuts[:8])) == 8, "one of each cut before a second of any"


def test_a_round_may_start_from_a_version(loop: Loop, modeling: FakeModeling) -> None:
    first = loop.round()
    loop.round(from_version=1)
    train = [args for args in modeling.calls if args[0] == "train"][1]
    assert train[train.index("--from-run") + 1].endswith(first.run_folder)
    with pytest.raises(UserError, match="no cel model version 9"):
        loop.run(from_version=9)


def test_a_round_may_keep_what_a_version_finds_hard(
    loop: Loop, modeling: FakeModeling, client: Client
) -> None:
    first = loop.round()
    loop.select()
    loop.label()
    client.force_login(loop.house.lead)
    address = f"/pools/{loop.house.pool.pk}/rounds/start/?task=cel"
    form = {"network": "tiny", "loss": "bce", "recipe": "fast", "budget_in": "steps", "budget": 4, "seed": 0}
    assert "Hard examples of" in client.get(address).content.decode()
    refused = client.post(address, {**form, "hard_by": "1"})
    assert "all are kept" in refused.content.decode()
    assert client.post(address, {**form, "hard_by": "1", "recipe.fast.hard": "0.5"}).status_code == 302
    config = Round.objects.get(number=2).config
    assert (config["hard_by"], config["settings"]) == (1, ["recipe.hard=0.5"])
    Round.objects.filter(number=2).update(state="cancelled")
    loop.run(hard_by=1, settings=["recipe.hard=0.5"])
    train = [args for args in modeling.calls if args[0] == "train"][1]
    assert train[train.index("--hard-by") + 1].endswith(first.run_folder)
    with pytest.raises(UserError, match="no cel model version 9"):
        loop.run(hard_by=9, settings=["recipe.hard=0.5"])


def test_parts_of_a_loss_are_written_as_text(house: House) -> None:
    task = TASKS.get("douga")
    given = {"network": "tiny", "loss": "mixed", "recipe": "lines", "seed": "0"}
    form = StartForm(given, task=task, versions=[])
    assert form["loss.mixed.parts"].initial == "weighted_ce:1, dice:1, skeleton_recall:0.5"
    assert form.is_valid()
    assert form.config["settings"] == ()
    form = StartForm({**given, "loss.mixed.parts": "ce:1, dice:0.5"}, task=task, versions=[])
    assert form.is_valid()
    assert form.config["settings"] == ("loss.parts=ce:1, dice:0.5",)
    config = round_config("douga", form.config)
    assert config.loss == "mixed"
    with pytest.raises(UserError, match="Did you mean 'dice'"):
        round_config("douga", {**form.config, "settings": ["loss.parts=dise:1"]})


def test_the_snapshot_says_how_frames_were_selected(loop: Loop, modeling: FakeModeling) -> None:
    loop.select(budget=5, strategy="random", control_share=0)
    loop.label()
    round_ = loop.run()
    folder = SnapshotFolder.open(data_path("snapshots", round_.snapshot_id))
    rows = folder.frames("train", "cel")
    selection = rows[0].labels["cel"].selection
    assert (len(rows), selection.strategy, selection.round) == (5, "random", 1)
    assert selection.inclusion_probability == pytest.approx(5 / 32)
    assert rows[0].labels["cel"].origin == "oracle"
    held_out = folder.frames("test", "cel")
    assert len(held_out) == HELD_OUT
    assert held_out[0].labels["cel"].selection.strategy == "held_out"


def test_needs_a_training_label(house: House, loop: Loop) -> None:
    with pytest.raises(UserError, match="No training frame"):
        loop.run()
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"network": "lit"}, "unknown_network"),
        ({"seconds": 5, "steps": 5}, "bad_budget"),
        ({"settings": ("network.dropot=1",)}, "bad_parameter"),
        ({"nonsense": 1}, "bad_parameter"),
    ],
)
def test_refuses_settings_that_do_not_fit(loop: Loop, config: dict[str, object], code: str) -> None:
    loop.select()
    loop.label()
    with pytest.raises(UserError) as caught:
        loop.run(**config)
    assert caught.value.code == code
    assert Round.objects.get().state == RoundState.LABELING


def test_space_is_asked_for_first(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    loop.select()
    loop.label()
    monkeypatch.setattr("active_learning.services.space.TRAIN_BYTES", 2**60)
    monkeypatch.setattr("active_learning.services.rounds.TRAIN_BYTES", 2**60)
    with pytest.raises(UserError, match="disk space"):
        loop.run()


def test_what_fails_names_the_state_and_is_retried_from_there(loop: Loop, modeling: FakeModeling) -> None:
    modeling.stop_at, modeling.error = (
        "score",
        UserError("A proxy is gone.", code="proxy_missing", remedy="Ingest."),
    )
    loop.select()
    loop.label()
    with pytest.raises(UserError, match="proxy"):
        loop.run()
    round_ = Round.objects.get()
    assert (round_.state, round_.retry_from, round_.failure_code) == ("failed", "evaluated", "proxy_missing")
    assert round_.failure_text == "A proxy is gone. Ingest."
    assert next_action(loop.house.pool, "cel").name == "retry"
    round_retry(round_=round_, user=loop.house.lead)
    round_.refresh_from_db()
    assert (round_.state, round_.failure_code) == ("evaluated", "")
    assert Job.objects.get(pk=round_.job_id).state == JobState.QUEUED


def test_a_round_taken_up_again_does_no_step_twice(loop: Loop, modeling: FakeModeling) -> None:
    modeling.stop_at = "score"
    loop.select()
    loop.label()
    with pytest.raises(RuntimeError):
        loop.run()
    round_ = Round.objects.get()
    assert round_.failure_code == "bug"
    assert "crashed" not in round_.failure_text
    run_inline(round_run, **job_options(round_, loop.house.lead))
    round_.refresh_from_db()
    assert round_.state == RoundState.CLOSED
    assert modeling.commands() == ["train", "score", "score"]
    assert FrameScore.objects.count() == 26


def test_a_training_begun_with_other_defaults_begins_anew(loop: Loop, modeling: FakeModeling) -> None:
    modeling.stop_at, modeling.error = (
        "train",
        UserError("It was started with another rate.", code="run_differs"),
    )
    loop.select()
    loop.label()
    loop.run()
    round_ = Round.objects.get()
    assert round_.state == RoundState.CLOSED
    first, second = (args[2] for args in modeling.calls[:2])
    assert first != second
    assert second.endswith(round_.run_folder)


def test_a_cancelled_job_is_a_cancelled_round(loop: Loop, modeling: FakeModeling) -> None:
    modeling.stop_at, modeling.error = "train", JobCancelled("asked to")
    loop.select()
    loop.label()
    with pytest.raises(JobCancelled):
        loop.run()
    round_ = Round.objects.get()
    assert (round_.state, round_.retry_from, round_.failure_code) == ("cancelled", "training", "cancelled")
    assert next_action(loop.house.pool, "cel").name == "select"
    loop.select()
    with pytest.raises(ConflictError):
        round_retry(round_=round_, user=loop.house.lead)
    assert Round.objects.unfinished().get().number == 2


def test_cancelled_in_the_queue(house: House, loop: Loop) -> None:
    loop.select()
    loop.label()
    round_ = round_start(pool=house.pool, task="cel", config={}, user=house.lead)
    with pytest.raises(ConflictError, match="is running"):
        round_start(pool=house.pool, task="cel", config={}, user=house.lead)
    round_cancel(round_=round_, user=house.lead)
    assert round_.state == RoundState.CANCELLED
    with pytest.raises(ConflictError, match="has ended"):
        round_cancel(round_=round_, user=house.lead)


def test_cancelled_while_labelling_keeps_the_queue(house: House, loop: Loop) -> None:
    selection = loop.select()
    round_cancel(round_=selection.round, user=house.lead)
    assert house.pool.assignments.filter(state="open").count() == 6 + HELD_OUT


def test_one_unfinished_round_a_pool_and_task(house: House, loop: Loop) -> None:
    loop.select()
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.create(pool=house.pool, task="cel", number=2)


def test_only_leads_run_rounds(house: House, loop: Loop) -> None:
    selection = loop.select()
    loop.label()
    with pytest.raises(PermissionDenied):
        round_prepare(pool=house.pool, task="cel", config={}, user=house.annotator)
    with pytest.raises(PermissionDenied):
        round_cancel(round_=selection.round, user=house.reviewer)


def test_versions_are_promoted_and_rolled_back(house: House, loop: Loop, modeling: FakeModeling) -> None:
    with pytest.raises(ConflictError, match="no earlier"):
        model_version_roll_back(pool=house.pool, task="cel", user=house.lead)
    loop.round()
    loop.round()
    one, two = ModelVersion.objects.order_by("number")
    assert version_in_use(house.pool, "cel") == two
    model_version_promote(version=two, user=house.lead)
    model_version_roll_back(pool=house.pool, task="cel", user=house.lead)
    assert version_in_use(house.pool, "cel") == one
    two.refresh_from_db()
    assert two.promoted_at is None
    with pytest.raises(PermissionDenied):
        model_version_promote(version=two, user=house.viewer)


def test_confirming_the_next_selection_makes_drafts(house: House, loop: Loop, modeling: FakeModeling) -> None:
    loop.round()
    selection = loop.select(budget=4)
    job = Job.objects.get(name__endswith="drafts_make")
    assert job.subject_id == str(selection.pk)
    done = run_inline(drafts_make, title="Drafts", selection_id=selection.pk)
    assert done.result == {"drafted": 3, "failed": 1}
    assert set(Draft.objects.values_list("model_version", flat=True)) == {"pool/cel/1"}
    assert done.log_lines.filter(text__contains="damaged").exists()
    again = run_inline(drafts_make, title="Drafts", selection_id=selection.pk)
    assert again.result == {"drafted": 1, "failed": 0}, "only what was missing"
    assert not Draft.objects.filter(frame__cut__split="test").exists()


def test_a_round_says_itself_whether_it_keeps_frames_for_calibration() -> None:
    none = RoundConfig(settings=("recipe.calibration=0",)).train_options()
    assert [word for word in none if word.startswith("recipe.")] == ["recipe.calibration=0"]


def test_a_site_or_a_round_trains_in_several_processes(
    loop: Loop, modeling: FakeModeling, settings: LazySettings
) -> None:
    settings.SAKKAN_TRAINING_PROCESSES = 2
    loop.round()
    loop.round(processes=1)
    asked = ["--processes" in args for args in modeling.calls if args[0] == "train"]
    assert asked == [True, False]
