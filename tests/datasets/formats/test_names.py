"""Keys as file names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.formats.names import flat_name, key_of
from modeling.errors import UserError

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(texts)
def test_a_name_tells_its_key(key: str) -> None:
    name = flat_name(key)
    assert key_of(name) == key
    assert "/" not in name
    assert name.split() == ([name] if name else [])


@given(st.tuples(texts, texts), st.tuples(texts, texts))
def test_two_never_have_the_same_name(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (flat_name(*one) == flat_name(*other)) == (one == other)


def test_letters_of_any_script_stay() -> None:
    assert flat_name("図/カット 1+%") == "図%2Fカット%201%2B%25"
    assert flat_name("a/b", "c") != flat_name("a", "b/c")


def test_a_name_that_no_file_system_takes() -> None:
    with pytest.raises(UserError, match="too long") as refused:
        flat_name("図" * 81)
    assert refused.value.code == "format_name"
