"""Exports through the site: written by a job, taken up where a killed worker left them, downloaded in pieces."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from core.jobs.context import JobContext
from core.jobs.lease import claim_next
from core.jobs.runner import run_claimed
from core.models import Job, JobState
from core.paths import data_path
from datasets.models import Export, Snapshot
from datasets.services.exports import export_create
from modeling import snapshots as folders
from modeling.errors import UserError
from tests.annotation.house import House, make_house
from tests.datasets.formats.shown import shown, tree


@pytest.fixture
def house(db: None) -> House:
    """People and their pool."""
    return make_house()


@pytest.fixture
def snapshot(house: House, data_dir: Path, tmp_path: Path) -> Snapshot:
    """The formats' snapshot as one of the pool's."""
    made = shown(tmp_path / "made")
    data_path("snapshots", "x").parent.mkdir(parents=True, exist_ok=True)
    made.folder.rename(data_path("snapshots", made.id))
    counts = made.counts.model_dump(mode="json")
    return Snapshot.objects.create(pk=made.id, pool=house.pool, kinds=list(made.kinds), counts=counts)


def create(snapshot: Snapshot, house: House, **terms: object) -> Export:
    return export_create(
        snapshot=snapshot,
        format="snapshot",
        kind="cel",
        user=house.lead,
        terms={"unknown_licences": True, **terms},
    )


def run_job() -> Job:
    """Run the job that waits, as a worker does."""
    job = claim_next(["default"], "test")
    assert job is not None
    run_claimed(JobContext(job))
    job.refresh_from_db()
    return job


def test_what_cannot_be_written_is_refused_before_it_is_queued(snapshot: Snapshot, house: House) -> None:
    with pytest.raises(UserError, match="Nobody named a licence"):
        create(snapshot, house, unknown_licences=False)
    assert not Job.objects.exists()


def test_an_export_of_the_page_is_written_by_a_job(snapshot: Snapshot, house: House, client: Client) -> None:
    client.force_login(house.lead)
    page = f"/snapshots/{snapshot.pk}/"
    form = {"format": "coco", "kind": "cel", "licences": ["CC0-1.0"], "labels_only": "on"}
    assert client.post(f"{page}export/", form).status_code == 302
    assert run_job().state == JobState.DONE
    export = Export.objects.get()
    assert export.options["terms"]["licences"] == ["CC0-1.0"]
    assert (export.report["frames"], export.report["left_out"]) == (3, {"licence": 3})
    assert f"/exports/{export.pk}/download" in client.get(page).content.decode()


def test_a_job_that_is_done_again_goes_on(
    snapshot: Snapshot, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second attempt copies what the first had not."""
    export = create(snapshot, house)
    job = claim_next(["default"], "test")
    assert job is not None
    context, told = JobContext(job), []

    def die(self: JobContext, done: int, total: int, text: str) -> None:
        told.append(done)
        if told == [1, 2, 3]:
            raise KeyboardInterrupt

    monkeypatch.setattr(JobContext, "progress", die)
    from datasets.services.exports import export_run

    with pytest.raises(KeyboardInterrupt):
        export_run(export=export, context=context)
    export_run(export=export, context=context)
    assert told == [1, 2, 3, 4, 5, 6]
    export.refresh_from_db()
    folders.Snapshot.open(data_path("exports", export.folder)).verify()


def test_a_download_that_broke_off_goes_on(snapshot: Snapshot, house: House, client: Client) -> None:
    export = create(snapshot, house)
    run_job()
    client.force_login(house.lead)
    url = f"/exports/{export.pk}/download"
    whole = client.get(url)
    data = b"".join(whole.streaming_content)  # type: ignore[attr-defined]
    assert (whole.headers["Content-Length"], whole.headers["Accept-Ranges"]) == (str(len(data)), "bytes")
    middle = len(data) // 2
    rest = client.get(url, headers={"Range": f"bytes={middle}-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206
    assert data[:middle] + b"".join(rest.streaming_content) == data  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        inner = {name.split("/", 1)[1] for name in archive.namelist()}
    export.refresh_from_db()
    assert inner == set(tree(data_path("exports", export.folder)))


def test_a_stranger_downloads_nothing(snapshot: Snapshot, house: House, client: Client) -> None:
    export = create(snapshot, house)
    run_job()
    client.force_login(house.stranger)
    assert client.get(f"/exports/{export.pk}/download").status_code == 404


def test_the_card_is_read_before(snapshot: Snapshot, house: House, client: Client) -> None:
    client.force_login(house.lead)
    form = {"format": "png", "kind": "cel", "unknown_licences": "on", "png.pixels": "entries"}
    page = client.post(f"/snapshots/{snapshot.pk}/card/", form).content.decode()
    assert snapshot.pk in page
    assert '<input type="hidden" name="png.pixels" value="entries">' in page
    refused = client.post(f"/snapshots/{snapshot.pk}/card/", {"format": "png", "kind": "cel"})
    assert "Nobody named a licence for 2 of the frames." in refused.content.decode()
    assert not Export.objects.exists()


def test_parameters_of_the_form_reach_the_export(snapshot: Snapshot, house: House, client: Client) -> None:
    client.force_login(house.lead)
    form = {
        "format": "png",
        "kind": "cel",
        "unknown_licences": "on",
        "png.pixels": "entries",
        "voc.suffix": "own",
    }
    client.post(f"/snapshots/{snapshot.pk}/export/", form)
    assert Export.objects.get().options["params"] == {"pixels": "entries"}
    page = client.get(f"/snapshots/{snapshot.pk}/").content.decode()
    assert 'value="CC0-1.0"' in page
    assert "data-job=" in page


def test_versions_show_a_few_frames(snapshot: Snapshot, house: House, client: Client) -> None:
    client.force_login(house.lead)
    assert client.get(f"/pools/{house.pool.pk}/snapshots/").status_code == 200
