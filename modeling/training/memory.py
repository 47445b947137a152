"""What was read or made once and is kept while memory lasts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Memory(Generic[V]):
    """Values by key, those used longest ago forgotten first. Thread-safe.

    Args:
        limit: Most bytes to keep.
        size: Bytes of a value.
    """

    def __init__(self, limit: int, size: Callable[[V], int]) -> None:
        self._size, self._left = size, limit
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of ``key``, made if it is not kept; two threads may make it, one is kept."""
        with self._guard:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._guard:
            return self._keep(key, value)

    @property
    def bytes(self) -> int:
        """Bytes kept now."""
        with self._guard:
            return sum(map(self._size, self._values.values()))

    def _keep(self, key: Hashable, value: V) -> V:
        if key not in self._values:
            self._values[key] = value
            self._left -= self._size(value)
            while self._left < 0:
                self._left += self._size(self._values.popitem(last=False)[1])
        return value
