"""The exact differences between two states, elements of lists followed by identity or content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple, TypeAlias

from ttdebug.delta.equality import canonical, equal
from ttdebug.delta.lists import anchors, same_thing
from ttdebug.model import JSON, MISSING, Change, Value
from ttdebug.paths import escape, identity, identity_text

Pairs: TypeAlias = list[tuple[int, int]]


class Skipped(NamedTuple):
    """Places left out of a comparison, as JSON Pointers into either state."""

    old: Collection[str] = frozenset()
    new: Collection[str] = frozenset()


class _Pair(NamedTuple):
    """Two values still to be compared, and where each stands."""

    old: Value
    new: Value
    old_at: str
    new_at: str


def walk(old: Value, new: Value, skipped: Skipped) -> Iterator[Change]:
    """Differences in the order of the states; see `compare` for what a Change says."""
    pending: list[_Pair | Change] = [_Pair(old, new, "", "")]
    while pending:
        item = pending.pop()
        if isinstance(item, Change):
            yield item
        elif item.old is item.new or item.old_at in skipped.old or item.new_at in skipped.new:
            continue
        elif isinstance(item.old, dict) and isinstance(item.new, dict):
            pending += reversed(_objects(item, item.old, item.new))
        elif isinstance(item.old, list) and isinstance(item.new, list):
            pending += reversed(_lists(item, item.old, item.new))
        elif not equal(item.old, item.new):
            yield _difference(item)


def _difference(item: _Pair) -> Change:
    if item.old is MISSING:
        return Change(item.new_at, "added", new=item.new)
    if item.new is MISSING:
        return Change(item.old_at, "removed", old=item.old)
    return Change(item.new_at, "changed", item.old, item.new)


def _objects(item: _Pair, old: dict[str, JSON], new: dict[str, JSON]) -> list[_Pair]:
    keys = [*old, *(key for key in new if key not in old)]
    return [
        _Pair(old.get(key, MISSING), new.get(key, MISSING), item.old_at + step, item.new_at + step)
        for key in keys
        for step in ("/" + escape(key),)
    ]


def _lists(item: _Pair, old: list[JSON], new: list[JSON]) -> list[_Pair | Change]:
    """What there is to say about two lists: elements that stayed, moved, came, and went."""
    stayed, by_identity = anchors(old, new)
    moved = _moved(old, new, stayed, by_identity)
    if not by_identity:
        stayed += _replaced(old, new, stayed, moved)
    old_of = {there: here for here, there in stayed + moved}
    gone = set(range(len(old))) - set(old_of.values())
    strayed = {there for _, there in moved}
    parts: list[_Pair | Change] = [
        _Pair(old[at], MISSING, f"{item.old_at}/{at}", f"{item.new_at}/-") for at in sorted(gone)
    ]
    for there, value in enumerate(new):
        here = old_of.get(there)
        if here is None:
            parts.append(_Pair(MISSING, value, f"{item.old_at}/-", f"{item.new_at}/{there}"))
            continue
        if there in strayed:
            parts.append(Change(f"{item.new_at}/{there}", "moved", here, there))
        parts.append(_Pair(old[here], value, f"{item.old_at}/{here}", f"{item.new_at}/{there}"))
    return parts


def _moved(old: list[JSON], new: list[JSON], stayed: Pairs, by_identity: bool) -> Pairs:
    """Elements found in both lists that are not among those that kept their order."""
    here = [at for at in range(len(old)) if at not in {pair[0] for pair in stayed}]
    there = [at for at in range(len(new)) if at not in {pair[1] for pair in stayed}]
    if not here or not there:
        return []
    field = identity(old) if by_identity else None

    def name(value: JSON) -> object:
        return canonical(value) if field is None else identity_text(value, field)

    places: defaultdict[object, list[int]] = defaultdict(list)
    for at in reversed(here):
        places[name(old[at])].append(at)
    return [(found.pop(), at) for at in there if (found := places.get(name(new[at])))]


def _replaced(old: list[JSON], new: list[JSON], stayed: Pairs, moved: Pairs) -> Pairs:
    """Elements between two that stayed which may be one thing that changed inside."""
    taken = {pair[0] for pair in moved}, {pair[1] for pair in moved}
    found: Pairs = []
    start = (0, 0)
    for end in [*stayed, (len(old), len(new))]:
        here = [at for at in range(start[0], end[0]) if at not in taken[0]]
        there = [at for at in range(start[1], end[1]) if at not in taken[1]]
        found += [(a, b) for a, b in zip(here, there, strict=False) if same_thing(old[a], new[b])]
        start = (end[0] + 1, end[1] + 1)
    return found
