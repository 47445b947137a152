"""A production's profile: its rules, who may change it, and what it adds to a kind."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from annotation.models import Profile
from annotation.profile_rules import ProfileError, check
from annotation.profiles import CHECKS, LAYER_CHECKS, complete, defaults, tidied, with_added
from annotation.selectors.kinds import kinds
from annotation.selectors.profiles import kind_of, profile_of
from annotation.services.profiles import profile_set
from annotation.templatetags.annotation_words import CHECK_TEXTS
from core.errors import ConflictError
from core.models import AuditEntry
from datasets.models import Production
from modeling.labels import Entry, get_kind
from scripts.node_tests import node
from tests.annotation.house import House

CEL, DOUGA = get_kind("cel"), get_kind("douga")
SHADE = {"value": 20, "color": "#8844AA", "class_index": 6, "name": "shade 3", "retired": False}
BLACK = {"value": 21, "color": "#101010", "class_index": 1, "name": "solid black", "retired": False}


def changed(**changes: Any) -> dict[str, Any]:
    """The defaults of douga but for ``changes``."""
    return {**copy.deepcopy(defaults(DOUGA)), **changes}


def put(house: House, version: int = 0, **changes: Any) -> Profile:
    """The lead's change of the show's douga."""
    return profile_set(
        production=house.production,
        kind="douga",
        settings=changed(**changes),
        version=version,
        user=house.lead,
    )


# --- rules ---


@pytest.mark.parametrize("kind", [CEL, DOUGA])
def test_the_defaults_are_right_in_themselves(kind: Any) -> None:
    check(defaults(kind), kind, {})
    assert tidied(defaults(kind)) == defaults(kind)
    assert complete({}, kind) == defaults(kind)


def test_every_check_is_on_unless_somebody_said_otherwise() -> None:
    checks = complete({"checks": {"specks": False}}, DOUGA)["checks"]
    assert list(checks) == list(CHECKS)
    assert [name for name, on in checks.items() if not on] == ["specks"]


def test_the_editor_knows_the_same_defaults_and_checks() -> None:
    code = """
    const { DEFAULT_PROFILE } = await import(process.argv[1] + "/profile.js");
    const { CHECKS } = await import(process.argv[1] + "/checks/run.js");
    const layers = await import(process.argv[1] + "/depth/checks.js");
    console.log(JSON.stringify([DEFAULT_PROFILE, Object.keys(CHECKS), Object.keys(layers.CHECKS)]));
    """
    editor = Path(__file__).parents[2] / "static" / "editor"
    told = subprocess.check_output([node(), "--input-type=module", "-e", code, str(editor)], text=True)
    theirs, checks, of_layers = json.loads(told)
    assert sorted(checks) == sorted(CHECKS)
    assert tuple(of_layers) == LAYER_CHECKS
    assert {*CHECKS, *LAYER_CHECKS} == set(CHECK_TEXTS)
    assert set(theirs) == set(defaults(DOUGA))
    same = ("names", "entries", "line_width", "gap", "solid_black", "speck", "hole")
    assert {key: theirs[key] for key in same} == {key: defaults(DOUGA)[key] for key in same}


def test_a_good_profile_is_taken_and_tidied() -> None:
    settings = changed(
        classes=[6, 0, 1, 1],
        names={"6": " shade 1 ", "15": ""},
        entries=[BLACK, {**SHADE, "color": "#8844aa", "name": " shade 3 "}],
        pencil=[{"color": "#ff0000", "meaning": "ask"}],
    )
    check(settings, DOUGA, {})
    tidy = tidied(settings)
    assert tidy["classes"] == [0, 1, 6]
    assert tidy["names"] == {"6": "shade 1"}
    assert tidy["entries"] == [SHADE, BLACK]
    assert tidy["pencil"] == [{"color": "#FF0000", "meaning": "ask"}]


@pytest.mark.parametrize(("changes", "field"), [
    ({"classes": [1, 2]}, "classes"),
    ({"classes": [0]}, "classes"),
    ({"classes": [0, 10]}, "classes"),
    ({"names": {"77": "shade"}}, "names.77"),
    ({"names": {"6": "shade", "15": "Shade"}}, "names.15"),
    ({"names": {"6": "shade 3"}, "entries": [SHADE]}, "names.6"),
    ({"entries": [{**SHADE, "value": 19}]}, "entries.0.value"),
    ({"entries": [{**SHADE, "value": 255}]}, "entries.0.value"),
    ({"entries": [SHADE, {**BLACK, "value": 20}]}, "entries.1.value"),
    ({"entries": [{**SHADE, "color": "purple"}]}, "entries.0.color"),
    ({"entries": [{**SHADE, "color": "#ff00ff"}]}, "entries.0.color"),
    ({"entries": [{**SHADE, "color": "#C9a7eb"}]}, "entries.0.color"),
    ({"entries": [SHADE, {**BLACK, "color": "#8844aa"}]}, "entries.1.color"),
    ({"entries": [{**SHADE, "class_index": 10}]}, "entries.0.class_index"),
    ({"entries": [{**SHADE, "name": " "}]}, "entries.0.name"),
    ({"entries": [SHADE, {**BLACK, "name": "Shade 3"}]}, "entries.1.name"),
    ({"pencil": [{"color": "red", "meaning": "ask"}]}, "pencil.0.color"),
    ({"pencil": [{"color": "#FF0000", "meaning": "line"}]}, "pencil.0.meaning"),
    ({"pencil": 2 * [{"color": "#FF0000", "meaning": "ask"}]}, "pencil.1.color"),
    ({"line_width": {"min": -0.1, "max": 0.01}}, "line_width.min"),
    ({"line_width": {"min": 0.01, "max": 0.01}}, "line_width.max"),
    ({"line_width": {"min": 0.001, "max": 0.2}}, "line_width.max"),
    ({"gap": 3}, "gap"),
    ({"solid_black": "both"}, "solid_black"),
    ({"speck": -1}, "speck"),
    ({"hole": 20_000}, "hole"),
    ({"checks": {"spots": True}}, "checks"),
])  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ProfileError) as caught:
        check(changed(**changes), DOUGA, {})
    assert list(caught.value.fields) == [field]
    assert caught.value.fields[field].endswith(".")


def test_an_entry_once_stored_neither_goes_away_nor_changes_its_class() -> None:
    before = changed(entries=[SHADE, BLACK])
    with pytest.raises(ProfileError, match="retire it instead"):
        check(changed(entries=[SHADE]), DOUGA, before)
    with pytest.raises(ProfileError) as caught:
        check(changed(entries=[SHADE, {**BLACK, "class_index": 9}]), DOUGA, before)
    assert list(caught.value.fields) == ["entries.1.class_index"]
    retired = [{**SHADE, "retired": True, "name": "old shade", "color": "#8844AB"}, BLACK]
    check(changed(entries=retired), DOUGA, before)
    assert with_added(DOUGA, changed(entries=retired)).added[0] == Entry(20, "8844AB", 6, "old shade")


# --- rows ---


def test_a_production_without_profile_has_the_defaults(house: House) -> None:
    profile = profile_of(house.production.pk, "douga")
    assert (profile.version, profile.settings) == (0, defaults(DOUGA))
    assert not Profile.objects.exists()
    assert kind_of(house.production.pk, "douga") == DOUGA


def test_a_change_is_stored_and_written_down(house: House) -> None:
    assert put(house, entries=[SHADE]).version == 1
    assert put(house, 1, entries=[SHADE], names={"6": "shade 1"}, gap=8).version == 2
    profile = profile_of(house.production.pk, "douga")
    assert (profile.version, profile.settings["gap"], profile.changed_by) == (2, 8, house.lead)
    assert kind_of(house.production.pk, "douga").added == (Entry(20, "8844AA", 6, "shade 3"),)
    entry = AuditEntry.objects.filter(action="profile.set").latest("pk")
    assert (entry.actor, entry.production_id) == (house.lead, house.production.pk)
    assert entry.data["changed"] == "gap, names"
    assert entry.data["before"] == {"gap": 4, "names": {}}
    assert entry.data["after"] == {"gap": 8, "names": {"6": "shade 1"}}


def test_saying_the_same_again_changes_nothing(house: House) -> None:
    put(house, gap=8)
    assert put(house, 1, gap=8).version == 1
    assert AuditEntry.objects.filter(action="profile.set").count() == 1


def test_two_leads_do_not_overwrite_each_other(house: House) -> None:
    put(house, gap=8)
    with pytest.raises(ConflictError, match="lead changed this profile meanwhile"):
        put(house, gap=2)
    assert profile_of(house.production.pk, "douga").settings["gap"] == 8


@pytest.mark.parametrize("name", ["reviewer", "annotator", "viewer", "stranger"])
def test_only_leads_change_it(house: House, name: str) -> None:
    with pytest.raises(PermissionDenied):
        profile_set(
            production=house.production,
            kind="douga",
            settings=changed(),
            version=0,
            user=getattr(house, name),
        )
    assert not Profile.objects.exists()


def test_kinds_of_a_production_have_its_entries_and_names(house: House) -> None:
    put(house, entries=[SHADE], names={"6": "shade 1"})
    douga = next(kind for kind in kinds(house.production.pk) if kind["name"] == "douga")
    assert douga["entries"][6]["name"] == "shade 1"
    assert douga["entries"][20] == {"value": 20, "color": "#8844AA", "class_index": 6, "name": "shade 3"}
    assert kinds(Production.objects.create(name="Other").pk) == kinds()
