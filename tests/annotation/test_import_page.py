"""Label files brought to a pool by its page or the API: kept, imported by a job, told line by line."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from annotation.labels import label_get
from annotation.models import AcceptedLabel
from annotation.services.labels_upload import labels_upload
from core.jobs.context import JobContext
from core.jobs.lease import claim_next
from core.jobs.runner import run_claimed
from core.models import Job, JobLogLine, JobState
from core.paths import data_path
from modeling.errors import UserError
from modeling.labelio import color_table
from modeling.labels import get_kind
from tests.annotation.house import HEIGHT, WIDTH, House

DOUGA = get_kind("douga")


def douga() -> np.ndarray:
    """A visible line beside a shade."""
    label_map = np.zeros((HEIGHT, WIDTH), np.uint8)
    label_map[:, 10:13], label_map[:, 13:20] = 1, 6
    return label_map


def painted(label_map: np.ndarray) -> bytes:
    """The same as a painter's program saves it: plain RGB."""
    file = io.BytesIO()
    Image.fromarray(color_table(DOUGA)[label_map]).save(file, "PNG")
    return file.getvalue()


def zipped(**files: bytes) -> SimpleUploadedFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"painted/show/{name}.png", content)
    return SimpleUploadedFile("painted.zip", file.getvalue())


def run_job() -> Job:
    """Run the job that waits, as a worker does."""
    job = claim_next(["default"], "test")
    assert job is not None
    run_claimed(JobContext(job))
    job.refresh_from_db()
    return job


def test_a_zip_of_paintings_becomes_accepted_labels(house: House, client: Client) -> None:
    client.force_login(house.reviewer)
    url = f"/pools/{house.pool.pk}/import-labels/"
    assert b'value="douga" checked' in client.get(f"{url}?kind=douga").content
    sent = zipped(**{"000000": painted(douga()), "000002": b"no picture"})
    answer = client.post(url, {"kind": "douga", "read": "strict", "files": [sent]})
    assert answer.headers["Location"] == f"/jobs/{Job.objects.get().pk}/"
    job = run_job()
    assert job.state == JobState.DONE, job.error_text
    assert job.result["imported"] == 1
    assert job.result["refused"] == 1
    row = AcceptedLabel.objects.get(frame=house.frames[0], kind="douga")
    np.testing.assert_array_equal(label_get(row.revision.label, DOUGA), douga())
    assert row.revision.author == house.reviewer
    assert f'href="/pools/{house.pool.pk}/"' in client.get(f"/jobs/{job.pk}/").content.decode()
    assert JobLogLine.objects.filter(job=job, text__contains="000002.png").exists()
    assert not list(data_path("uploads").glob("labels-*"))


def test_the_api_starts_the_same_job(house: House, client: Client) -> None:
    client.force_login(house.reviewer)
    url = f"/api/pools/{house.pool.pk}/import-labels/"
    files = [SimpleUploadedFile(f"00000{n}.png", painted(douga())) for n in (0, 2)]
    answer = client.post(url, {"kind": "douga", "files": files})
    assert (answer.status_code, answer.json()["subject"]) == (202, f"datasets.pool:{house.pool.pk}")
    job = run_job()
    assert str(job.pk) == answer.json()["id"]
    assert job.result["imported"] == AcceptedLabel.objects.filter(kind="douga").count() == 2
    refused = client.post(url, {"kind": "duga", "files": [zipped()]}).json()["error"]
    assert (refused["code"], "douga" in refused["remedy"]) == ("unknown_kind", True)
    client.force_login(house.annotator)
    assert client.post(url, {"kind": "douga", "files": [zipped()]}).status_code == 403


def test_single_files_match_by_their_bare_names(house: House) -> None:
    files = [SimpleUploadedFile(f"00000{n}.png", painted(douga())) for n in (0, 2, 4)]
    labels_upload(pool=house.pool, kind="douga", user=house.reviewer, files=files)
    run_job()
    assert AcceptedLabel.objects.filter(kind="douga").count() == 3


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((), "labels_missing"),
        (("a.zip", "b.png"), "labels_mixed"),
        (("a.png", "a.png"), "labels_named_alike"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(house: House, names: tuple[str, ...], code: str) -> None:
    files = [SimpleUploadedFile(name, b"x") for name in names]
    with pytest.raises(UserError) as caught:
        labels_upload(pool=house.pool, kind="douga", user=house.reviewer, files=files)
    assert caught.value.code == code
    assert not Job.objects.exists()
    assert not list(data_path("uploads").glob("labels-*"))


def test_reviewers_import_and_strangers_see_nothing(house: House, client: Client) -> None:
    url = f"/pools/{house.pool.pk}/import-labels/"
    client.force_login(house.stranger)
    assert client.get(url).status_code == 404
    client.force_login(house.annotator)
    assert b"Only reviewers" in client.get(url).content
    file = SimpleUploadedFile("000000.png", painted(douga()))
    assert client.post(url, {"kind": "douga", "read": "strict", "files": [file]}).status_code == 403


def test_a_look_changes_nothing_and_is_imported_by_a_button(house: House, client: Client) -> None:
    client.force_login(house.reviewer)
    url = f"/pools/{house.pool.pk}/import-labels/"
    sent = zipped(**{"000000": painted(douga()), "000099": painted(douga())})
    client.post(url, {"kind": "douga", "read": "strict", "files": [sent], "look": "1"})
    looked = run_job()
    assert (looked.result["would be imported"], looked.result["refused"]) == (1, 1)
    assert JobLogLine.objects.filter(job=looked, text__contains="means show/000000").exists()
    assert not AcceptedLabel.objects.exists()
    page = client.get(url).content.decode()
    take = f"{url}{looked.pk}/"
    assert f'action="{take}"' in page
    assert client.get(take).status_code == 405
    answer = client.post(take)
    job = Job.objects.exclude(pk=looked.pk).get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert run_job().result["imported"] == 1
    assert AcceptedLabel.objects.get().frame == house.frames[0]
    assert take not in client.get(url).content.decode()
    assert client.post(take).status_code == 400


def test_a_look_is_taken_by_who_looked(house: House, client: Client) -> None:
    client.force_login(house.reviewer)
    url = f"/pools/{house.pool.pk}/import-labels/"
    client.post(
        url,
        {"kind": "douga", "read": "strict", "files": [zipped(**{"000000": painted(douga())})], "look": "1"},
    )
    looked = run_job()
    for user, status in ((house.lead, 404), (house.stranger, 404)):
        client.force_login(user)
        assert client.post(f"{url}{looked.pk}/").status_code == status
