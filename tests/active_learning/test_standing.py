"""A round of one task stands on a model version of another, and is shown what its task sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from active_learning.jobs import drafts_make, round_run
from active_learning.models import ModelVersion, Round
from active_learning.services.rounds import job_options, round_prepare
from active_learning.services.selections import selection_confirm, selection_propose
from active_learning.services.versions import model_version_promote
from annotation.profiles import defaults
from annotation.services.profiles import profile_set
from core.jobs import run_inline
from modeling.errors import UserError
from modeling.labels import KINDS
from tests.active_learning.conftest import Loop
from tests.active_learning.test_freezing import draw
from tests.active_learning.world import FakeModeling
from tests.annotation.house import House

CEL = "task.cel={}".format


def douga_round(house: House, *settings: str, **config: object) -> Round:
    """Run a round of douga to its end."""
    config = {"settings": settings, "network": "tiny", "seconds": 5, **config}
    round_ = round_prepare(pool=house.pool, task="douga", config=config, user=house.lead)
    run_inline(round_run, **job_options(round_, house.lead))
    round_.refresh_from_db()
    return round_


def option(args: list[str], name: str) -> str | None:
    """Value of a command-line option, None where it is left out."""
    return args[args.index(name) + 1] if name in args else None


@pytest.fixture
def drawn(house: House, tmp_path: Path) -> House:
    """A house with douga labels on five training frames, one of which has a cel label too."""
    draw(house, "douga", house.frames[:5], tmp_path / "drawn")
    draw(house, "cel", house.frames[4:6], tmp_path / "drawn")
    return house


def test_without_a_cel_model_a_predicted_mask_is_refused(drawn: House) -> None:
    with pytest.raises(UserError, match="pool has none yet") as caught:
        douga_round(drawn, CEL("synthetic_cel"))
    assert caught.value.code == "no_model_beneath"
    assert "Finish a cel round first" in (caught.value.remedy or "")
    assert not Round.objects.filter(task="douga").exists()


def test_a_start_resolves_and_keeps_the_version_in_use(
    drawn: House, loop: Loop, modeling: FakeModeling
) -> None:
    first, _ = loop.round(), loop.round()
    model_version_promote(version=ModelVersion.objects.get(number=1), user=drawn.lead, confirm=True)
    round_ = douga_round(drawn, CEL("concatenated"))
    assert round_.config["stands_on"] == 1
    train = [args for args in modeling.calls if args[0] == "train"][-1]
    assert (option(train, "--stands-on") or "").endswith(first.run_folder)
    assert option(train, "--set") == "task.cel=concatenated"


def test_a_version_may_be_named(drawn: House, loop: Loop, modeling: FakeModeling) -> None:
    loop.round(), loop.round()
    assert douga_round(drawn, CEL("synthetic_cel"), stands_on=1).config["stands_on"] == 1
    with pytest.raises(UserError, match="no cel model version 7"):
        douga_round(drawn, CEL("synthetic_cel"), stands_on=7)
    with pytest.raises(UserError, match="cel sees no other model's predictions"):
        loop.run(stands_on=1)


def test_a_round_that_sees_no_mask_stands_on_nothing(
    drawn: House, loop: Loop, modeling: FakeModeling
) -> None:
    loop.round()
    assert douga_round(drawn).config["stands_on"] is None
    assert option([args for args in modeling.calls if args[0] == "train"][-1], "--stands-on") is None


def test_native_pixels_are_scored_from_the_frame_itself(drawn: House, modeling: FakeModeling) -> None:
    frame = drawn.frames[10]
    frame.proxy = drawn.frames[11].blob
    frame.save(update_fields=["proxy"])
    douga_round(drawn)
    (row,) = [row for row in listed(modeling) if row["id"] == frame.pk]
    assert (row["file"].endswith(frame.blob), set(row)) == (True, {"id", "file"})


def test_a_drawn_mask_is_listed_where_there_is_one(drawn: House, modeling: FakeModeling) -> None:
    smoke = {"value": 20, "color": "#8844AA", "class_index": 1, "name": "smoke", "retired": False}
    settings = {**defaults(KINDS["cel"]), "entries": [smoke]}
    profile_set(production=drawn.production, kind="cel", settings=settings, version=0, user=drawn.lead)
    douga_round(drawn, CEL("manual_cel"))
    rows = {row["id"]: row for row in listed(modeling)}
    with_cel, without = rows[drawn.frames[5].pk], rows[drawn.frames[6].pk]
    assert list(with_cel["labels"]) == ["cel"]
    assert Path(with_cel["labels"]["cel"]).is_file()
    assert with_cel["entries"]["cel"] == [{"value": 20, "color": "8844AA", "class_index": 1, "name": "smoke"}]
    assert "labels" not in without


def test_drafts_are_shown_the_drawn_mask_too(drawn: House, modeling: FakeModeling) -> None:
    douga_round(drawn, CEL("manual_cel"))
    selection = selection_propose(pool=drawn.pool, task="douga", budget=27, user=drawn.lead)
    selection_confirm(selection=selection, user=drawn.lead)
    run_inline(drafts_make, title="drafts", selection_id=selection.pk)
    rows = {row["id"]: row for row in modeling.drafted}
    assert "cel" in rows[drawn.frames[5].pk]["labels"]


def test_the_start_form_offers_the_tasks_own_parameters(
    drawn: House, loop: Loop, modeling: FakeModeling, client: Client
) -> None:
    client.force_login(drawn.lead, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("round-start", args=[drawn.pool.pk]) + "?task=douga"
    assert "finish a cel round first" in client.get(address).content.decode()
    form = {"network": "gcn", "loss": "ce", "recipe": "lines", "budget_in": "steps", "budget": 4, "seed": 0}
    form |= {"task.douga.cel": "synthetic_cel", "task.douga.width": 0, "network.gcn.kernel": 49}
    refused = client.post(address, form)
    assert refused.status_code == 400
    assert "Finish a cel round first" in refused.content.decode()
    loop.round()
    assert "version 1, in use" in client.get(address).content.decode()
    assert client.post(address, {**form, "stands_on": "1"}).status_code == 302
    config = Round.objects.get(task="douga").config
    assert config["settings"] == ["task.cel=synthetic_cel"], "49 is what douga presets"
    assert config["stands_on"] == 1


def test_pages_and_api_name_the_version_and_link_its_round(
    drawn: House, loop: Loop, modeling: FakeModeling, client: Client
) -> None:
    below = loop.round()
    round_ = douga_round(drawn, CEL("synthetic_cel"))
    client.force_login(drawn.lead, backend="django.contrib.auth.backends.ModelBackend")
    link = f'<a href="/rounds/{below.pk}/">cel version 1</a>'
    for address in (f"/rounds/{round_.pk}/", f"/pools/{drawn.pool.pk}/?task=douga"):
        assert link in client.get(address).content.decode()
    expected = {"task": "cel", "number": 1, "name": "pool/cel/1", "round": below.pk}
    versions = client.get(f"/api/pools/{drawn.pool.pk}/model-versions/").json()["results"]
    (douga,) = [row for row in versions if row["task"] == "douga"]
    for shown in (client.get(f"/api/rounds/{round_.pk}/").json(), douga):
        assert expected.items() <= shown["stands_on"].items()


def listed(modeling: FakeModeling) -> list[dict[str, object]]:
    """The list that the last scoring was given."""
    score = [args for args in modeling.calls if args[0] == "score"][-1]
    return [json.loads(line) for line in Path(score[2]).read_text().splitlines()]
