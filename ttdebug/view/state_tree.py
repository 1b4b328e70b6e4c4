"""The state as a foldable tree of which only the visible rows are ever computed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal, NamedTuple

from ttdebug import paths
from ttdebug.delta import Delta
from ttdebug.model import MISSING, Value
from ttdebug.view import cells, names, tree_lines
from ttdebug.view.folds import Fold
from ttdebug.view.gate import Safe, lit, safe_lines
from ttdebug.view.line import Cursor, Line, Target
from ttdebug.view.matches import Matches
from ttdebug.view.tree_changes import TreeChanges
from ttdebug.view.tree_walk import foldable, is_large, walk

LastWrite = Callable[[str], int | None]

REVEALED = 40
"""Changes that a fresh tree unfolds to show; a larger change stays folded."""

SMALL = 24
"""Children of a container that is unfolded unasked: a long list would drown what is around it."""

DEEP = 5_000
"""Rows that one deep unfolding may add."""


class Node(NamedTuple):
    """One visible row. `pointer` is a JSON Pointer; `fold` None on leaves.

    A long text unfolds into its wrapped lines, which have its pointer and `piece` 0, 1, ...
    """

    pointer: str
    depth: int
    fold: Literal["open", "closed"] | None
    value: Value
    piece: int | None = None


class StateTree:
    """A JSON document as rows; folding costs the subtree, drawing costs the rows drawn.

    The top level is visible without a row of its own. `watched` pointers get the chip when they
    changed; `last_write` is asked for the rows that are drawn, and so are `matches` of a search for
    what is folded in them.
    """

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
        matches: Matches | None = None,
    ) -> None:
        self.state = state
        self.width = width
        self.changes = TreeChanges(before, state, delta)
        self._names = names.Names(state)
        self._last_write = last_write
        self._watched = watched
        self._matches = matches
        self._texts: dict[str, list[str]] = {}
        self._root = Fold(state, self._count("", state))
        for pointer in sorted(unfolded, key=lambda text: text.count("/")):
            self._open(paths.split_pointer(pointer), itself=True)
        if len(self.changes.places) <= REVEALED:
            for place in self.changes.places:
                self._open(place, itself=True, most=SMALL)

    def __len__(self) -> int:
        return self._root.rows - 1 if self._root.size else 1

    @property
    def unfolded(self) -> frozenset[str]:
        """The open containers, to carry folding over to the next position."""
        return frozenset(self._unfolded(self._root, ""))

    def node(self, index: int) -> Node:
        """The row at `index`."""
        if not self._root.size:
            return Node("", 0, None, self.state)
        fold, pointer, depth = self._root, "", 0
        while True:
            ordinal, inner = fold.locate(index)
            segment = fold.segment(ordinal)
            if fold.is_text:
                return Node(pointer, depth, None, self._texts[pointer][ordinal], ordinal)
            pointer = f"{pointer}/{paths.escape(segment)}"
            child = fold.folds.get(ordinal)
            if child is None or inner == 0:
                value = fold.child(ordinal)
                return Node(pointer, depth, self._mark(child, value), value)
            fold, index, depth = child, inner - 1, depth + 1

    def line(self, index: int, cursor: Cursor = "none") -> Line:
        """The row at `index`, drawn."""
        node = self.node(index)
        if node.piece is not None:
            text = self._texts[node.pointer][node.piece]
            return tree_lines.text_line(text, node.depth, self.width, cursor)
        seq = self._last_write(node.pointer) if self._last_write else None
        return tree_lines.row(
            key=self._key(node.pointer),
            depth=node.depth,
            fold=node.fold,
            value=node.value,
            change=self.changes.at(node.pointer),
            chip=node.pointer in self._watched,
            bare=self.is_bare(node.pointer),
            seq=seq,
            matches=self._inside(node),
            width=self.width,
            cursor=cursor,
        )

    def _inside(self, node: Node) -> Safe:
        """What a search finds in what a row folds away."""
        if self._matches is None or node.fold != "closed":
            return lit("")
        return self._matches.inside(node.value).words

    def target(self, index: int) -> Target:
        """The path of the row at `index`."""
        return Target(path=self.node(index).pointer)

    def is_bare(self, pointer: str) -> bool:
        """Whether strings at a place stand without quotes."""
        return False

    def index_of(self, pointer: str) -> int | None:
        """The row of a path, None while one of its containers is folded or it does not exist."""
        fold: Fold | None = self._root
        row = -1
        for segment in paths.split_pointer(pointer):
            ordinal = fold.ordinal(segment) if fold is not None and not fold.is_text else None
            if fold is None or ordinal is None:
                return None
            row += 1 + fold.row_of(ordinal)
            fold = fold.folds.get(ordinal)
        return row if row >= 0 else None

    def reveal(self, pointer: str) -> int | None:
        """Unfold down to a path and return its row; None if it does not exist."""
        segments = paths.split_pointer(pointer)
        if names.at(self.state, segments) is MISSING:
            return None
        self._open(segments, itself=False)
        return self.index_of(pointer)

    def toggle(self, index: int) -> bool:
        """Fold or unfold the row; False if there is nothing to fold."""
        node = self.node(index)
        if node.fold == "closed":
            return self.unfold(index)
        if node.fold == "open":
            self._close(node.pointer)
        return node.fold is not None

    def fold(self, index: int) -> int:
        """Fold the row, or if it is a leaf or folded the one around it; returns the row folded."""
        node = self.node(index)
        pointer = node.pointer
        if node.fold != "open" and node.piece is None:
            pointer = pointer.rpartition("/")[0]
        if not pointer:
            return index
        self._close(pointer)
        return self.index_of(pointer) or 0

    def unfold(self, index: int, *, deep: bool = False) -> bool:
        """Unfold the row; `deep` its containers too, up to a bounded number of rows."""
        node = self.node(index)
        if node.fold is None:
            return False
        segments = paths.split_pointer(node.pointer)
        self._open(segments, itself=True)
        if deep:
            self._open_deep(segments, node.value)
        return True

    def _key(self, pointer: str) -> str:
        if not pointer:
            return ""
        segments = paths.split_pointer(pointer)
        parent = names.at(self.state, segments[:-1])
        if isinstance(parent, list):
            return self._names.element(parent, int(segments[-1]))
        return segments[-1]

    def _mark(self, fold: Fold | None, value: Value) -> Literal["open", "closed"] | None:
        if fold is not None:
            return "open"
        return "closed" if foldable(value) else None

    def _count(self, pointer: str, value: Value) -> int:
        """How many rows a container or long text has when it is open."""
        if isinstance(value, dict | list):
            return len(value)
        if pointer and isinstance(value, str):
            depth = pointer.count("/")
            room = max(self.width - tree_lines.indent(depth) - 2, 20)
            lines = [part for text in safe_lines(value) for part in cells.wrap(text, room)]
            self._texts[pointer] = [str(part) for part in lines]
            return len(lines)
        return 0

    def _open(self, segments: Sequence[str], *, itself: bool, most: int | None = None) -> None:
        """Open every container on the way to a place, and the place `itself`.

        With `most`, what is larger, and texts, stay closed, and so does all in them.
        """
        fold, pointer = self._root, ""
        trail = [fold]
        for segment in segments if itself else segments[:-1]:
            ordinal = None if fold.is_text else fold.ordinal(segment)
            if ordinal is None:
                return
            value = fold.child(ordinal)
            pointer = f"{pointer}/{paths.escape(segment)}"
            if ordinal not in fold.folds:
                if not foldable(value) or (most is not None and is_large(value, most)):
                    return
                fold.add(ordinal, Fold(value, self._count(pointer, value)), trail)
            fold = fold.folds[ordinal]
            trail.append(fold)

    def _close(self, pointer: str) -> None:
        trail = [self._root]
        segments = paths.split_pointer(pointer)
        for segment in segments[:-1]:
            ordinal = trail[-1].ordinal(segment)
            if ordinal is None or ordinal not in trail[-1].folds:
                return
            trail.append(trail[-1].folds[ordinal])
        ordinal = trail[-1].ordinal(segments[-1])
        if ordinal is not None:
            trail[-1].drop(ordinal, trail)

    def _open_deep(self, segments: Sequence[str], value: Value) -> None:
        added = 0
        for pointer, _, inner in walk(value):
            if not isinstance(inner, dict | list) or not inner:
                continue
            added += len(inner)
            if added > DEEP:
                return
            self._open((*segments, *paths.split_pointer(pointer)), itself=True)

    def _unfolded(self, fold: Fold, pointer: str) -> Iterator[str]:
        for ordinal, child in fold.folds.items():
            inner = f"{pointer}/{paths.escape(fold.segment(ordinal))}"
            yield inner
            yield from self._unfolded(child, inner)
