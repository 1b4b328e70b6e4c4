"""Making deltas: one walk over two states that finds list edits as edits."""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress, count
from math import isfinite
from operator import ne
from typing import cast

from ttdebug.delta.equality import SCALARS, Delta, canonical, equal, same_scalar
from ttdebug.delta.lists import anchors, same_thing
from ttdebug.model import JSON, Object
from ttdebug.paths import escape

MAX_DEPTH = 200  # deeper values are compared and replaced as a whole
_LONG_LIST_EDIT = 16  # operations; beyond, replacing the list may be the shorter delta


def make(old: JSON, new: JSON) -> Delta:
    """The operations that turn `old` into `new`; [] if they are equal.

    Exact (True is not 1, 1 not 1.0) and blind to the order of keys. Values in the delta are shared
    with `new`; encode or copy them before changing it.
    """
    walk = Walk(share)
    walk.value("", old, new, 0)
    return walk.delta


def share(value: JSON) -> JSON:
    """The copy of a state that nobody is going to change: itself."""
    return value


def named_copy(copy: Callable[[JSON], JSON], key: str, value: JSON) -> JSON:
    """`copy` of a value that stands under `key`, which it gets to see."""
    holder = copy({key: value})
    return holder[key] if isinstance(holder, dict) else holder


def needs_no_copy(value: JSON) -> bool:
    """Whether any reading of JSON would leave this scalar as it is: not so for text and NaN."""
    kind = type(value)
    if kind is int:
        return -(2**63) <= cast(int, value) < 2**63
    return value is None or kind is bool or (kind is float and isfinite(cast(float, value)))


class Walk:
    """One comparison in progress: collects operations in `delta` and rebuilds the new state.

    `copy` turns a part of the new state into JSON of our own. A `fast` walk leaves out what `==`
    calls equal, so that True may pass for 1, and keeps the new order of keys: its caller has to
    compare the encoded result.
    """

    def __init__(self, copy: Callable[[JSON], JSON], *, fast: bool = False) -> None:
        self.delta: Delta = []
        self._copy = copy
        self._fast = fast

    def value(self, path: str, old: JSON, new: JSON, depth: int) -> JSON:
        """Record what turns `old` into `new` at `path`; return the new value, sharing with old."""
        kind = type(new)
        if kind in SCALARS:
            if same_scalar(old, new):
                return old
            if needs_no_copy(new):
                return self._op("replace", path, new)
        elif depth < MAX_DEPTH:
            if kind is dict and type(old) is dict:
                return self._object(path, old, cast(Object, new), depth)
            if kind is list and type(old) is list:
                return self._list(path, old, cast("list[JSON]", new), depth)
        copy = self._copy(new)
        if equal(old, copy):
            return old
        return self._op("replace", path, copy)

    def _object(self, path: str, old: Object, new: Object, depth: int) -> JSON:
        same_keys = list(old) == list(new)
        if not same_keys:
            for key in old:
                if key not in new:
                    self.delta.append({"op": "remove", "path": f"{path}/{escape(key)}"})
        changed: Object = {}
        for key in self._candidates(old, new, same_keys):
            if key in old:
                before, value = old[key], new[key]
                if self._fast and type(value) is str:
                    value = named_copy(self._copy, key, value)
                after = self.value(f"{path}/{escape(key)}", before, value, depth + 1)
                if after is not before:
                    changed[key] = after
            else:
                value = named_copy(self._copy, key, new[key])
                changed[key] = self._op("add", f"{path}/{escape(key)}", value)
        if same_keys:
            return {**old, **changed} if changed else old
        return {key: changed[key] if key in changed else old[key] for key in new}

    def _candidates(self, old: Object, new: Object, same_keys: bool) -> list[str]:
        """The keys of `new` worth a closer look, in order."""
        if not self._fast:
            return list(new)
        if same_keys:
            return list(compress(new, map(ne, new.values(), old.values())))
        suspects = list(compress(new, map(ne, new.values(), map(old.get, new))))
        return suspects + [key for key in new.keys() - old.keys() if new[key] is None]

    def _list(self, path: str, old: list[JSON], new: list[JSON], depth: int) -> list[JSON]:
        start = self._differs_at(old, new)
        if start is None:
            return old
        old_end, new_end = self._trim(old, new, start)
        mark = len(self.delta)
        middle = self._middle(path, start, old[start:old_end], new[start:new_end], depth)
        if len(self.delta) == mark and not self._fast:
            return old
        result = [*old[:start], *middle, *old[old_end:]]
        if len(self.delta) - mark > _LONG_LIST_EDIT:
            ops: list[JSON] = [*self.delta[mark:]]
            if len(canonical(ops)) > len(canonical(result)) + len(path):
                del self.delta[mark:]
                self._op("replace", path, result)
        return result

    def _differs_at(self, old: list[JSON], new: list[JSON]) -> int | None:
        """The first index at which the lists differ, None if they are the same."""
        if self._fast:
            same = next(compress(count(), map(ne, old, new)), None)
        else:
            pairs = zip(old, new, strict=False)
            same = next((at for at, (a, b) in enumerate(pairs) if not self._same(a, b)), None)
        if same is None and len(old) != len(new):
            return min(len(old), len(new))
        return same

    def _trim(self, old: list[JSON], new: list[JSON], start: int) -> tuple[int, int]:
        """Where the common tail begins in each list, at `start` or later."""
        old_end, new_end = len(old), len(new)
        while (
            old_end > start and new_end > start and self._same(old[old_end - 1], new[new_end - 1])
        ):
            old_end -= 1
            new_end -= 1
        return old_end, new_end

    def _same(self, old: JSON, new: JSON) -> bool:
        if self._fast:
            return bool(old == new)
        if type(old) is dict or type(old) is list:
            return (type(new) is dict or type(new) is list) and equal(old, self._copy(new))
        return same_scalar(old, new)

    def _middle(
        self, path: str, at: int, old: list[JSON], new: list[JSON], depth: int
    ) -> list[JSON]:
        """Edit the differing stretch that begins at index `at`; return what takes its place."""
        result: list[JSON] = []
        if not old or not new:
            self._gap(path, at, old, new, result, depth, positional=True)
            return result
        if len(old) == len(new) == 1:
            self._gap(path, at, old, new, result, depth, positional=same_thing(old[0], new[0]))
            return result
        pairs, by_identity = anchors(old, new)
        here = there = 0
        for stay, goes in [*pairs, (len(old), len(new))]:
            gap_old, gap_new = old[here:stay], new[there:goes]
            self._gap(path, at, gap_old, gap_new, result, depth, positional=not by_identity)
            if stay < len(old):
                where = f"{path}/{at + len(result)}"
                result.append(self.value(where, old[stay], new[goes], depth + 1))
            here, there = stay + 1, goes + 1
        return result

    def _gap(
        self,
        path: str,
        at: int,
        old: list[JSON],
        new: list[JSON],
        result: list[JSON],
        depth: int,
        *,
        positional: bool,
    ) -> None:
        """Between two anchors: change elements in place if `positional`, then remove, then add."""
        paired = min(len(old), len(new)) if positional else 0
        for before, after in zip(old[:paired], new[:paired], strict=True):
            where = f"{path}/{at + len(result)}"
            result.append(self.value(where, before, after, depth + 1))
        for _ in old[paired:]:
            self.delta.append({"op": "remove", "path": f"{path}/{at + len(result)}"})
        for value in new[paired:]:
            where = f"{path}/{at + len(result)}"
            result.append(self._op("add", where, self._copy(value)))

    def _op(self, kind: str, path: str, value: JSON) -> JSON:
        self.delta.append({"op": kind, "path": path, "value": value})
        return value
