"""Pages of the ground floor, as a browser asks for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from core import audit
from core.jobs import JobContext, enqueue, job, run_inline
from core.models import AuditEntry, Job, Membership, Role, User
from modeling.errors import UserError
from tests.core.factories import make_member, make_production, make_user

pytestmark = pytest.mark.django_db


@job()
def page_job(context: JobContext, fail: str = "") -> None:
    context.log("looked at frame 7")
    if fail == "theirs":
        raise UserError("clip.mp4 has no video.")
    if fail == "ours":
        raise KeyError("/srv/secret")


@pytest.fixture
def boss() -> User:
    return make_user("boss", is_superuser=True, is_staff=True)


def _signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def _link(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    call_command("sign_in_link", *args)
    return capsys.readouterr().out.strip().removeprefix("http://127.0.0.1:8000")


def test_every_page_asks_to_sign_in_first_and_health_does_not(client: Client) -> None:
    for path in ("/jobs/", "/account/", "/audit/", "/members/"):
        assert client.get(path).headers["Location"].startswith("/login/?next=")
    assert client.get("/healthz").json() == {"ok": True}


def test_signing_in_by_password(client: Client) -> None:
    user = make_user("mio")
    user.set_password("correct horse")
    user.save()
    wrong = client.post("/login/", {"username": "mio", "password": "no"})
    assert "correct username and password" in wrong.content.decode()
    done = client.post("/login/", {"username": "mio", "password": "correct horse", "next": "/jobs/"})
    assert done.headers["Location"] == "/jobs/"


def test_guessing_passwords_is_braked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.services.sign_in.MAX_FAILURES", 2)
    for _ in range(3):
        page = client.post("/login/", {"username": "nobody-here", "password": "guess"})
    assert "Try again in 5 minutes" in page.content.decode()


def test_a_sign_in_link_works_once_and_says_how_to_get_another(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    make_user("mio")
    link = _link(capsys, "mio", "--next", "/jobs/")
    assert client.get(link).headers["Location"] == "/jobs/"
    assert client.get("/jobs/").status_code == 200
    again = Client().get(link)
    assert again.status_code == 403
    assert "sign_in_link USER" in again.content.decode()


def test_two_who_open_a_link_at_once_are_not_both_signed_in(capsys: pytest.CaptureFixture[str]) -> None:
    from core.services.sign_in import spend_link

    seen_by_both = make_user("mio")
    assert spend_link(User.objects.get(pk=seen_by_both.pk))
    assert not spend_link(seen_by_both)


@pytest.mark.parametrize(
    "origin",
    [
        {"REMOTE_ADDR": "192.168.1.7"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=10.0.0.1"},
    ],
)
def test_a_sign_in_link_only_works_on_this_machine(
    client: Client, capsys: pytest.CaptureFixture[str], origin: dict[str, str]
) -> None:
    make_user("mio")
    link = _link(capsys, "mio")
    assert client.get(link, **origin).status_code == 403  # type: ignore[arg-type]
    assert client.get(link, REMOTE_ADDR="::1").status_code == 302  # it was not spent


def test_a_sign_in_link_leads_nowhere_else(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    make_user("mio")
    assert client.get(_link(capsys, "mio", "--next", "https://evil.example/")).headers["Location"] == "/"


def test_sign_in_link_names_an_unknown_user(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("sign_in_link", "ghost")
    assert ended.value.code == 2
    assert "ghost" in capsys.readouterr().err


def test_sign_in_link_makes_a_user_when_asked(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    link = _link(capsys, "new", "--create")
    assert client.get(link).status_code == 302
    user = User.objects.get(username="new")
    assert not (user.is_superuser)
    assert not (user.is_staff)
    assert not (user.has_usable_password())


def test_the_job_pages(boss: User) -> None:
    done = run_inline(page_job, title="Ingest into city", actor=boss)
    waiting = enqueue(page_job, title="Waiting one", actor=boss)
    client = _signed_in(boss)
    listed = client.get("/jobs/").content.decode()
    assert "Ingest into city" in listed
    assert "Waiting one" in listed
    assert "Waiting one" not in client.get("/jobs/?state=done").content.decode()
    assert "looked at frame 7" in client.get(f"/jobs/{done.pk}/").content.decode()
    assert client.post(f"/jobs/{waiting.pk}/cancel/").headers["Location"] == f"/jobs/{waiting.pk}/"
    refused = client.post(f"/jobs/{waiting.pk}/cancel/")
    assert refused.status_code == 409
    assert "already ended" in refused.content.decode()
    assert client.post(f"/jobs/{waiting.pk}/retry/").status_code == 302
    assert Job.objects.get(pk=waiting.pk).state == "queued"


def test_jobs_page_by_key(boss: User) -> None:
    for number in range(53):
        enqueue(page_job, title=f"Job {number:02d}.", actor=boss)
    client = _signed_in(boss)
    first = client.get("/jobs/")
    assert [job.title for job in first.context["page"].rows] == [f"Job {n:02d}." for n in range(52, 2, -1)]
    second = client.get("/jobs/", {"before": first.context["page"].next})
    assert [job.title for job in second.context["page"].rows] == ["Job 02.", "Job 01.", "Job 00."]
    assert second.context["page"].next == ""
    assert client.get("/jobs/?before=nonsense~here").status_code == 200


def test_a_bug_is_one_sentence_with_the_jobs_id_and_its_traceback_is_for_staff(boss: User) -> None:
    starter = make_user()
    with pytest.raises(KeyError):
        run_inline(page_job, title="Break", actor=starter, fail="ours")
    row = Job.objects.get()
    theirs = _signed_in(starter).get(f"/jobs/{row.pk}/").content.decode()
    assert f"on our side (job {row.pk})" in theirs
    assert "Traceback" not in theirs
    assert "secret" not in theirs
    assert "KeyError" in _signed_in(boss).get(f"/jobs/{row.pk}/").content.decode()


def test_nobody_sees_the_jobs_of_others(boss: User) -> None:
    row = enqueue(page_job, title="Secret job", actor=boss)
    client = _signed_in(make_user())
    assert "Secret job" not in client.get("/jobs/").content.decode()
    for path in (f"/jobs/{row.pk}/", f"/api/jobs/{row.pk}/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/jobs/{row.pk}/cancel/").status_code == 404


def test_leads_manage_members(boss: User) -> None:
    show = make_production()
    lead, other = make_member(show, Role.LEAD, "lead"), make_user("other")
    page = f"/productions/{show.pk}/members/"
    client = _signed_in(lead)
    assert client.post(page, {"username": "other", "role": "reviewer"}).status_code == 302
    assert Membership.objects.get(user=other).role == "reviewer"
    assert "There is no user" in client.post(page, {"username": "ghost", "role": "viewer"}).content.decode()
    alone = client.post(f"{page}{lead.pk}/remove/")
    assert alone.status_code == 409
    assert "only lead" in alone.content.decode()
    assert client.post(page, {"username": "lead", "role": "viewer"}).status_code == 409
    assert _signed_in(other).post(page, {"username": "other", "role": "lead"}).status_code == 403
    assert client.post(f"{page}{other.pk}/remove/").status_code == 302
    assert not Membership.objects.filter(user=other).exists()
    assert _signed_in(other).get(page).status_code == 404
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["member.set", "member.remove"]


def test_the_audit_page_shows_ones_own_changes_and_those_in_productions_one_leads(boss: User) -> None:
    show = make_production()
    lead, viewer = make_member(show, Role.LEAD), make_member(show, Role.VIEWER)
    audit.record("pool.rename", subject=show, actor=boss, production_id=show.pk, name="city")
    assert "pool.rename" in _signed_in(lead).get("/audit/").content.decode()
    assert "pool.rename" not in _signed_in(viewer).get("/audit/").content.decode()


def test_a_key_is_shown_once_and_can_be_revoked(boss: User) -> None:
    client = _signed_in(boss)
    key = client.post("/account/token/").context["key"]
    bearer = {"HTTP_AUTHORIZATION": f"Token {key}"}
    assert Client().get("/api/me/", **bearer).json()["username"] == "boss"  # type: ignore[arg-type]
    assert key not in client.get("/account/").content.decode()
    client.post("/account/token/", {"revoke": "1"})
    assert Client().get("/api/me/", **bearer).status_code == 401  # type: ignore[arg-type]


def test_error_pages_speak(boss: User) -> None:
    client = _signed_in(boss)
    assert "Nothing here" in client.get("/no/such/page").content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(boss)
    refused = strict.post("/account/token/")
    assert refused.status_code == 403
    assert "too old" in refused.content.decode()


def test_a_bug_on_a_page_shows_no_traceback(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("/srv/secret")

    monkeypatch.setattr("core.selectors.audit_visible_to", fail)
    page = _signed_in(boss).get("/audit/")
    assert page.status_code == 500
    assert "on our side" in page.content.decode()
    assert "secret" not in page.content.decode()


def test_the_page_of_the_api_is_one_of_ours(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("ann"), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/api/docs/").content.decode()
    assert "<title>API · Sakkan</title>" in page
    assert "Sign out" in page
    assert "<style" not in page
    assert "<script>" not in page
    assert client.get("/api/docs/?script=").status_code == 200


def test_the_account_page_leaves_the_focus_alone(client: Client, db: None) -> None:
    client.force_login(
        User.objects.create_user("ann", password="x"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert "autofocus" not in client.get("/account/").content.decode()
