"""What rounds took, and what is foretold from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from active_learning.forecasting import forecast_of
from active_learning.jobs import round_estimate
from active_learning.ledger import entry_of, ledger, to_come
from active_learning.models import ModelVersion, Round, Selection
from active_learning.services import estimating
from active_learning.targets import asked_target
from annotation.models import Assignment, Effort, LabelSearch
from core.jobs import enqueue
from core.models import DeviceUse, Job
from tests.annotation.house import House

NOW = timezone.now()
QUALITY = (0.5, 0.7, 0.767, 0.8, 0.82)
"""0.9 - 0.4 / sqrt(labels / 8) at 8, 32, 72, 128 and 200 labels."""
LABELS = (8, 32, 72, 128, 200)


def finished_round(house: House, number: int, labels: int, quality: float, **config: Any) -> Round:
    """Round that started ``number`` hours after now less ten, with a report of so many labels."""
    report = {
        "train_frames": labels - 2,
        "validation_frames": 2,
        "headline": {"name": "iou", "value": quality, "interval": None, "frame_mean": None},
    }
    round_ = Round.objects.create(
        pool=house.pool,
        task="cel",
        number=number,
        state="closed",
        config={"network": "tiny", **config},
        report=report,
        started_at=NOW - timedelta(hours=10 - number),
    )
    ModelVersion.objects.create(
        pool=house.pool, task="cel", number=number, round=round_, network="tiny", metrics=report
    )
    return round_


def use(subject: Any, work: str, seconds: float, device: str = "cpu", attempt: int = 1) -> None:
    job = Job.objects.create(
        id=f"00000000-0000-0000-0000-{Job.objects.count():012d}",
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
    )
    DeviceUse.objects.create(
        job=job, attempt=attempt, work=work, machine="here", device=device, seconds=seconds
    )


def visit(house: House, hour: float, seconds: float) -> None:
    """A visit begun so many hours after now less ten."""
    row = Assignment.objects.first() or house.queue(house.frames[0])[0]
    made = Effort.objects.create(
        assignment=row, person=house.annotator, session=f"visit-{Effort.objects.count()}", seconds=seconds
    )
    Effort.objects.filter(pk=made.pk).update(updated_at=NOW - timedelta(hours=10 - hour))


@pytest.fixture
def rounds(house: House) -> list[Round]:
    return [
        finished_round(house, number, labels, quality)
        for number, (labels, quality) in enumerate(zip(LABELS, QUALITY, strict=True), 1)
    ]


def test_every_attempt_at_every_job_about_a_round_counts(house: House, settings: Any) -> None:
    settings.SAKKAN_DEVICE_RATES = {"cpu": 1.0, "cuda": 10.0}
    first, second = (finished_round(house, number, 8 * number, 0.5) for number in (1, 2))
    selection = Selection.objects.create(
        pool=house.pool, task="cel", strategy="random", budget=1, round=second
    )
    use(first, "train", 600)
    use(first, "train", 300, attempt=2)
    use(first, "evaluate", 60)
    use(ModelVersion.objects.get(round=second), "evaluate", 30)
    use(selection, "draft", 90)
    use(second, "score", 1800, device="cuda:1")
    one, two = ledger(house.pool, "cel")
    assert one.works == {"Training": 900, "Evaluation": 60}
    assert (one.device_seconds, one.cost) == (960, pytest.approx(960 / 3600))
    assert two.works == {"Scoring": 1800, "Drafts": 90, "Evaluation": 30}
    assert two.cost == pytest.approx(5 + 120 / 3600)
    assert entry_of(second) == two
    settings.SAKKAN_DEVICE_RATES = {"cpu": 1.0}
    assert ledger(house.pool, "cel")[1].cost is None


def asked(house: House, task: str) -> Job:
    """An estimate's job."""
    config = estimating.estimate_config(house.pool, task, {"network": "tiny"})
    return enqueue(round_estimate, **estimating.job_options(house.pool, task, config, house.lead))


def used(job: Job, work: str, seconds: float, hour: float) -> None:
    """So long, so many hours after now less ten."""
    made = DeviceUse.objects.create(
        job=job, attempt=1, work=work, machine="here", device="cpu", seconds=seconds
    )
    DeviceUse.objects.filter(pk=made.pk).update(started_at=NOW - timedelta(hours=10 - hour))


def test_estimates_searches_and_features_are_those_of_the_round_they_prepared(house: House) -> None:
    for number in (1, 2):
        finished_round(house, number, 8 * number, 0.5)
    search = LabelSearch.objects.create(pool=house.pool, task="cel", kind="cel", config={})
    about = {"subject_type": "datasets.pool", "subject_id": str(house.pool.pk)}
    embed = Job.objects.create(id="00000000-0000-0000-0000-0000000000ee", **about)
    about = {"subject_type": "annotation.labelsearch", "subject_id": str(search.pk)}
    searching = Job.objects.create(id="00000000-0000-0000-0000-0000000000cc", **about)
    estimate = asked(house, "cel")
    used(estimate, "warmup", 40, hour=0.5)
    used(estimate, "evaluate", 20, hour=0.5)  # what it timed is the estimate's, too
    used(asked(house, "douga"), "warmup", 30, hour=0.5)
    used(searching, "crossfit", 600, hour=1.5)
    used(embed, "embed", 120, hour=1.5)
    used(asked(house, "cel"), "warmup", 6, hour=5)
    assert [entry.works for entry in ledger(house.pool, "cel")] == [
        {"Estimates": 60},
        {"Label search": 600, "Features": 120},
    ]
    assert [(one.work, one.seconds) for one in to_come(house.pool, "cel")] == [("warmup", 6)]
    assert [(one.work, one.seconds) for one in to_come(house.pool, "douga")] == [("warmup", 30)]
    page = Client()
    page.force_login(house.lead)
    shown = page.get(reverse("pool-ledger", args=[house.pool.pk])).content.decode()
    assert "for the next" in shown
    assert "Label search, min" in shown
    Round.objects.create(pool=house.pool, task="cel", number=3)
    assert ledger(house.pool, "cel")[2].works == {"Estimates": 6}
    assert to_come(house.pool, "cel") == []


def test_peoples_time_is_from_one_start_to_the_next(house: House) -> None:
    _, second, _ = (finished_round(house, number, 8 * number, 0.5 + number / 10) for number in (1, 2, 3))
    ModelVersion.objects.get(round=second).delete()
    Round.objects.filter(pk=second.pk).update(state="cancelled", report={})
    for hour, seconds in ((0.5, 600), (1.5, 1200), (2.5, 2400), (9.9, 60)):
        visit(house, hour, seconds)
    Round.objects.create(pool=house.pool, task="cel", number=4)
    entries = ledger(house.pool, "cel")
    assert [entry.people for entry in entries] == [600, 1200, 2400, 60]
    # since the last evaluated round: the third had what the cancelled one gathered
    assert [entry.since for entry in entries] == [600, 1200, 3600, 60]
    assert [(entry.labels, entry.added) for entry in entries] == [
        (8, 8),
        (None, None),
        (24, 16),
        (None, None),
    ]
    assert entries[2].gain == pytest.approx(0.2)
    assert entries[2].gain_an_hour == pytest.approx(0.2)
    assert entries[0].gain is None
    assert entries[3].device_seconds is None


def test_what_is_left_to_a_target(house: House, rounds: list[Round]) -> None:
    for number, round_ in enumerate(rounds, 1):
        visit(house, number - 0.5, LABELS[number - 1] * 60.0)
        use(round_, "train", 120)
    found = forecast_of(ledger(house.pool, "cel"), limit=10_000)
    needs = found.needs(0.84)
    assert needs is not None
    # 0.9 - 0.4 / sqrt(n / 8) = 0.84 at n = 356
    assert needs.labels.low <= 356 <= needs.labels.high
    assert needs.frames.middle == needs.labels.middle - 200
    assert needs.chance > 0.9
    assert needs.people_minutes is not None
    assert needs.device_minutes is not None
    beyond = found.needs(0.99)
    assert beyond is not None
    assert beyond.chance < 0.1
    assert found.usual_target == pytest.approx(0.86, abs=0.02)
    assert not found.warning


def test_few_rounds_tell_nothing_and_others_that_they_differ(house: House) -> None:
    for number in (1, 2, 3):
        finished_round(house, number, LABELS[number - 1], QUALITY[number - 1])
    found = forecast_of(ledger(house.pool, "cel"), 100)
    assert "takes 4 evaluated rounds to tell; there are 3" in found.reason
    assert found.needs(0.9) is None
    finished_round(house, 4, LABELS[3], QUALITY[3], network="lite", steps=9)
    found = forecast_of(ledger(house.pool, "cel"), 100)
    assert not found.reason
    assert "differ in network and steps" in found.warning


def test_a_target_is_a_share_or_percent() -> None:
    assert [asked_target(text) for text in ("0.9", "0,9", "90", "90 %")] == [0.9] * 4
    assert [asked_target(text) for text in ("", "high", "0", "100", "nan", "-1", "1e9")] == [None] * 7


def test_pages_show_it_to_leads(house: House, rounds: list[Round]) -> None:
    use(rounds[4], "train", 90)
    type(house.pool).objects.update(frame_count=10_000)
    client = Client()
    client.force_login(house.lead)
    page = client.get(reverse("pool-ledger", args=[house.pool.pk])).content.decode()
    assert "No rate is set for cpu" in page
    assert "1 of 1 came inside" in page or "0 of 1 came inside" in page
    assert "1.5 min on cpu" in client.get(rounds[4].get_absolute_url()).content.decode()
    pool = client.get(reverse("pool", args=[house.pool.pk]), {"target": "0.84"}).content.decode()
    assert 'value="0.84"' in pool
    assert "device time" in pool
    client.force_login(house.viewer)
    assert client.get(reverse("pool-ledger", args=[house.pool.pk])).status_code == 404
    assert "What it took" not in client.get(rounds[4].get_absolute_url()).content.decode()
    pool = client.get(reverse("pool", args=[house.pool.pk])).content.decode()
    assert "more training labels" in pool
    assert "device time" not in pool


def test_an_empty_pool_has_an_empty_ledger(house: House) -> None:
    client = Client()
    client.force_login(house.lead)
    page = client.get(reverse("pool-ledger", args=[house.pool.pk])).content.decode()
    assert "No round yet" in page
    assert "there are 0 so far" in page


def test_the_api_tells_the_same(house: House, rounds: list[Round]) -> None:
    use(rounds[0], "train", 90)
    client = APIClient()
    client.force_authenticate(house.lead)
    entries = client.get(reverse("api-pool-ledger", args=[house.pool.pk])).json()
    assert [entry["labels"] for entry in entries] == list(LABELS)
    assert entries[0]["uses"][0] == {
        "work": "train",
        "device": "cpu",
        "machine": "here",
        "seconds": 90.0,
        "cost": None,
    }
    assert entries[1]["headline"]["value"] == 0.7
    address = reverse("api-pool-forecast", args=[house.pool.pk])
    told = client.get(address, {"target": "0.99"}).json()
    assert (told["reason"], len(told["law"]), len(told["trials"])) == ("", 3, 1)
    assert told["needs"]["labels"]["high"] is None
    assert client.get(address, {"target": "best"}).status_code == 400
    client.force_authenticate(house.viewer)
    assert client.get(reverse("api-pool-ledger", args=[house.pool.pk])).status_code == 404
    assert client.get(address).json()["needs"]["device_minutes"] is None
    client.force_authenticate(house.stranger)
    assert client.get(address).status_code == 404
