"""Takes: a step of one picture of an order made again with what was clicked, beside what was ordered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from active_learning.models import Order, OrderTake
from active_learning.ordering import Wish
from active_learning.services.orders import order_delete
from core.errors import ConflictError
from core.jobs import JobContext
from core.models import Job, User
from datasets.models import Upload
from modeling.errors import UserError
from modeling.runs import publish
from tests.active_learning.ordered import CANNY, image, order, version_of, work
from tests.active_learning.test_orders_api import as_user
from tests.annotation.house import House
from tests.datasets.makers import upload

__all__ = ["as_user"]

BLUR, COLOURS = Wish("blur", {"aperture": 0.05}), Wish("colours", {"lines": "drawing"})


class FakeStudio:
    """Does what ``python -m modeling studio`` would: a file a picture and step, or the error of a step."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.error = ""
        self.read: list[str] = []
        self.listed: list[dict[str, bytes | None]] = []

    def __call__(self, args: list[str], *, context: JobContext, on_event: Any) -> None:
        self.calls.append(args)
        texts = [word.partition("=@")[2] for word in args if "=@" in word]
        self.read += [Path(file).read_text() for file in texts]
        lines = Path(args[args.index("--list") + 1]).read_text().splitlines()
        files = {row["id"]: Path(row["file"]) for row in map(json.loads, lines)}
        self.listed.append({key: p.read_bytes() if p.exists() else None for key, p in files.items()})
        out, key = Path(args[args.index("--out") + 1]), args[args.index("--only") + 1]
        step = args[args.index("--steps") + 1]
        made: dict[str, Any] = {"key": key, "errors": {step: self.error}}
        if not self.error:
            publish(out / step / f"{key}.png", f"{step} {len(self.calls)}".encode())
            made = {"key": key, "results": {step: f"{step}/{key}.png"}}
        on_event({"event": "item", "made": made})


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> FakeStudio:
    fake = FakeStudio()
    monkeypatch.setattr("active_learning.services.takes.run_modeling", fake)
    return fake


@pytest.fixture
def made(house: House) -> Order:
    """An order of one picture whose steps ask models, as it is when it is done."""
    for number, task in enumerate(("depth", "cel", "colorization"), 1):
        version_of(house.pool, number, task=task)
    ready = order(house.annotator, {"a.png": image(1)}, [BLUR, COLOURS, *CANNY])
    source = ready.folder / "pictures" / "a.png"
    source.parent.mkdir(parents=True)
    source.write_bytes(image(1))
    ready.pictures.create(position=0, key="a", source="a.png", file="pictures/a.png", width=9, height=9)
    return ready


def url(order: Order) -> str:
    return f"/api/studio/orders/{order.pk}/pictures/0/takes/"


def test_a_step_is_made_again_with_what_was_clicked(
    house: House, made: Order, studio: FakeStudio, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(house.annotator)
    wanted = {"step": "blur", "settings": {"focus_at": "0.25,0.5"}}
    answer = client.post(url(made), wanted, format="json")
    assert answer.status_code == 202
    assert (answer.data["state"], answer.data["url"]) == ("queued", "")
    assert (answer.data["settings"]["focus_at"], answer.data["settings"]["aperture"]) == ("0.25,0.5", 0.05)
    take = OrderTake.objects.get()
    work(take.job)
    [args] = studio.calls
    said = {args[i + 1] for i, word in enumerate(args) if word == "--set"}
    assert said == {"blur.focus_at=0.25,0.5", "blur.aperture=0.05"}
    assert {args[i + 1].partition("=")[0] for i, word in enumerate(args) if word == "--run"} >= {
        "depth",
        "cel",
    }
    dots = {"step": "colours", "settings": {"dots": "0.1,0.2,#ff0000\n0.5,0.5,#00ff00"}}
    client.post(url(made), dots, format="json")
    work(OrderTake.objects.last().job)  # type: ignore[union-attr]
    assert studio.read == [dots["settings"]["dots"]]  # type: ignore[index]
    rows = client.get(url(made)).data
    assert [(row["step"], row["state"]) for row in rows] == [("blur", "done"), ("colours", "done")]
    files = [b"".join(client.get(row["url"]).streaming_content) for row in rows]  # type: ignore[attr-defined]
    assert files == [b"blur 1", b"colours 2"]
    assert sorted(path.name for path in (made.folder / "takes").iterdir()) == [
        f"{row['id']}.png" for row in rows
    ]


def test_a_take_is_removed_with_its_file(
    house: House, made: Order, studio: FakeStudio, as_user: Callable[[User], APIClient]
) -> None:
    client, stranger = as_user(house.annotator), as_user(house.lead)
    ids = [client.post(url(made), {"step": "blur"}, format="json").data["id"] for _ in range(2)]
    waiting = client.delete(f"{url(made)}{ids[0]}/")
    assert (waiting.status_code, waiting.data["error"]["code"]) == (409, "take_busy")
    for take in OrderTake.objects.all():
        work(take.job)
    assert stranger.delete(f"{url(made)}{ids[0]}/").status_code == 404
    assert client.delete(f"{url(made)}{ids[0]}/").status_code == 204
    assert client.delete(f"{url(made)}{ids[0]}/").status_code == 404
    assert [row["id"] for row in client.get(url(made)).data] == [ids[1]]
    assert [path.name for path in (made.folder / "takes").iterdir()] == [f"{ids[1]}.png"]


def test_a_take_that_failed_is_removed_and_who_runs_the_site_may_do_so(
    house: House, made: Order, studio: FakeStudio, as_user: Callable[[User], APIClient]
) -> None:
    studio.error = "The model could not."
    take = as_user(house.annotator).post(url(made), {"step": "blur"}, format="json").data["id"]
    with pytest.raises(UserError, match="could not"):
        work(OrderTake.objects.get().job)
    boss = User.objects.create_superuser("boss")
    assert as_user(boss).delete(f"{url(made)}{take}/").status_code == 204
    assert not OrderTake.objects.exists()


def test_what_cannot_be_made_is_told(
    house: House, made: Order, studio: FakeStudio, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(house.annotator)
    studio.error = "The model of colorization was trained without the hint dots."
    client.post(url(made), {"step": "colours", "settings": {"dots": "0,0,#ff0000"}}, format="json")
    with pytest.raises(UserError, match="without the hint dots"):
        work(Job.objects.get(name__endswith="order_take_job"))
    [row] = client.get(url(made)).data
    assert (row["state"], row["error"], row["url"]) == ("failed", studio.error, "")


@pytest.mark.parametrize(
    ("step", "given", "code"),
    [
        ("lines", {"source": "canny"}, "not_again"),
        ("cel", {}, "not_again"),
        ("blur", {"focus_at": "2,2"}, "bad_parameter"),
        ("blur", {"focus_at": "@/etc/passwd"}, "bad_parameter"),
        ("colours", {"dots": "@/etc/passwd"}, "bad_parameter"),
        ("colours", {"lines": "douga"}, "no_model"),
        ("colours", {"reference": "b"}, "unknown_key"),
        ("colours", {"reference": "@/etc/passwd"}, "bad_parameter"),
        ("colours", {"reference": "../../../etc/passwd"}, "unknown_key"),
    ],
)
def test_what_makes_no_sense_is_refused(
    house: House, made: Order, as_user: Callable[[User], APIClient], step: str, given: Any, code: str
) -> None:
    answer = as_user(house.annotator).post(url(made), {"step": step, "settings": given}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (400, code)
    assert not OrderTake.objects.exists()


def hand_over(client: APIClient, made: Order, user: User, name: str, data: bytes) -> Any:
    given = {"upload": str(upload(user, name, data).pk)}
    return client.post(f"/api/studio/orders/{made.pk}/references/", given, format="json")


def test_colours_are_made_after_another_picture_of_the_order_or_one_handed_over(
    house: House, made: Order, studio: FakeStudio, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(house.annotator)
    made.pictures.create(position=1, key="ami/b", source="b.png", file="pictures/b.png", width=9, height=9)
    given = [hand_over(client, made, house.annotator, name, image(2)) for name in ("@ami.png", "a.png")]
    assert [answer.status_code for answer in given] == [201, 201]
    keys = [answer.data["key"] for answer in given]
    assert keys == ["ami", "a~2"]
    assert not Upload.objects.filter(name__in=["@ami.png", "a.png"], taken=False).exists()
    offered = client.get(f"/api/studio/orders/{made.pk}/references/")
    assert offered.data == ["a~2", "ami", "a", "ami/b"]
    assert client.get(f"/api/studio/orders/{made.pk}/references/", {"q": "AMI"}).data == ["ami", "ami/b"]
    for key in ("ami/b", "ami"):
        wanted = {"step": "colours", "settings": {"reference": key}}
        assert client.post(url(made), wanted, format="json").status_code == 202
        work(OrderTake.objects.last().job)  # type: ignore[union-attr]
        args = studio.calls[-1]
        assert f"colours.reference={key}" in args
    assert studio.listed[-1] == {
        "a": image(1),
        "ami/b": None,
        "ami": image(2),
        "a~2": image(2),
    }
    assert [row["step"] for row in client.get(url(made)).data] == ["colours", "colours"]
    assert made.pictures.count() == 2, "a reference is no picture of the order"


def test_what_is_handed_over_is_an_image_of_ones_own(
    house: House, made: Order, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(house.annotator)
    told = [
        hand_over(client, made, house.annotator, name, data).data["error"]
        for name, data in (("walk.mp4", b"no clip"), ("torn.png", b"no image"))
    ]
    assert [error["message"] for error in told] == [
        "walk.mp4 is no image.",
        "torn.png is not an image we read.",
    ]
    assert hand_over(client, made, house.lead, "a.png", image(2)).status_code == 404
    assert hand_over(as_user(house.lead), made, house.lead, "a.png", image(2)).status_code == 404
    taken = made.uploads.get()
    address = f"/api/studio/orders/{made.pk}/references/"
    again = client.post(address, {"upload": str(taken.pk)}, format="json")
    assert (again.status_code, again.data["error"]["code"]) == (409, "upload_taken")
    Order.objects.filter(pk=made.pk).update(emptied_at=timezone.now())
    late = hand_over(client, made, house.annotator, "a.png", image(2))
    assert (late.status_code, late.data["error"]["code"]) == (409, "order_emptied")
    assert not made.references.exists()


def test_a_setting_names_no_file_of_the_server(house: House) -> None:
    with pytest.raises(UserError, match="begins with @"):
        order(house.annotator, {"a.png": image(1)}, [Wish("blur", {"shape": "@/etc/passwd"})])


def test_nobody_else_sees_or_makes_takes(
    house: House, made: Order, studio: FakeStudio, as_user: Callable[[User], APIClient]
) -> None:
    client, lead = as_user(house.annotator), as_user(house.lead)
    client.post(url(made), {"step": "blur", "settings": {}}, format="json")
    work(OrderTake.objects.get().job)
    [row] = client.get(url(made)).data
    assert lead.get(row["url"]).status_code == 404
    assert lead.get(url(made)).status_code == 404
    assert lead.post(url(made), {"step": "blur"}, format="json").status_code == 404


def test_an_order_waits_for_its_takes_and_takes_them_along(
    house: House, made: Order, studio: FakeStudio, as_user: Callable[[User], APIClient]
) -> None:
    Order.objects.filter(pk=made.pk).update(job=None)
    made.refresh_from_db()
    as_user(house.annotator).post(url(made), {"step": "blur"}, format="json")
    with pytest.raises(ConflictError, match="being worked on"):
        order_delete(order=made, user=house.annotator)
    work(OrderTake.objects.get().job)
    folder = made.folder
    assert (folder / "takes").is_dir()
    order_delete(order=made, user=house.annotator)
    assert not OrderTake.objects.exists()
    assert not folder.exists()
