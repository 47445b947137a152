"""Registries of frozen specs."""

from __future__ import annotations

import pytest
from pydantic import Field

from modeling.errors import UserError
from modeling.registry import Entry, Params, Registry


class Knobs(Params):
    width: int = Field(8, ge=1, description="channels")


def registry() -> Registry[Entry[Knobs]]:
    made: Registry[Entry[Knobs]] = Registry("network")
    for name in ("tiny", "lite"):
        made.add(Entry(name, "a line", Knobs, lambda params: params.width))
    return made


def test_entries_come_in_the_order_they_were_added() -> None:
    assert registry().names() == ["tiny", "lite"]
    assert [entry.name for entry in registry()] == ["tiny", "lite"]
    assert "lite" in registry()


def test_an_entry_parses_and_builds() -> None:
    entry = registry().get("tiny")
    assert entry.build(entry.parse()) == 8
    assert entry.build(entry.parse({"width": 3})) == 3


@pytest.mark.parametrize("values", [{"width": 0}, {"width": "wide"}, {"wdith": 3}])
def test_bad_parameters_name_the_field(values: dict[str, object]) -> None:
    with pytest.raises(UserError, match=f"tiny: {next(iter(values))}") as caught:
        registry().get("tiny").parse(values)
    assert caught.value.code == "bad_parameter"


def test_an_unknown_name_proposes_the_nearest() -> None:
    with pytest.raises(UserError, match="Did you mean 'lite'") as caught:
        registry().get("light")
    assert caught.value.code == "unknown_network"


def test_a_name_taken_twice_is_a_bug() -> None:
    made = registry()
    with pytest.raises(ValueError, match="twice"):
        made.add(made.get("tiny"))
