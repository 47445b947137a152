"""What a round would take: asked by form, API and command, measured by a stand-in for the modeling process."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from active_learning.estimates import estimate_of
from active_learning.jobs import round_estimate
from active_learning.models import Round
from active_learning.services import estimating
from active_learning.services.estimating import estimate_start, form_values, job_options
from core.jobs import JobContext, run_inline
from core.models import Job
from core.processes import ModelingCrashed
from modeling.errors import UserError
from tests.active_learning.conftest import Loop
from tests.annotation.house import HEIGHT, WIDTH, House

GB = 2**30
PACE = {"start": 6.0, "step": 0.25, "mask": 0.0, "judge": 0.5, "score": 0.125}


class FakeWarmup:
    """Tells a pace at once, or ends as ``error`` says."""

    def __init__(self) -> None:
        self.args: list[str] = []
        self.pace: dict[str, float] | None = PACE
        self.memory: int | None = GB
        self.beside: dict[str, Any] = {}
        self.error: Exception | None = None

    def __call__(self, args: list[str], *, context: JobContext, on_event: Any) -> None:
        self.args = args
        if self.error is not None:
            raise self.error
        on_event({"event": "phase", "phase": "training"})
        on_event({"event": "progress", "step": 1, "steps": 12, "loss": 0.5, "spent": 0.1})
        measured = {"device": "cpu", "device_name": "x86_64", "threads": 2, "free_bytes": 4 * GB}
        measured |= {"total_bytes": 8 * GB, "pace": self.pace, "spread": [0.2, 0.3] if self.pace else None}
        measured |= {"memory_bytes": self.memory, "fits": (self.memory or 9 * GB) < 4 * GB}
        on_event({"event": "done", "measured": measured | self.beside})

    def option(self, name: str) -> str:
        return self.args[self.args.index(name) + 1]


@pytest.fixture
def warmup(monkeypatch: pytest.MonkeyPatch) -> FakeWarmup:
    fake = FakeWarmup()
    monkeypatch.setattr(estimating, "run_modeling", fake)
    return fake


def estimated(house: House, **config: Any) -> Job:
    checked = estimating.estimate_config(house.pool, "cel", config)
    return run_inline(round_estimate, **job_options(house.pool, "cel", checked, house.lead))


def test_minutes_are_those_of_the_pools_own_numbers(
    house: House, loop: Loop, warmup: FakeWarmup, settings: Any
) -> None:
    settings.SAKKAN_DEVICE_RATES = {"cpu": 3.6}
    loop.select()
    loop.label()  # 6 labels to train, 8 held-out; 26 of 32 frames are left to score
    found = estimate_of(estimated(house, network="tiny", steps=100))
    assert warmup.option("--size") == f"{WIDTH}x{HEIGHT}"
    assert (warmup.option("--train-frames"), warmup.option("--shown-side")) == ("6", "960")
    assert found.work == {"train": 6, "held_out": 8, "to_score": 26, "score_seconds": 300.0, "cuts": 6}
    seconds = {part["title"]: part["seconds"] for part in found.parts}
    assert seconds == {"Start-up": 6, "Training": 25, "Evaluation": 4, "Scoring": 26 * 0.125}
    assert found.cost == pytest.approx(38.25 * 3.6 / 3600)
    assert found.fits
    assert found.sentences == ["It takes 1.0 GB of memory; 4.0 of 8.0 GB were free on cpu: it fits."]
    assert not Round.objects.exclude(state="labeling").exists()


def test_several_processes_are_timed_together_and_paid_for(
    house: House, warmup: FakeWarmup, settings: Any
) -> None:
    settings.SAKKAN_DEVICE_RATES = {"cuda": 3600}
    settings.SAKKAN_TRAINING_PROCESSES = 2
    alone = estimate_of(estimated(house, steps=100, processes=1))
    assert "--processes" not in warmup.args
    warmup.beside = {"processes": 2}
    found = estimate_of(estimated(house, steps=100))
    assert warmup.option("--processes") == "2"
    assert found.sentences[-1].startswith("2 processes were timed together, on the cores of one machine")
    warmup.beside = {"processes": 2, "device": "cuda:0"}
    found = estimate_of(estimated(house, steps=100))
    assert found.sentences[0].startswith("It takes 1.0 GB of memory on each;")
    assert found.cost == pytest.approx(2 * found.expected["seconds"])
    assert alone.sentences == ["It takes 1.0 GB of memory; 4.0 of 8.0 GB were free on cpu: it fits."]


def test_frames_kept_for_calibration_do_not_train_but_are_judged(
    house: House, warmup: FakeWarmup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimating, "_training", lambda *args: 50)
    monkeypatch.setattr(estimating, "_cuts", lambda *args: 25)
    epochs = {"settings": ("recipe.epochs=1", "recipe.batch=5", "recipe.seconds=0")}
    found = estimate_of(estimated(house, **epochs))
    assert found.expected["steps"] == 9  # 5 of 50 labels are kept
    assert found.expected["evaluation"] == (5 + found.work["held_out"]) * PACE["judge"]
    without = {"settings": (*epochs["settings"], "recipe.calibration=0")}
    assert estimate_of(estimated(house, **without)).expected["steps"] == 10


def test_a_batch_that_cannot_be_shared_is_refused_before_anything_runs(house: House, settings: Any) -> None:
    with pytest.raises(UserError, match="batch of 5 examples cannot be shared evenly by 2"):
        estimating.estimate_config(house.pool, "cel", {"processes": 2, "settings": ("recipe.batch=5",)})
    settings.SAKKAN_TRAINING_PROCESSES = 2
    with pytest.raises(UserError, match="cannot be shared evenly"):
        estimating.estimate_config(house.pool, "cel", {"settings": ("recipe.batch=5",)})
    with pytest.raises(UserError, match="processes"):
        estimating.estimate_config(house.pool, "cel", {"processes": 65})


def test_hard_examples_are_counted_but_not_ranked(house: House, loop: Loop, warmup: FakeWarmup) -> None:
    loop.select()
    loop.label()
    checked = estimating.round_config("cel", {"hard_by": 1, "settings": ("recipe.hard=0.5",)})
    config = checked.model_dump(mode="json")
    run_inline(round_estimate, **job_options(house.pool, "cel", config, None))
    assert warmup.option("--train-frames") == "3"
    assert "recipe.hard=0.5" not in warmup.args
    assert "--hard-by" not in warmup.args


def test_memory_that_does_not_suffice_is_an_answer(house: House, warmup: FakeWarmup) -> None:
    warmup.pace = warmup.memory = None
    found = estimate_of(estimated(house))
    assert (found.done, found.fits, found.expected) == (True, False, None)
    assert "ran out of memory" in found.sentences[0]
    warmup.error = ModelingCrashed("killed", -9)
    found = estimate_of(estimated(house))
    assert not found.fits
    assert "The system ended it" in found.sentences[0]
    warmup.error = ModelingCrashed("a bug", 1)
    with pytest.raises(ModelingCrashed):
        estimated(house)


def test_one_estimate_of_the_same_settings_at_a_time(house: House) -> None:
    ask = {"pool": house.pool, "task": "cel", "user": house.lead}
    one = estimate_start(config={"network": "tiny"}, **ask)
    assert estimate_start(config={"network": "tiny"}, **ask) == one
    assert estimate_start(config={"network": "lite"}, **ask) != one
    with pytest.raises(UserError, match="has no cel version yet"):
        estimate_start(config={"scorers": ["ensemble"]}, **ask)


def test_the_form_comes_back_as_it_was_filled_in(house: House, warmup: FakeWarmup) -> None:
    client = Client()
    client.force_login(house.lead)
    address = reverse("round-start", args=[house.pool.pk])
    form = client.get(address).context["form"]
    posted = {
        name: field.value() for name in form.fields for field in [form[name]] if field.value() is not None
    }
    posted |= {
        "network": "tiny",
        "network.tiny.width": "24",
        "budget_in": "steps",
        "budget": "77",
        "seed": "5",
        "processes": "2",
    }
    answer = client.post(reverse("round-estimate", args=[house.pool.pk]), posted)
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert "data-panel-url" in page.content.decode()
    names = ("network", "budget_in", "budget", "seed", "processes")
    values = {name: page.context["form"][name].value() for name in names}
    assert values == {"network": "tiny", "budget_in": "steps", "budget": 77, "seed": 5, "processes": 2}
    assert page.context["form"]["network.tiny.width"].value() == "24"
    assert (
        client.post(reverse("round-estimate", args=[house.pool.pk]), posted | {"budget": ""}).status_code
        == 400
    )
    client.force_login(house.viewer)
    assert client.post(reverse("round-estimate", args=[house.pool.pk]), posted).status_code == 403


def test_what_the_form_is_filled_with_is_what_was_asked() -> None:
    config = {"network": "lite", "loss": "bce", "seconds": 30.0, "settings": ["task.x=1", "loss.gamma=2"]}
    values = form_values("cel", config)
    assert (values["budget_in"], values["budget"]) == ("seconds", 30.0)
    assert (values["task.cel.x"], values["loss.bce.gamma"]) == ("1", "2")


def test_the_panel_says_what_was_found(house: House, warmup: FakeWarmup) -> None:
    client = Client()
    client.force_login(house.viewer)
    job = estimated(house, network="tiny", steps=100)
    address = reverse("pool-estimate", args=[house.pool.pk, job.pk])
    page = client.get(address).content.decode()
    assert "250 ms" in page
    assert "no rate is set for cpu" in page
    client.force_login(house.stranger)
    assert client.get(address).status_code == 404


def test_the_api_asks_and_answers(house: House, warmup: FakeWarmup) -> None:
    client = APIClient()
    client.force_authenticate(house.lead)
    address = reverse("api-pool-estimates", args=[house.pool.pk])
    asked = client.post(address, {"task": "cel", "network": "tiny", "steps": 100})
    assert asked.status_code == 202
    assert (asked.json()["fits"], asked.json()["job"]["state"]) == (None, "queued")
    assert client.post(address, {"task": "cel", "network": "tny"}).status_code == 400
    assert client.post(address, {"task": "cel", "processes": 0}).status_code == 400
    assert client.post(address, {"task": "cel", "processes": 2}).json()["config"]["processes"] == 2
    job = estimated(house, network="tiny", steps=100)
    told = client.get(reverse("api-pool-estimate", args=[house.pool.pk, job.pk])).json()
    assert (told["device"], told["step_seconds"], told["steps"], told["fits"]) == ("cpu", 0.25, 100, True)
    client.force_authenticate(house.annotator)
    assert client.post(address, {"task": "cel"}).status_code == 403


def test_run_round_estimates_and_trains_nothing(house: House, warmup: FakeWarmup, settings: Any) -> None:
    settings.SAKKAN_DEVICE_RATES = {"cpu": 36.0}
    out = StringIO()
    call_command(
        "run_round",
        "pool",
        "--network",
        "tiny",
        "--steps",
        "100",
        "--estimate",
        stdout=out,
        stderr=StringIO(),
    )
    lines = out.getvalue().splitlines()
    assert lines[0] == "cpu (x86_64): 250 ms a step, 100 steps."
    # 6 + 25 + 0 + 32 frames of 0.125 s = 35 s
    assert lines[1] == "0.6 minutes: start-up 0.1, training 0.4, evaluation 0.0, scoring 0.1."
    assert lines[2] == "Cost: 0.35 USD."
    assert not Round.objects.exists()
