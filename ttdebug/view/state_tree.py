"""The state as a foldable tree of which only the visible rows are ever computed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from ttdebug.delta import Delta
from ttdebug.model import MISSING, Value
from ttdebug.view.line import Cursor, Line, Target

LastWrite = Callable[[str], int | None]


class Node(NamedTuple):
    """One visible row. `pointer` is a JSON Pointer; `fold` None on leaves."""

    pointer: str
    depth: int
    fold: Literal["open", "closed"] | None
    value: Value


class Matches(NamedTuple):
    """Pointers of the values or keys that contain a text, at most `limit` of them."""

    pointers: list[str]
    complete: bool


class StateTree:
    """A JSON document as rows; folding costs the subtree, drawing costs the rows drawn."""

    def __init__(
        self,
        state: Value,
        width: int,
        *,
        before: Value = MISSING,
        delta: Delta | None = None,
        unfolded: Collection[str] = (),
        last_write: LastWrite | None = None,
        watched: Collection[str] = (),
    ) -> None:
        raise NotImplementedError

    def __len__(self) -> int:
        """How many rows are visible."""
        raise NotImplementedError

    @property
    def unfolded(self) -> frozenset[str]:
        """The open containers, to carry folding over to the next position."""
        raise NotImplementedError

    def node(self, index: int) -> Node:
        """The row at `index`."""
        raise NotImplementedError

    def line(self, index: int, cursor: Cursor = "none") -> Line:
        """The row at `index`, drawn."""
        raise NotImplementedError

    def target(self, index: int) -> Target:
        """The path of the row at `index`."""
        raise NotImplementedError

    def index_of(self, pointer: str) -> int | None:
        """The row of a path, None while one of its containers is folded or it does not exist."""
        raise NotImplementedError

    def reveal(self, pointer: str) -> int | None:
        """Unfold down to a path and return its row; None if it does not exist."""
        raise NotImplementedError

    def toggle(self, index: int) -> bool:
        """Fold or unfold the row; False if there is nothing to fold."""
        raise NotImplementedError

    def fold(self, index: int) -> int:
        """Fold the row, or if it is a leaf or folded the one around it; returns the row folded."""
        raise NotImplementedError

    def unfold(self, index: int, *, deep: bool = False) -> bool:
        """Unfold the row; `deep` its containers too, up to a bounded number of rows."""
        raise NotImplementedError

    def find(self, text: str, limit: int = 10_000) -> Matches:
        """Search keys and values, inside folded containers as well; case is ignored."""
        raise NotImplementedError

    def inside(self, index: int, matches: Matches) -> int:
        """How many matches lie inside the folded row at `index`."""
        raise NotImplementedError
