"""Two model versions on the same held-out frames: what is compared, who may see and start it, and promoting."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from active_learning.choosing import choose
from active_learning.comparisons import comparison_of, judgement_of, newest_judge
from active_learning.jobs import versions_judge
from active_learning.models import ModelVersion, Round, RoundState
from active_learning.plots import LINKED, differences, reach_of, scatter
from active_learning.services.freezing import labels_freeze
from active_learning.services.judging import versions_judge_start
from active_learning.services.versions import model_version_promote, promotion_of
from annotation.services.oracle import oracle_fill
from core.errors import ConflictError
from core.jobs import run_inline
from core.models import AuditEntry, Job, Membership, Role
from core.paths import data_path
from datasets.models import Cut, Snapshot
from modeling.comparing import Difference
from modeling.judgements import JudgedFrame
from modeling.labelio import write_label
from modeling.labels import KINDS
from modeling.metrics import Interval, confusion
from modeling.snapshots import Snapshot as Folder
from modeling.tasks import TASKS
from tests.active_learning.world import make_world, oracle_of
from tests.annotation.house import House, cel_map, cel_png

CEL = KINDS["cel"]
TASK = TASKS.get("cel")
RIGHT = 8
"""Columns of the truth: a prediction of c columns has an IoU of c / 8 up to there."""


@pytest.fixture
def shots(db: None, tmp_path: Any) -> House:
    """Forty frames in ten cuts, the last four held-out; one frame of each cut is labelled, 8 columns each."""
    house = make_world()
    late = Cut.objects.filter(production=house.production, index__gte=6)
    late.update(split="test")
    label(house, [0])
    return house


def label(house: House, places: list[int]) -> None:
    """Accept the truth of the frames at these places of each cut."""
    chosen = [frame for index, frame in enumerate(house.frames) if index % 4 in places]
    rows = house.queue(*chosen, with_draft=False)
    file = data_path("uploads", "truth.png")
    file.write_bytes(cel_png(RIGHT))
    truth = {frame.key: file for frame in chosen}
    oracle_fill(pool=house.pool, kind="cel", truth=truth, user=oracle_of(house), assignments=rows)


def freeze(house: House) -> Snapshot:
    return labels_freeze(pool=house.pool, kind="cel", user=None)


def version(house: House, number: int, snapshot: Snapshot) -> ModelVersion:
    """A finished round and what it left."""
    round_ = Round.objects.create(
        pool=house.pool, task="cel", number=number, state=RoundState.CLOSED, snapshot=snapshot
    )
    return ModelVersion.objects.create(
        pool=house.pool, task="cel", number=number, round=round_, network="tiny", run_folder=f"runs/{number}"
    )


def judge(model: ModelVersion, snapshot: Snapshot, columns: list[int]) -> None:
    """Let a version predict so many columns of each labelled held-out frame in turn."""
    folder, judgement = Folder.open(data_path("snapshots", snapshot.pk)), judgement_of(model, snapshot.pk)
    lines = []
    for row, count in zip(folder.frames("test", "cel"), columns, strict=True):
        guess, file = cel_map(count), judgement.label_file(row.key)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_label(file, guess, CEL)
        counts = confusion(folder.classes(row, "cel"), guess, 2).tolist()
        names = {"key": row.key, "cut": row.cut, "production": row.production, "sha256": row.sha256}
        lines.append(JudgedFrame(**names, label_sha256=row.labels["cel"].sha256, counts=counts))
    judgement.publish(lines, {"judged_on": snapshot.pk})


@pytest.fixture
def two(shots: House) -> tuple[ModelVersion, ModelVersion]:
    """Versions 1 and 2 on one snapshot, not judged."""
    snapshot = freeze(shots)
    return version(shots, 1, snapshot), version(shots, 2, snapshot)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


Two = tuple[ModelVersion, ModelVersion]


def test_versions_are_compared_on_the_frames_that_both_judged(shots: House, two: Two) -> None:
    old, new = two
    assert comparison_of(old, new) is None
    assert new.round.snapshot is not None
    judge(old, new.round.snapshot, [4, 4, 8, 4])
    assert comparison_of(old, new) is None
    judge(new, new.round.snapshot, [8, 8, 2, 4])
    found = comparison_of(old, new)
    assert found is not None
    assert found.result.compared is not None
    # 8 columns each: 20 of 32 before, 22 of 32 now
    assert (found.headline.old, found.headline.new) == (20 / 32, 22 / 32)  # type: ignore[union-attr]
    assert [(row.key, row.change) for row in found.result.worse] == [("show/000064", -0.75)]
    assert [row.key for row in found.result.better] == ["show/000056", "show/000048"]
    assert found.left_out == []
    assert "includes a loss" in found.doubt
    assert found.caution.startswith("Only 4 cuts are held-out")


def test_what_cannot_be_compared_is_counted_by_reason(shots: House, two: Two) -> None:
    old, new = two
    first = new.round.snapshot
    assert first is not None
    judge(old, first, [4, 4, 4, 4])
    label(shots, [1])
    second = freeze(shots)
    judge(new, second, [8] * 8)
    Round.objects.filter(pk=new.round_id).update(snapshot=second)
    found = comparison_of(old, ModelVersion.objects.get(pk=new.pk))
    assert found is not None
    assert (found.old_on, found.new_on) == (first.pk, second.pk)
    assert found.left_out == [(4, "not judged by version 1 yet")]
    assert newest_judge(shots.pool, TASK) == second
    judge(old, second, [4] * 8)
    both = comparison_of(old, new)
    assert both is not None
    assert both.result.compared is not None
    assert (both.old_on, both.result.compared.frames, both.left_out) == (second.pk, 8, [])


def test_a_job_judges_who_has_not(shots: House, two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = two
    calls = []

    def modeling(args: list[str], *, context: Any, on_event: Any) -> None:
        calls.append(args)
        on_event({"event": "progress", "done": 4, "total": 4})

    monkeypatch.setattr("active_learning.services.judging.run_modeling", modeling)
    snapshot = newest_judge(shots.pool, TASK)
    assert snapshot is not None
    judge(old, snapshot, [8] * 4)
    job = versions_judge_start(old=old, new=new, user=shots.lead)
    assert versions_judge_start(old=old, new=new, user=shots.lead).pk == job.pk
    assert choose(shots.pool, TASK).state == "judging"
    done = run_inline(versions_judge, title="Judge", version_ids=[old.pk, new.pk], snapshot_id=snapshot.pk)
    assert done.result == {"versions": [1, 2], "snapshot": snapshot.pk}
    (args,) = calls
    assert args[0] == "evaluate"
    assert args[1].endswith("runs/2")
    assert args[3].endswith(f"runs/2/judged/{snapshot.pk}")
    judge(new, snapshot, [8] * 4)
    Job.objects.all().delete()
    with pytest.raises(ConflictError, match="already"):
        versions_judge_start(old=old, new=new, user=shots.lead)


def test_only_a_lead_starts_it_and_there_must_be_something_to_judge_on(shots: House, two: Two) -> None:
    old, new = two
    with pytest.raises(PermissionDenied):
        versions_judge_start(old=old, new=new, user=shots.reviewer)
    with pytest.raises(ConflictError) as refused:
        versions_judge_start(old=new, new=new, user=shots.lead)
    assert refused.value.code == "same_version"
    Snapshot.objects.update(counts={})
    with pytest.raises(ConflictError) as refused:
        versions_judge_start(old=old, new=new, user=shots.lead)
    assert refused.value.code == "no_held_out_labels"


def test_by_default_the_newest_stands_against_the_one_in_use(shots: House, two: Two) -> None:
    old, _ = two

    def pair(*numbers: str | None) -> tuple[int, int] | None:
        found = choose(shots.pool, TASK, *numbers)
        return (found.old.number, found.new.number) if found.old and found.new else None

    assert pair() == (1, 2), "2 is in use itself"
    version(shots, 3, freeze(shots))
    model_version_promote(version=old, user=None, confirm=True)
    assert pair() == (1, 3)
    assert pair("2") == (2, 3)
    assert pair(None, "2") == (1, 2)
    assert pair(None, "1") == (3, 1), "in use itself, and nothing came before"
    assert pair("3") == (3, 2)
    assert pair("9", "x") == (1, 3)
    assert choose(shots.pool, TASKS.get("douga")).state == "too_few"


def test_promoting_asks_where_a_loss_is_not_excluded(shots: House, two: Two) -> None:
    old, new = two
    promotion = promotion_of(old)
    assert (promotion.against, promotion.code) == (new, "not_compared")
    with pytest.raises(ConflictError, match="never compared"):
        model_version_promote(version=old, user=shots.lead)
    assert new.round.snapshot is not None
    judge(old, new.round.snapshot, [8, 8, 8, 4])
    judge(new, new.round.snapshot, [4, 4, 4, 8])
    with pytest.raises(ConflictError, match="includes a loss") as refused:
        model_version_promote(version=old, user=shots.lead)
    assert refused.value.code == "may_lose"
    model_version_promote(version=old, user=shots.lead, confirm=True)
    data = AuditEntry.objects.filter(action="model_version.promote").latest("pk").data
    assert (data["number"], data["against"], data["confirmed"]) == (1, 2, True)
    assert (data["difference"], data["frames"], data["cuts"]) == (0.25, 4, 4)
    assert data["interval"][0] < 0 < data["interval"][1]
    assert promotion_of(old).doubt == "", "in use itself"


def test_a_sure_gain_needs_no_confirmation(shots: House, two: Two) -> None:
    old, new = two
    model_version_promote(version=old, user=None, confirm=True)
    assert new.round.snapshot is not None
    judge(old, new.round.snapshot, [4, 4, 4, 4])
    judge(new, new.round.snapshot, [6, 6, 6, 6])
    model_version_promote(version=new, user=shots.lead)
    data = AuditEntry.objects.filter(action="model_version.promote").latest("pk").data
    assert (data["difference"], data["interval"], data["confirmed"]) == (0.25, [0.25, 0.25], False)


def test_the_page_shows_figures_frames_and_pictures(shots: House, two: Two) -> None:
    old, new = two
    lead, address = client_of(shots.lead), reverse("pool-compare", args=[shots.pool.pk])
    assert "must first predict the 4 labelled held-out frames" in lead.get(address).content.decode()
    assert new.round.snapshot is not None
    judge(old, new.round.snapshot, [4, 4, 8, 4])
    judge(new, new.round.snapshot, [8, 8, 2, 4])
    shown = lead.get(address).content.decode()
    for text in (
        "+0.062",
        "1 frame got worse, 2 better",
        "show/000064",
        "Only 4 cuts are held-out",
        "\u22120.750",
    ):
        assert text in shown, text
    assert "style=" not in shown
    better = lead.get(address, {"order": "better"}).content.decode()
    assert better.count("data-step") == 2
    frame = lead.get(reverse("pool-compare-frame", args=[shots.pool.pk]), {"key": "show/000064"})
    shown = frame.content.decode()
    # 8 of 32 columns are cel: old has all, new misses 6
    assert "only version 1 (old) right, 18.8\u00a0%" in shown
    assert "both right, 81.2\u00a0%" in shown
    pictures = reverse("pool-compare-picture", args=[shots.pool.pk])
    for show in ("three_way", "truth", "old", "new"):
        answer = lead.get(pictures, {"key": "show/000064", "show": show})
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    for wrong in ({"key": "../../secret", "show": "old"}, {"key": "show/000064", "show": "x"}):
        assert lead.get(pictures, wrong).status_code == 404


def test_the_page_of_promoting_takes_a_tick(shots: House, two: Two) -> None:
    old, new = two
    assert new.round.snapshot is not None
    judge(old, new.round.snapshot, [8, 8, 8, 4])
    judge(new, new.round.snapshot, [4, 4, 4, 8])
    lead, address = client_of(shots.lead), reverse("model-version-promote", args=[old.pk])
    shown = lead.get(address).content.decode()
    assert "includes a loss" in shown
    assert 'name="confirm"' in shown
    assert "show/000072" in shown, "the frame that gets worse"
    refused = lead.post(address)
    assert refused.status_code == 409
    assert "Tick the box" in refused.content.decode()
    assert lead.post(address, {"confirm": "yes"}).status_code == 302
    old.refresh_from_db()
    assert old.promoted_at is not None
    assert "is promoted" in lead.get(address).content.decode()
    assert client_of(shots.viewer).post(address, {"confirm": "yes"}).status_code == 403


def test_frames_are_for_those_who_may_see_every_production(shots: House, two: Two) -> None:
    old, new = two
    assert new.round.snapshot is not None
    judge(old, new.round.snapshot, [4, 4, 8, 4])
    judge(new, new.round.snapshot, [8, 8, 2, 4])
    other = shots.production.__class__.objects.create(name="Other")
    shots.pool.productions.add(other)
    viewer, pk = client_of(shots.viewer), shots.pool.pk
    shown = viewer.get(reverse("pool-compare", args=[pk])).content.decode()
    assert "+0.062" in shown
    assert "show/000064" not in shown
    for name in ("pool-compare-frame", "pool-compare-picture"):
        answer = viewer.get(reverse(name, args=[pk]), {"key": "show/000064", "show": "old"})
        assert answer.status_code == 404
    api = APIClient()
    api.force_authenticate(shots.viewer)
    assert api.get(f"/api/pools/{pk}/comparison/").json()["worse"] == 1
    assert api.get(f"/api/pools/{pk}/comparison/frames/").status_code == 403
    Membership.objects.create(user=shots.viewer, production=other, role=Role.VIEWER)
    assert api.get(f"/api/pools/{pk}/comparison/frames/").json()["count"] == 1
    api.force_authenticate(shots.stranger)
    assert api.get(f"/api/pools/{pk}/comparison/").status_code == 404


def test_the_api_gives_the_same_numbers_and_asks_before_promoting(shots: House, two: Two) -> None:
    old, new = two
    api, address = APIClient(), f"/api/pools/{shots.pool.pk}/comparison/"
    api.force_authenticate(shots.lead)
    assert api.get(address).json()["state"] == "unjudged"
    started = api.post(f"{address}?old=1&new=2")
    assert (started.status_code, started.json()["state"]) == (202, "judging")
    assert new.round.snapshot is not None
    judge(old, new.round.snapshot, [4, 4, 8, 4])
    judge(new, new.round.snapshot, [8, 8, 2, 4])
    shown = api.get(address).json()
    assert (shown["state"], shown["frames"], shown["cuts"], shown["worse"], shown["better"]) == (
        "ready",
        4,
        4,
        1,
        2,
    )
    assert shown["headline"]["difference"] == pytest.approx(2 / 32)
    assert [row["name"] for row in shown["classes"]] == ["background", "cel"]
    assert json.dumps(shown["headline"]["interval"]) == json.dumps(shown["classes"][1]["interval"])
    frames = api.get(f"{address}frames/", {"order": "better", "limit": 1, "offset": 1}).json()
    assert (frames["count"], [row["key"] for row in frames["results"]]) == (2, ["show/000048"])
    promote = f"/api/model-versions/{old.pk}/promote/"
    refused = api.post(promote)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "may_lose")
    assert "confirm=true" in refused.json()["error"]["remedy"]
    assert api.post(promote, {"confirm": True}).status_code == 200


def changes(count: int) -> Any:
    from active_learning.comparisons import FrameChange

    rows = [FrameChange(f"k{i}", "c", "p", 0.5, i / count, 0, 0) for i in range(count)]
    return tuple(rows)


def test_ten_thousand_points_are_a_thousand_links_and_one_path() -> None:
    drawn = scatter(changes(10_000))
    assert len(drawn["points"]) == LINKED
    assert drawn["others"] == drawn["rest"].count("M") == 9000
    assert [drawn["points"][i]["key"] for i in (0, -1)] == ["k0", "k9999"]
    few = scatter(changes(2))
    assert (len(few["points"]), few["rest"], [point["tone"] for point in few["points"]]) == (
        2,
        "",
        ["worse", "same"],
    )


def test_bars_lie_on_one_scale() -> None:
    rows = [
        Difference("a", 0.5, 0.53, interval=Interval(-0.01, 0.04)),
        Difference("b", 0.5, 0.48, interval=Interval(-0.03, -0.01)),
        Difference("c", None, None),
    ]
    assert reach_of(rows) == pytest.approx(0.05)
    first, second, absent = differences(rows)
    # 118 px are 0.05: 0.03 is 70.8
    assert (first["x"], first["low"], first["high"], first["tone"]) == ("200.8", "106.4", "224.4", "")
    assert (second["tone"], absent["x"]) == ("bad", None)


def test_figures_stay_exact_at_ten_thousand_frames() -> None:
    from modeling.comparing import Pairs, compare

    counts = np.random.default_rng(0).integers(0, 200_000, (10_000, 10, 10))
    found = compare(Pairs([f"{i % 2000}" for i in range(10_000)], counts, counts), "abcdefghij", "mean_iou")
    assert found.cuts == 2000
    assert found.headline.interval == Interval(0, 0)
