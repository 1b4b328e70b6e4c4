"""How two states differ, as a sequence of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from ttdebug.analyze import render
from ttdebug.api import html
from ttdebug.api.own import own, own_change
from ttdebug.delta import Delta
from ttdebug.model import Change, Value
from ttdebug.view import compared, numbers
from ttdebug.view.gate import safe

_MOST = 100  # changes that a notebook shows


class Diff(Sequence[Change]):
    """The changes from one state to another, in the order of the states.

    >>> for change in rec.diff(255, 256):
    ...     print(change.kind, change.path)
    changed /budget/remaining
    changed /budget/discount
    added /discounts/1
    changed /notes/summary
    """

    def __init__(self, name: str, changes: Sequence[Change], old: Value, new: Value) -> None:
        self.name = name
        self._changes = [own_change(change) for change in changes]
        self._old = old
        self._new = new

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> list[Change]: ...
    def __getitem__(self, index: int | slice) -> Change | list[Change]:
        return self._changes[index]

    def __len__(self) -> int:
        return len(self._changes)

    def to_dicts(self) -> list[dict[str, object]]:
        """The changes as `ttdebug diff --json` prints them."""
        return [compared.change_record(change) for change in self._changes]

    def to_patch(self) -> Delta:
        """The operations of JSON Patch (RFC 6902) that make the new state of the old one."""
        return [own(op) for op in render.as_json_patch(self._old, self._new)]

    def __repr__(self) -> str:
        return f"<Diff {safe(self.name)}: {numbers.plural(len(self), 'change')}>"

    def rows(self) -> str:
        """The changes as a table of HTML."""
        if not self._changes:
            return html.note("no difference")
        more = len(self._changes) - _MOST
        note = html.note(f"{more:,} more") if more > 0 else ""
        return html.changes(map(render.row, self._changes[:_MOST])) + note

    def _repr_html_(self) -> str:
        return html.block(html.title(self.name), self.rows())
