from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from core.jobs import JobContext, enqueue, job, lease, run_inline
from core.models import Job, Membership, Role, User
from modeling.errors import UserError
from tests.core.factories import make_member, make_production, make_user

pytestmark = pytest.mark.django_db


@job()
def api_job(context: JobContext, fail: bool = False) -> None:
    context.log("one")
    context.log("two")
    if fail:
        raise UserError("clip.mp4 has no video.", code="no_video")


def _api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_me_and_nobody() -> None:
    show = make_production("City")
    user = make_member(show, Role.REVIEWER, "mio")
    said = _api(user).get("/api/me/").json()
    assert said["username"] == "mio"
    assert said["roles"] == [{"production": show.pk, "production_name": "City", "role": "reviewer"}]
    assert APIClient().get("/api/me/").status_code == 401


def test_a_key_is_made_and_revoked() -> None:
    user = make_user()
    key = _api(user).post("/api/token/").json()["token"]
    client = APIClient(HTTP_AUTHORIZATION=f"Token {key}")
    assert client.get("/api/me/").status_code == 200
    assert client.delete("/api/token/").status_code == 204
    assert client.get("/api/me/").status_code == 401


def test_a_key_fetches_what_answers_point_at_and_changes_nothing_on_pages() -> None:
    key = _api(make_user()).post("/api/token/").json()["token"]
    client = APIClient(HTTP_AUTHORIZATION=f"Token {key}")
    assert client.get("/jobs/").status_code == 200
    assert client.post("/account/token/", {"revoke": "1"}).status_code == 302
    assert client.get("/api/me/").status_code == 200
    wrong = APIClient(HTTP_AUTHORIZATION="Token nonsense").get("/jobs/")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "authentication_failed")


def test_jobs_are_found_by_subject_and_state() -> None:
    show = make_production()
    lead = make_member(show, Role.LEAD)
    done = run_inline(api_job, title="Done", production=show, subject=show)
    enqueue(api_job, title="Other", production=show)
    client = _api(lead)
    found = client.get("/api/jobs/", {"subject": f"datasets.production:{show.pk}"}).json()["results"]
    assert [job["id"] for job in found] == [str(done.pk)]
    assert found[0]["state_label"] == "Done"
    assert [job["title"] for job in client.get("/api/jobs/?state=queued").json()["results"]] == ["Other"]
    assert len(client.get("/api/jobs/?page_size=1").json()["results"]) == 1


def test_a_job_tells_progress_error_and_the_log_after_a_line() -> None:
    user = make_user()
    with pytest.raises(UserError):
        run_inline(api_job, title="Refused", actor=user, fail=True)
    row = Job.objects.get()
    said = _api(user).get(f"/api/jobs/{row.pk}/").json()
    assert said["error"] == {"kind": "theirs", "code": "no_video", "text": "clip.mp4 has no video."}
    assert said["progress"] == {"done": 0, "total": 0, "text": ""}
    assert [line["text"] for line in said["log"]] == ["one", "two"]
    after = said["log"][0]["id"]
    rest = _api(user).get(f"/api/jobs/{row.pk}/?after={after}").json()
    assert [line["text"] for line in rest["log"]] == ["two"]


def test_cancel_and_retry() -> None:
    user = make_user()
    row = enqueue(api_job, title="Wait", actor=user)
    client = _api(user)
    assert client.post(f"/api/jobs/{row.pk}/cancel/").json()["state"] == "cancelled"
    conflict = client.post(f"/api/jobs/{row.pk}/cancel/")
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "job_ended")
    assert client.post(f"/api/jobs/{row.pk}/retry/").json()["state"] == "queued"
    assert lease.claim_next(["default"], "a") is not None


def test_members_by_api() -> None:
    show = make_production()
    lead, other = make_member(show, Role.LEAD, "a-lead"), make_user("b-other")
    path = f"/api/productions/{show.pk}/members/"
    client = _api(lead)
    assert client.post(path, {"username": "b-other", "role": "annotator"}).json()["role"] == "annotator"
    assert [row["username"] for row in client.get(path).json()] == ["a-lead", "b-other"]
    wrong = client.post(path, {"username": "ghost", "role": "emperor"})
    assert wrong.status_code == 400
    assert set(wrong.json()["error"]["fields"]) == {"username", "role"}
    denied = _api(other).post(path, {"username": "b-other", "role": "lead"})
    assert (denied.status_code, denied.json()["error"]["code"]) == (403, "permission_denied")
    assert _api(make_user()).get(path).status_code == 404
    assert client.delete(f"{path}{other.pk}/").status_code == 204
    assert not Membership.objects.filter(user=other).exists()


def test_the_schema_is_clean(tmp_path: object) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", f"{tmp_path}/schema.yaml")


def test_an_address_that_is_none_is_told_in_json_too(client: Client, db: None) -> None:
    answer = client.get("/api/nothing/")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert b"Nothing here" in client.get("/nothing/").content


def test_a_bug_is_told_in_json_without_its_traceback(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("core.api.views.MeView.get", breaks)
    api = APIClient(raise_request_exception=False)
    api.force_authenticate(User.objects.create_user("ann"))
    answer = api.get("/api/me/")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "bug"
    assert b"secret" not in answer.content
