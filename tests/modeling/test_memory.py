"""Memory: what was made is kept while it fits."""

from __future__ import annotations

from modeling.training.memory import Memory


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    made: list[str] = []

    def make(key: str) -> bytes:
        made.append(key)
        return key.encode() * 4

    memory: Memory[bytes] = Memory(8, len)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert memory.get(key, lambda key=key: make(key)) == key.encode() * 4  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]  # c took the place of b, as a had been used since
    assert memory.bytes == 8


def test_what_does_not_fit_is_made_each_time() -> None:
    memory: Memory[bytes] = Memory(3, len)
    assert memory.get("a", lambda: b"1234") == b"1234"
    assert memory.get("a", lambda: b"5678") == b"5678"
    assert memory.bytes == 0
