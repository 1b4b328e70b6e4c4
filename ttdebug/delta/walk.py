"""Making deltas: one walk over two states that finds list edits as edits."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import compress, count
from math import isfinite
from operator import ne
from typing import Final

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
    walk = Walk(SHARE)
    walk.value("", old, new, 0)
    return walk.delta


def share(value: JSON) -> JSON:
    """The copy of a state that nobody is going to change: itself."""
    return value


def needs_no_copy(value: JSON) -> bool:
    """Whether any reading of JSON would leave this scalar as it is: not so for text and NaN."""
    if type(value) is int:
        return -(2**63) <= value < 2**63
    if type(value) is float:
        return isfinite(value)
    return value is None or type(value) is bool


def _never(_: object) -> bool:
    return False


class Copy:
    """How values of a new state become ours; `named` also sees the key they stand under.

    `hides` tells of a key that nothing under it is read without it, `key` what is kept of a key,
    `beside` of a list or object that its parts are not read one by one. Keys known as `plain` are
    kept as they are and hide nothing.
    """

    def __init__(self, read: Callable[[JSON], JSON]) -> None:
        self.value = read
        named: Callable[[str, JSON], JSON] | None = getattr(read, "named", None)
        self.named = named or (lambda _, value: read(value))
        self.plain: Collection[str] = getattr(read, "plain", ())
        self.hides: Callable[[str], bool] = getattr(read, "hides", _never)
        self.key: Callable[[str], str] = getattr(read, "key", str)
        self.beside: Callable[[JSON], bool] = getattr(read, "beside", _never)


SHARE: Final = Copy(share)


class Walk:
    """One comparison in progress: collects operations in `delta` and rebuilds the new state.

    A `fast` walk leaves out what `==` calls equal, so that True may pass for 1, and keeps the new
    order of keys: its caller has to compare the encoded result.
    """

    __slots__ = ("_copy", "_fast", "delta")

    def __init__(self, copy: Copy, *, fast: bool = False) -> None:
        self.delta: Delta = []
        self._copy = copy
        self._fast = fast

    def value(self, path: str, old: JSON, new: JSON, depth: int) -> JSON:
        """Record what turns `old` into `new` at `path`; return the new value, sharing with old."""
        if type(new) in SCALARS:
            if same_scalar(old, new):
                return old
            if needs_no_copy(new):
                return self._op("replace", path, new)
        elif depth < MAX_DEPTH and not self._copy.beside(new):
            if type(new) is dict and type(old) is dict:
                return self._object(path, old, new, depth)
            if type(new) is list and type(old) is list:
                return self._list(path, old, new, depth)
        copy = self._copy.value(new)
        if equal(old, copy):
            return old
        return self._op("replace", path, copy)

    def child(self, path: str, key: str, old: JSON, new: JSON, depth: int = 1) -> JSON:
        """As `value`, for what stands under `key` of the object at `path`."""
        path = f"{path}/{escape(key)}"
        if type(new) is not str and (key in self._copy.plain or not self._copy.hides(key)):
            return self.value(path, old, new, depth)
        copy = self._copy.named(key, new)
        return old if equal(old, copy) else self._op("replace", path, copy)

    def add(self, path: str, key: str, new: JSON) -> JSON:
        """Record a new child of the object at `path`; return its copy.

        Raises LookupError for a key that cannot be kept as it is.
        """
        if self._copy.key(key) != key:
            raise LookupError(key)
        return self._op("add", f"{path}/{escape(key)}", self._copy.named(key, new))

    def remove(self, path: str, key: str) -> None:
        """Record that a child of the object at `path` is gone."""
        self.delta.append({"op": "remove", "path": f"{path}/{escape(key)}"})

    def appended(self, path: str, old: list[JSON], new: list[JSON]) -> list[JSON]:
        """Record what `new` has more than `old` at its end; return the longer list."""
        result = old.copy()
        for value in new[len(old) :]:
            result.append(self._op("add", f"{path}/{len(result)}", self._copy.value(value)))
        return result

    def _object(self, path: str, old: Object, new: Object, depth: int) -> JSON:
        same_keys = list(old) == list(new)
        if not same_keys:
            for key in old:
                if key not in new:
                    self.remove(path, key)
        changed: Object = {}
        for key in self._candidates(old, new, same_keys):
            if key in old:
                before = old[key]
                after = self.child(path, key, before, new[key], depth + 1)
                if after is not before:
                    changed[key] = after
            else:
                changed[key] = self.add(path, key, new[key])
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
        if len(old) == len(new) == 1:  # no need to look for what stayed
            start, old_end, new_end = 0, 1, 1
        else:
            found = self._differs_at(old, new)
            if found is None:
                return old
            start = found
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
        most = min(len(old), len(new)) - start
        if self._fast:
            differs = map(ne, reversed(old), reversed(new))
            tail = next(compress(count(), differs), most)
        else:
            pairs = zip(reversed(old), reversed(new), strict=False)
            tail = next((at for at, (a, b) in enumerate(pairs) if not self._same(a, b)), most)
        tail = min(tail, most)
        return len(old) - tail, len(new) - tail

    def _same(self, old: JSON, new: JSON) -> bool:
        if type(old) is dict or type(old) is list:
            return equal(old, new)
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
                before, after = old[stay], new[goes]
                if not self._fast or before != after:
                    before = self.value(f"{path}/{at + len(result)}", before, after, depth + 1)
                result.append(before)
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
            result.append(self._op("add", where, self._copy.value(value)))

    def _op(self, kind: str, path: str, value: JSON) -> JSON:
        self.delta.append({"op": kind, "path": path, "value": value})
        return value
