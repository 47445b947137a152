"""Every address, walked as nobody, as a stranger and as a lead: permissions are checked where data is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from active_learning.models import (
    ModelVersion,
    Order,
    OrderPicture,
    OrderTake,
    Round,
    RoundState,
    Selection,
    SelectionItem,
    SelectionState,
)
from active_learning.services.estimating import estimate_start
from active_learning.services.freezing import labels_freeze
from active_learning.services.restoring import restored_store
from annotation.models import KeptCopy, KeptReason, LabelSearch, Revision, Suspect
from annotation.services.assignments import Wanted, assignment_claim, assignment_create_many
from annotation.services.comments import comment_create
from annotation.services.drafts import draft_store
from annotation.services.reviews import review_accept
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core import blobs
from core.models import Job, Membership, Role, User
from core.selectors import page_of
from datasets.models import Export, Ingest, Production, Snapshot, Upload
from modeling.images import encode_png
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.annotation.house import HEIGHT, WIDTH, House, cel_png, make_house

PUBLIC = {"login", "sign-in", "healthz"}
LOGS_OUT = {"logout"}
HIDDEN = "Hidden show"
REFUSED = {302, 401, 403, 404, 405}
WRITES = ("post", "put", "patch", "delete")
ABOUT = {"order": "studio/orders/"}
"""Where a row is looked up that is not called as its address begins."""
FIELDS = {
    "task": "cel",
    "strategy": "kmeans",
    "budget": 1,
    "network": "tiny",
    "steps": 1,
    "username": "viewer",
    "role": "lead",
    "reason": "text",
    "comment": "so",
    "expected_version": 1,
    "active_seconds": 1,
    "format": "coco",
    "kind": "cel",
    "from": 1,
    "x": 1,
    "y": 1,
    "text": "so",
    "resolved": True,
    "session": "some-visit",
    "tools": {},
    "count": 1,
    "action": "send",
    "control_share": 0.1,
    "stopping": {},
}


@dataclass
class Town:
    """One production with a row of everything, and addresses filled with those rows."""

    house: House
    ids: dict[str, object] = field(default_factory=dict)
    stranger: User = field(init=False)

    def __post_init__(self) -> None:
        self.stranger = User.objects.create_user("lead-elsewhere")
        elsewhere = Production.objects.create(name="Elsewhere")
        Membership.objects.create(user=self.stranger, production=elsewhere, role=Role.LEAD)

    def address(self, route: str) -> str:
        """Fill a route such as ``pools/<int:pk>/frames/`` with the ids of our rows."""
        stem = next((known for known in self.ids if route.startswith(known)), None)
        assert stem is not None or "<" not in route, f"say in tests/test_urls.py which row {route} is about"
        values = {"pk": self.ids.get(stem or ""), "production_id": self.house.production.pk}
        values |= {
            "job_id": self.ids["estimates/" if "estimates/" in route else "jobs/"],
            "user_id": self.house.viewer.pk,
            "version": 1,
            "kind": "cel",
            "key": 32 * "0",
            "token": "none",
            "sha256": self.ids["sha256"],
            "what": "model",
            "position": 0,
            "take": self.ids["take"],
            "step": "lines",
            "other": self.ids.get("snapshots/"),
        }
        names = {"files/": "report.json", "elsewhere/<": "frame.png"}
        values["name"] = next((name for part, name in names.items() if part in route), "000-a.webp")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)


@pytest.fixture
def town(db: None, data_dir: Path) -> Town:
    """A production in which something of every kind exists."""
    house = make_house()
    Production.objects.filter(pk=house.production.pk).update(name=HIDDEN)
    house.pool.name = f"{HIDDEN} pool"
    house.pool.save()
    town = Town(house)
    _layers(town)
    _drawings(town)
    _loop(town, data_dir)
    _files(town, data_dir)
    _order(town)
    town.ids |= {"pools/": house.pool.pk, "frames/": house.frames[0].pk, "media/frames/": house.frames[0].pk}
    town.ids |= {"productions/": house.production.pk}
    town.ids |= {f"api/{stem}": pk for stem, pk in town.ids.items() if not stem.startswith("media")}
    return town


def _layers(town: Town) -> None:
    """Depth that stands on a draft; it comes first, since its addresses begin as those of other turns do."""
    house, kind = town.house, get_kind("depth")
    draft = draft_store(
        frame_id=house.frames[0].pk,
        kind="depth",
        model_version="pool/depth/1",
        label_png=encode_label(np.full((HEIGHT, WIDTH), 9, np.uint16), kind),
    )
    wanted = [Wanted(house.frames[0].pk)]
    [assignment] = assignment_create_many(pool=house.pool, kind="depth", frames=wanted, user=house.lead)
    town.ids |= {"sha256": draft.label, "media/layers/": assignment.pk}
    town.ids |= {"assignments/<int:pk>/layers/": assignment.pk}


def _drawings(town: Town) -> None:
    house = town.house
    draft = house.draft(house.frames[0])
    assignment = house.queue()[0]
    assignment_claim(assignment=assignment, user=house.annotator)
    working_copy_save(
        assignment=assignment,
        user=house.annotator,
        expected_version=0,
        label_png=cel_png(4),
        active_seconds=1,
    )
    kept = KeptCopy.objects.create(
        assignment=assignment, label=blobs.put_bytes(cel_png(2)), reason=KeptReason.CONFLICT, base_version=0
    )
    second = assignment.pool.assignments.exclude(pk=assignment.pk).first()
    assert second is not None
    assignment_claim(assignment=second, user=house.annotator)
    working_copy_save(
        assignment=second, user=house.annotator, expected_version=0, label_png=cel_png(4), active_seconds=1
    )
    revision = annotation_submit(assignment=second, user=house.annotator, expected_version=1)
    review_accept(revision=revision, user=house.reviewer)
    comment = comment_create(assignment=assignment, user=house.annotator, x=1, y=1, text=HIDDEN)
    town.ids |= {
        "assignments/": assignment.pk,
        "annotate/": assignment.pk,
        "media/working-copies/": assignment.pk,
    }
    town.ids |= {"comments/": comment.pk, "media/carried/": assignment.pk}
    town.ids |= {"media/kept-copies/": kept.pk, "media/drafts/": draft.pk}
    town.ids |= {"review/": revision.pk, "revisions/": revision.pk, "media/revisions/": revision.pk}


def _loop(town: Town, data_dir: Path) -> None:
    pool, job = town.house.pool, uuid4()
    Job.objects.create(
        id=job, name="n", queue="default", title=f"Job of {HIDDEN}", production=town.house.production
    )
    round_ = Round.objects.create(
        pool=pool, task="cel", number=1, state=RoundState.CLOSED, run_folder="runs/one", job_id=job
    )
    version = ModelVersion.objects.create(
        pool=pool, task="cel", number=1, round=round_, network="tiny", run_folder="runs/one"
    )
    selection = Selection.objects.create(
        pool=pool, task="cel", strategy="kmeans", budget=1, round=round_, state=SelectionState.CONFIRMED
    )
    pick = SelectionItem.objects.create(
        selection=selection,
        frame=town.house.frames[0],
        rank=1,
        reason="so",
        assignment_id=town.ids["assignments/"],
    )
    town.ids |= {"jobs/": job, "rounds/": round_.pk, "media/rounds/": round_.pk, "selections/": selection.pk}
    estimate = estimate_start(pool=pool, task="cel", config={"network": "tiny"}, user=town.house.lead)
    town.ids |= {"model-versions/": version.pk, "estimates/": estimate.pk, "picks/": pick.pk}
    restored = restored_store(
        frame=town.house.frames[0],
        version=version,
        picture_png=encode_png(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
    )
    town.ids |= {"media/restored/": restored.pk}
    run = data_dir / "runs" / "one"
    (run / "previews").mkdir(parents=True)
    (run / "previews" / "000-a.webp").write_bytes(b"RIFF")
    (run / "report.json").write_text('{"frames": []}')


def _files(town: Town, data_dir: Path) -> None:
    pool, lead = town.house.pool, town.house.lead
    upload = Upload.objects.create(user=lead, name=f"{HIDDEN}.mp4", size=3)
    ingest = Ingest.objects.create(pool=pool, production=town.house.production, user=lead)
    snapshot = labels_freeze(pool=pool, kind="cel", user=lead)
    _suspect(town, snapshot, data_dir)
    export = Export.objects.create(snapshot=snapshot, format="coco", kind="cel", folder="one")
    (data_dir / "exports" / "one").mkdir(parents=True)
    (data_dir / "exports" / "one" / "a.json").write_text("{}")
    town.ids |= {
        "uploads/": upload.pk,
        "ingests/": ingest.pk,
        "snapshots/": snapshot.pk,
        "exports/": export.pk,
    }


def _order(town: Town) -> None:
    order = Order.objects.create(
        owner=town.house.lead,
        title=HIDDEN,
        steps=[{"step": "lines", "settings": {}}],
        total=1,
        whole=1,
        finished_at=timezone.now(),
    )
    picture = OrderPicture.objects.create(
        order=order, position=0, key="a", source="a.png", file="a.png", width=2, outcome="whole",
        results={"lines": "lines/a.png"},
    )  # fmt: skip
    take = OrderTake.objects.create(picture=picture, step="lines", settings={}, file="a.png")
    town.ids["take"] = take.pk
    for path in (order.folder / "a.png", order.results / "lines" / "a.png"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cel_png())
    for name in ("manifest.jsonl", "studio.json"):
        (order.results / name).write_text("{}")
    town.ids |= {"studio/orders/": order.pk, "media/orders/": order.pk}


def _suspect(town: Town, snapshot: Snapshot, data_dir: Path) -> None:
    search = LabelSearch.objects.create(
        pool=town.house.pool, snapshot=snapshot, task="cel", kind="cel", finished_at=timezone.now()
    )
    revision = Revision.objects.get(pk=town.ids["revisions/"])
    suspect = Suspect.objects.create(
        search=search,
        frame=revision.frame,
        revision=revision,
        label=revision.label,
        key=revision.frame.key,
        rank=1,
        suspicion=1,
    )
    predicted = data_dir / "searches" / str(search.pk) / "predictions" / f"{suspect.key}.png"
    predicted.parent.mkdir(parents=True)
    predicted.write_bytes(cel_png(2))
    town.ids |= {"label-searches/": search.pk, "suspects/": suspect.pk, "media/suspects/": suspect.pk}


def routes() -> list[tuple[str, str]]:
    """(route, name) of every URL pattern there is."""
    return sorted(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern.name or ""


def client_of(user: User | None) -> Client:
    """A client that shows errors as answers, as a browser would see them."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def send(client: Client, method: str, address: str) -> HttpResponseBase:
    """Send fields that are good in themselves, so that a refusal is about the person."""
    if method in ("get", "delete"):
        return getattr(client, method)(address)  # type: ignore[no-any-return]
    options = {"content_type": "application/json"} if address.startswith("/api/") else {}
    if address.endswith("/elsewhere/"):
        options = {}
    if address.startswith("/api/uploads/"):
        options = {"content_type": "application/offset+octet-stream"}
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "If-Match": '"1"'}
    return getattr(client, method)(address, data=FIELDS, headers=headers, **options)  # type: ignore[no-any-return]


def body(answer: HttpResponseBase) -> bytes:
    """The whole body, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def test_nobody_gets_anything_but_the_door(town: Town) -> None:
    client, wrong = client_of(None), []
    for route, name in routes():
        if name in PUBLIC:
            continue
        for method in ("get", *WRITES):
            answer = send(client, method, town.address(route))
            elsewhere = answer.status_code == 302 and not answer.headers["Location"].startswith("/login/")
            if answer.status_code not in REFUSED or elsewhere:
                wrong.append((method, route, answer.status_code))
    assert not wrong


def test_the_door_is_open(town: Town) -> None:
    client = client_of(None)
    assert client.get("/login/").status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.get("/sign-in/").status_code == 403


def test_a_lead_of_another_production_reads_and_changes_nothing(town: Town) -> None:
    client, wrong = client_of(town.stranger), []
    for route, _ in routes():
        for method in ("get", *WRITES) if "<" in route else ():
            answer = send(client, method, town.address(route))
            if answer.status_code not in {403, 404, 405}:
                wrong.append((method, route, answer.status_code))
    assert not wrong


def test_lists_show_a_stranger_no_trace(town: Town) -> None:
    client, wrong = client_of(town.stranger), []
    pool = town.house.pool.pk
    for route, name in routes():
        if "<" in route or name in LOGS_OUT:
            continue
        for query in ("", f"?pool={pool}", f"?subject=datasets.ingest:{town.ids['ingests/']}"):
            answer = client.get(town.address(route) + query)
            if answer.status_code >= 500 or HIDDEN.encode() in body(answer):
                wrong.append((route, query, answer.status_code))
    assert not wrong


def test_the_lead_gets_every_page(town: Town) -> None:
    """Otherwise a wrong address would pass for a refusal above."""
    absent = {"frame-change", "draft-entropy", "draft-unsure", "carried-label"}
    absent |= {"pool-compare-frame", "pool-compare-picture"}  # there is one version only
    absent |= {"elsewhere-look", "elsewhere-preview", "elsewhere-picture"}  # nobody brought a painting
    absent |= {"snapshot-diff-picture"}  # a snapshot is compared with itself
    client, wrong = client_of(town.house.lead), []
    for route, name in routes():
        if name in LOGS_OUT | PUBLIC:
            continue
        answer = client.get(town.address(route), {"kind": "cel"})
        body(answer)
        if answer.status_code not in {200, 302, 204, 405} and name not in absent:
            wrong.append((route, answer.status_code))
    assert not wrong


def test_what_a_job_is_about_has_a_page_its_lead_can_open(town: Town) -> None:
    client, wrong = client_of(town.house.lead), []
    about = {
        "active_learning": ("round", "selection", "order"),
        "datasets": ("pool", "snapshot", "export", "ingest"),
    }
    for app, models in about.items():
        for model in models:
            page = page_of(f"{app}.{model}", str(town.ids[ABOUT.get(model, f"{model}s/")]))
            if not page or client.get(page).status_code != 200:
                wrong.append((model, page))
    assert not wrong
