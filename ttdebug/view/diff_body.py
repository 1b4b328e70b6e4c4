"""The body of a diff: counts, then a group of entries per container, as blocks of rows."""

from __future__ import annotations

from functools import partial

from ttdebug.view import diff_lines, line
from ttdebug.view.diff_groups import Group, Groups
from ttdebug.view.entries import Entry
from ttdebug.view.gate import Safe, safe
from ttdebug.view.line import BLANK, Block, Line, Target

ROOMY = 200
"""Entries that may take several lines each; in longer diffs every entry is one line."""


class Body:
    """Lays the groups of a diff out at a width; `loud` is the entry with the chip."""

    def __init__(self, groups: Groups, width: int, loud: Entry | None, *, unfolded: bool) -> None:
        self._groups = groups
        self._width = width
        self._loud = loud
        self._unfolded = unfolded
        self._roomy = len(groups.entries) <= ROOMY

    def blocks(self, *, keys: bool) -> list[Block]:
        """Everything below the title; `keys` says which key unfolds."""
        groups, width = self._groups, self._width
        unchanged = groups.unchanged()
        found = [line.one(partial(diff_lines.counts_line, groups.counts(), unchanged, width))]
        rest = unchanged
        for group in groups.ordered(self._loud):
            found.append(line.still(BLANK))
            found += self._group(group)
            rest -= len(group.siblings)
        if rest > 0 and not self._unfolded:
            found.append(line.still(BLANK))
            found.append(line.one(partial(diff_lines.rest_line, rest, width, keys=keys)))
        return found

    def _group(self, group: Group) -> list[Block]:
        found: list[Block] = []
        groups, width = self._groups, self._width
        if group.place:
            lengths = groups.lengths(group)
            head = partial(diff_lines.group_line, groups.title(group), lengths, width)
            found.append(line.one(head, Target(group.pointer)))
        keys = [groups.key(group, entry) for entry in group.entries[:ROOMY]]
        room = diff_lines.key_cells(keys, width)
        if self._roomy:
            for entry, key in zip(group.entries, keys, strict=True):
                found += self._roomy_entry(entry, key, room)
        else:
            found.append(self._entries(group, room))
        if self._unfolded:
            found.append(self._siblings(group, room))
        elif group.siblings:
            found.append(line.one(partial(diff_lines.siblings_line, group.siblings, width)))
        return found

    def _roomy_entry(self, entry: Entry, key: Safe, room: int) -> list[Block]:
        """An entry on its own line, and what does not fit there below it."""
        loud = entry is self._loud
        target = Target(entry.pointer)
        draw = partial(diff_lines.entry_line, entry, key, room, self._width, loud, True)
        more = diff_lines.more_lines(entry, key, room, self._width, loud=loud)
        return [line.one(draw, target), *(line.still(text, target) for text in more)]

    def _entries(self, group: Group, room: int) -> Block:
        """Very many entries, of which nothing is known before they are drawn."""
        found = group.entries

        def draw(index: int) -> Line:
            entry = found[index]
            key = self._groups.key(group, entry)
            return diff_lines.entry_line(entry, key, room, self._width, entry is self._loud, False)

        return Block(len(found), draw, lambda index: Target(found[index].pointer))

    def _siblings(self, group: Group, room: int) -> Block:
        """Names that did not change, with their values."""
        names = group.siblings

        def draw(index: int) -> Line:
            value = self._groups.sibling(group, names[index])
            return diff_lines.sibling_line(safe(names[index], 80), value, room, self._width)

        return Block(len(names), draw, lambda index: Target(group.child(names[index])))
