"""A search for label errors from the page, the API and the command; its list, and what reviewers do with it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from active_learning.services.label_errors import job_options, search_prepare, search_start
from annotation.models import LabelSearch, Revision
from core.errors import ConflictError
from core.jobs import JobCancelled, job_cancel, run_inline
from core.models import Job
from modeling.errors import UserError
from modeling.snapshots import Snapshot
from tests.active_learning.conftest import Loop
from tests.annotation.house import House, cel_png


class FakeCrossfit:
    """Does what ``python -m modeling crossfit`` would: the ranking is that of the keys, backwards."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.errors: list[Exception] = []

    def __call__(self, args: list[str], *, context: Any, on_event: Any) -> None:
        """Stand in for `core.processes.run_modeling`."""
        self.calls.append(args)
        out = Path(args[2])
        out.mkdir(parents=True, exist_ok=True)
        if self.errors:
            raise self.errors.pop()
        on_event({"event": "progress", "spent": 0.5, "text": "Fold 1 of 2: training"})
        on_event({"event": "phase", "phase": "ranking"})
        rows = sorted(Snapshot.open(args[1]).frames(kind="cel"), key=lambda row: row.key, reverse=True)
        for row in rows:
            (out / "predictions" / row.key).parent.mkdir(parents=True, exist_ok=True)
            (out / "predictions" / f"{row.key}.png").write_bytes(cel_png(20))
        lines = [
            {
                "key": row.key,
                "label": row.labels["cel"].sha256,
                "suspicion": 2.0,
                "reasons": ["nothing is drawn, and a model sees cel on 20 % of the frame"],
                "measures": {"wrong": 0.2},
                "rank": rank,
            }
            for rank, row in enumerate(rows, 1)
        ]
        (out / "ranking.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.fixture
def crossfit(monkeypatch: pytest.MonkeyPatch) -> FakeCrossfit:
    """The modeling process, replaced."""
    fake = FakeCrossfit()
    monkeypatch.setattr("active_learning.services.label_errors.run_modeling", fake)
    return fake


@pytest.fixture
def labelled(house: House, loop: Loop) -> House:
    """Six training and eight held-out frames with accepted labels."""
    loop.select()
    loop.label()
    return house


def browser(house: House, name: str = "lead") -> Client:
    client = Client()
    client.force_login(getattr(house, name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def run(search: LabelSearch) -> LabelSearch:
    """Do the job of a search here and now."""
    from active_learning.jobs import label_search_run

    try:
        run_inline(label_search_run, **job_options(search, search.user))
    finally:
        search.refresh_from_db()
    return search


def found(house: House) -> LabelSearch:
    """A finished search."""
    return run(search_prepare(pool=house.pool, task="cel", config={"folds": 2}, user=house.lead))


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_a_search_freezes_compares_and_lists(labelled: House, crossfit: FakeCrossfit) -> None:
    search = found(labelled)
    assert (search.looked_at, search.suspects.count(), search.snapshot.counts["labels"]["cel"]["test"]) == (
        14,
        14,
        8,
    )
    args = crossfit.calls[0]
    assert args[args.index("--folds") + 1] == "2"
    assert args[args.index("--network") + 1] == "lite", "the defaults are written down"
    first = search.suspects.get(rank=1)
    assert first.key == max(search.suspects.values_list("key", flat=True))
    assert first.revision is not None


def test_what_was_begun_with_other_defaults_is_begun_anew(labelled: House, crossfit: FakeCrossfit) -> None:
    crossfit.errors = [UserError("Begun with other settings.", code="crossfit_differs")]
    assert found(labelled).suspects.count() == 14
    assert len(crossfit.calls) == 2


def test_a_failed_search_says_why_and_goes_on_when_it_is_retried(
    labelled: House, crossfit: FakeCrossfit
) -> None:
    crossfit.errors = [UserError("Labels of 1 cut are too few.", code="too_few_cuts")]
    search = search_prepare(pool=labelled.pool, task="cel", config={}, user=labelled.lead)
    with pytest.raises(UserError):
        run(search)
    page = text(browser(labelled), reverse("label-search", args=[search.pk]))
    assert "Labels of 1 cut are too few." in page
    assert "Retry" in page
    snapshot = search.snapshot
    assert run(search).finished_at is not None
    assert search.snapshot == snapshot


def test_one_search_at_a_time_and_a_cancelled_one_gives_way(labelled: House, crossfit: FakeCrossfit) -> None:
    search = search_start(pool=labelled.pool, task="cel", config={}, user=labelled.lead)
    with pytest.raises(ConflictError) as caught:
        search_start(pool=labelled.pool, task="cel", config={}, user=labelled.lead)
    assert caught.value.code == "search_busy"
    assert "<progress" in text(browser(labelled), reverse("label-search", args=[search.pk]))
    job_cancel(job=Job.objects.get(pk=search.job_id), user=labelled.lead)
    assert "Cancelled." in text(browser(labelled), reverse("label-search", args=[search.pk]))
    search_start(pool=labelled.pool, task="cel", config={}, user=labelled.lead)


def test_a_cancelled_process_leaves_no_list(labelled: House, crossfit: FakeCrossfit) -> None:
    crossfit.errors = [JobCancelled()]
    search = search_prepare(pool=labelled.pool, task="cel", config={}, user=labelled.lead)
    with pytest.raises(JobCancelled):
        run(search)
    assert search.finished_at is None


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"folds": 1}, "bad_parameter"),
        ({"network": "huge"}, "unknown_network"),
        ({"steps": 3, "seconds": 2.0}, "bad_budget"),
    ],
)
def test_settings_that_do_not_fit_are_refused(labelled: House, config: dict[str, Any], code: str) -> None:
    with pytest.raises(UserError) as caught:
        search_start(pool=labelled.pool, task="cel", config=config, user=labelled.lead)
    assert caught.value.code == code


def test_without_labels_there_is_nothing_to_look_at(house: House) -> None:
    page = browser(house).post(
        reverse("pool-label-searches", args=[house.pool.pk]),
        {"folds": 5, "steps": 9, "network": "tiny", "seed": 0},
    )
    assert page.status_code == 400
    assert "No cel label of pool is accepted yet." in page.content.decode()


def test_the_page_shows_the_list_and_takes_decisions(labelled: House, crossfit: FakeCrossfit) -> None:
    search = found(labelled)
    client, url = browser(labelled, "reviewer"), reverse("label-search", args=[search.pk])
    page = text(client, url)
    first, second, third = search.suspects.order_by("rank")[:3]
    assert "Nothing is drawn, and a model sees cel on 20 % of the frame." in page
    assert first.key in page
    assert "oracle" in page, "where the label is from"
    assert "by oracle" not in page, "who drew it is the lead's to see"
    assert "by oracle" in text(browser(labelled), url)
    for suspect, action in ((first, "send"), (second, "right")):
        answer = client.post(
            reverse("suspect-action", args=[suspect.pk]), {"action": action, "show": "undecided"}
        )
        assert answer.url == f"{url}?show=undecided#suspect-{suspect.pk}"
    left = text(client, url)
    assert first.key not in left
    assert third.key in left
    assert first.key in text(client, f"{url}?show=sent")
    assert second.key in text(client, f"{url}?show=right")
    assert client.post(reverse("label-search-send", args=[search.pk]), {"count": 2}).status_code == 302
    assert Revision.objects.filter(action="reopen").count() == 3


def test_pictures_are_for_reviewers_and_gone_with_the_folder(
    labelled: House, crossfit: FakeCrossfit, data_dir: Path
) -> None:
    suspect = found(labelled).suspects.get(rank=1)
    for what in ("model", "difference"):
        url = reverse("suspect-thumb", args=[suspect.pk, what])
        assert browser(labelled, "reviewer").get(url)["Content-Type"] == "image/webp"
        assert browser(labelled, "annotator").get(url).status_code == 404
    second = suspect.search.suspects.get(rank=2)
    (data_dir / "searches" / str(second.search_id) / "predictions" / f"{second.key}.png").unlink()
    assert browser(labelled).get(reverse("suspect-thumb", args=[second.pk, "model"])).status_code == 404


def test_a_long_list_comes_in_pages(
    labelled: House, crossfit: FakeCrossfit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("active_learning.views.label_errors.PAGE", 10)
    url = reverse("label-search", args=[found(labelled).pk])
    assert "after=10" in text(browser(labelled), url)
    rest = text(browser(labelled), f"{url}?show=all&after=10")
    assert rest.count("data-suspect") == 4
    assert 'rel="next"' not in rest


def test_who_may_not_review_sees_no_list_and_who_does_not_lead_starts_none(
    labelled: House, crossfit: FakeCrossfit
) -> None:
    search = found(labelled)
    text(browser(labelled, "annotator"), reverse("label-search", args=[search.pk]), 404)
    pool_page = reverse("pool-label-searches", args=[labelled.pool.pk])
    assert "Only a lead" in text(browser(labelled, "reviewer"), pool_page)
    wanted = {"folds": 2, "steps": 9, "network": "tiny", "seed": 0}
    assert browser(labelled, "reviewer").post(pool_page, wanted).status_code == 403
    assert browser(labelled).post(pool_page, wanted).url == reverse("label-search", args=[search.pk + 1])


def test_the_api_does_it_all(labelled: House, crossfit: FakeCrossfit) -> None:
    api = APIClient()
    api.force_authenticate(labelled.lead)
    made = api.post(f"/api/pools/{labelled.pool.pk}/label-searches/", {"steps": 5}, format="json")
    assert (made.status_code, made.data["state"], made.data["config"]["folds"]) == (202, "queued", 5)
    search = run(LabelSearch.objects.get(pk=made.data["id"]))
    assert api.get(f"/api/label-searches/{search.pk}/").data["state"] == "done"
    listed = api.get(f"/api/label-searches/{search.pk}/suspects/").data["results"]
    assert [row["rank"] for row in listed] == list(range(1, 15))
    sent = api.post(f"/api/suspects/{listed[0]['id']}/send/")
    assert sent.data["standing"] == "sent"
    assert api.post(f"/api/suspects/{listed[0]['id']}/send/").status_code == 409
    right = api.post(f"/api/suspects/{listed[1]['id']}/confirm/", {}, format="json")
    assert right.data["standing"] == "right"
    many = api.post(f"/api/label-searches/{search.pk}/send/", {"count": 3}, format="json")
    assert len(many.data["revisions"]) == 3
    undecided = api.get(f"/api/label-searches/{search.pk}/suspects/?standing=undecided").data["results"]
    assert len(undecided) == 14 - 5


def test_the_command_waits_or_queues(labelled: House, crossfit: FakeCrossfit) -> None:
    out = StringIO()
    call_command("label_errors", "--pool", "pool", "--folds", "2", "--wait", stdout=out, stderr=StringIO())
    lines = out.getvalue().splitlines()
    search = LabelSearch.objects.get()
    assert lines[-1] == reverse("label-search", args=[search.pk])
    assert search.suspects.get(rank=1).key in lines[0]
    call_command("label_errors", "--pool", "pool", stdout=out, stderr=StringIO())
    assert Job.objects.filter(state="queued").count() == 1


def test_an_older_snapshot_may_be_looked_through_too(labelled: House, crossfit: FakeCrossfit) -> None:
    snapshot = found(labelled).snapshot
    page = f"{reverse('pool-label-searches', args=[labelled.pool.pk])}?snapshot={snapshot.pk}"
    assert f"snapshot={snapshot.pk}" in text(browser(labelled), page)
    wanted = {"folds": 2, "steps": 9, "network": "tiny", "seed": 0}
    assert browser(labelled).post(page, wanted).status_code == 302
    assert LabelSearch.objects.first().snapshot == snapshot
    text(browser(labelled), page.replace(snapshot.pk, "none"), 404)
