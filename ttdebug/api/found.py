"""What a question found, read from the file only as far as somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, Protocol, TypeVar

from ttdebug.api import html
from ttdebug.view.gate import safe


class Finding(Protocol):
    """What a list may hold."""

    def to_dict(self) -> dict[str, object]:
        """As a plain dict, as the command line prints it."""

    def cells(self) -> dict[str, object]:
        """What a row of a table shows, by the names of its columns."""


T_co = TypeVar("T_co", bound=Finding, covariant=True)


class Found(Generic[T_co]):
    """An answer that is a list, lazily: each `for` reads it anew, `bool` only its first.

    >>> errors = rec.events(type="error")
    >>> errors.first().name
    'search_hotels'
    >>> [error["seq"] for error in errors.to_dicts()]
    [161, 242, 244, 328, 481]
    """

    def __init__(self, name: str, start: Callable[[], Iterator[T_co]]) -> None:
        """`start` begins to find; it is called for each iteration."""
        self.name = name
        self._start = start

    def __iter__(self) -> Iterator[T_co]:
        return self._start()

    def __bool__(self) -> bool:
        return self.first() is not None

    def first(self) -> T_co | None:
        """The first one, or None."""
        return next(iter(self), None)

    def take(self, count: int) -> list[T_co]:
        """The first so many."""
        return list(islice(self, count))

    def count(self) -> int:
        """How many there are; finds them all."""
        return sum(1 for _ in self)

    def to_dicts(self) -> list[dict[str, object]]:
        """All of them as plain dicts, as `ttdebug ... --json` prints them."""
        return [found.to_dict() for found in self]

    def __repr__(self) -> str:
        return f"<Found: {safe(self.name)}>"

    def _repr_html_(self) -> str:
        found = self.take(html.SHOWN + 1)
        if not found:
            return html.block(html.title(self.name), html.note("nothing found"))
        rows = [one.cells() for one in found[: html.SHOWN]]
        head = list(dict.fromkeys(name for row in rows for name in row))
        table = html.table(head, [[row.get(name) for name in head] for row in rows])
        more = len(found) > html.SHOWN
        note = [html.note(f"the first {html.SHOWN}; there are more")] if more else []
        return html.block(html.title(self.name), table, *note)
