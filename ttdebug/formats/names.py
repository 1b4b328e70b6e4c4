"""Names for agents of which a recording may have several that are called alike."""

from __future__ import annotations


class Names:
    """Gives each name once; `taken` are not to be given at all."""

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def unused(self, name: str) -> str:
        """`name`, or the first of `name-2`, `name-3`, ... that nobody is called."""
        found, count = name, self._counts.get(name, 1)
        while found in self._taken:
            count += 1
            found = f"{name}-{count}"
        self._counts[name] = count
        self._taken.add(found)
        return found
