"""A private copy of one agent's state that turns its next snapshot into a delta, fast.

An agent changes its state in place, so only reading all of it shows what changed. Reading is left
to C: every top-level value (a chunk) is encoded by orjson and compared with its bytes of last time
and, by `==`, with the copy. Where they differ, `==` finds the children that do, and the result is
encoded once more to prove it exact. What orjson would change in silence (tuples, enums, NaN) is
never equal to the copy kept here and takes the slow, strict way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

import orjson

from ttdebug.delta.equality import Delta, Op, equal, same_scalar
from ttdebug.delta.patch import apply
from ttdebug.delta.walk import Walk, share
from ttdebug.model import JSON, MISSING, Missing, Object, Value
from ttdebug.paths import escape

_EXACT: Final = (
    orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_SCALARS: Final = frozenset((str, int, float, bool, type(None)))
_MARK: Final = b'"$ttd"'
_MOST_CHUNKS = 64


class Shadow:
    """The last snapshot of one agent's state. Not thread-safe; shares nothing with the agent.

    `normalise` turns any object into strict JSON; without it snapshots have to be JSON already.
    """

    def __init__(self, normalise: Callable[[object], JSON] | None = None) -> None:
        self.state: JSON | Missing = MISSING
        self._copy = cast("Callable[[JSON], JSON]", normalise or plain)
        self._chunked = False
        self._encoded: dict[str | None, bytes] = {}  # by top-level key; None is the whole state
        self._odd: set[str | None] = set()  # chunks that hold what JSON lacks

    def update(self, snapshot: object) -> Delta | None:
        """The delta from the last snapshot to this one; None for the first, [] if nothing changed.

        Values in the delta are shared with `state` and never change afterwards.
        """
        try:
            return self._update(snapshot)
        except BaseException:
            self._forget_all()
            raise

    def advance(self, delta: Delta) -> None:
        """Apply a delta that is known already."""
        self.state = apply(self.state, delta)
        self._forget_all()

    def _update(self, snapshot: object) -> Delta | None:
        chunked = _is_chunked(snapshot)
        if chunked != self._chunked:
            self._forget_all()
            self._chunked = chunked
        value = cast(JSON, snapshot)
        before = self.state
        delta: Delta = []
        if chunked:
            state = before if isinstance(before, dict) else {}
            self.state = self._chunks(state, cast(Object, value).copy(), delta)
            if before is MISSING:
                return None
            if not isinstance(before, dict):
                return [{"op": "replace", "path": "", "value": self.state}]
        else:
            if before is MISSING:
                self.state = self._first(None, value)
                return None
            self.state = self._next(None, "", before, value, delta)
        return delta

    def _chunks(self, state: Object, snapshot: Object, delta: Delta) -> Object:
        result: Object = {}
        for key in state:
            if key not in snapshot:
                self._forget(key)
                delta.append({"op": "remove", "path": "/" + escape(key)})
        for key, value in snapshot.items():
            if key not in state:
                result[key] = self._first(key, value)
                delta.append({"op": "add", "path": "/" + escape(key), "value": result[key]})
            elif type(value) in _SCALARS:
                result[key] = self._scalar(key, state[key], value, delta)
            else:
                result[key] = self._next(key, "/" + escape(key), state[key], value, delta)
        return result

    def _scalar(self, key: str, before: JSON, value: JSON, delta: Delta) -> JSON:
        if value is before or same_scalar(value, before):
            return before
        after = self._copy(value)
        if not equal(before, after):
            self._forget(key)
            op: Op = {"op": "replace", "path": "/" + escape(key), "value": after}
            delta.append(op)
        return after

    def _first(self, key: str | None, value: JSON) -> JSON:
        """A chunk that was not there before, as JSON of our own."""
        copy = self._copy(value)
        if type(value) not in _SCALARS:
            self._remember(key, value, _encode(copy))
        return copy

    def _next(self, key: str | None, path: str, before: JSON, value: JSON, delta: Delta) -> JSON:
        """Record how a chunk changed and return it as JSON of our own."""
        if key not in self._odd:
            encoded = _encode(value)
            if encoded is not None:
                after = self._quick(key, path, before, value, encoded, delta)
                if after is not MISSING:
                    return after
        copy = self._copy(value)
        encoded = _encode(copy)
        if encoded is None or encoded != self._encoded.get(key):
            walk = Walk(share)
            walk.value(path, before, copy, 0)
            delta.extend(walk.delta)
        self._remember(key, value, encoded)
        return copy

    def _quick(
        self, key: str | None, path: str, before: JSON, value: JSON, encoded: bytes, delta: Delta
    ) -> Value:
        """The chunk if it could be proven exact in C, else MISSING."""
        try:
            if encoded == self._encoded.get(key):
                return before if value == before else MISSING
            if _MARK in encoded:
                return MISSING
            walk = Walk(self._copy, fast=True)
            after = walk.value(path, before, value, 0)
        except (RuntimeError, LookupError):  # changed by another thread while we looked
            return MISSING
        if _encode(after) != encoded:
            return MISSING
        self._encoded[key] = encoded
        delta.extend(walk.delta)
        return after

    def _remember(self, key: str | None, value: JSON, encoded: bytes | None) -> None:
        """Keep the bytes of our copy, and whether the agent's value has the same."""
        self._forget(key)
        if encoded is not None:
            self._encoded[key] = encoded
        if encoded is None or encoded != _encode(value):
            self._odd.add(key)

    def _forget(self, key: str | None) -> None:
        self._encoded.pop(key, None)
        self._odd.discard(key)

    def _forget_all(self) -> None:
        self._encoded.clear()
        self._odd.clear()


def plain(value: object) -> JSON:
    """A copy of JSON that shares no container with it; tuples become lists, to any depth.

    Raises TypeError for anything that is not JSON.
    """
    result: list[JSON] = [None]
    pending: list[tuple[dict[str, JSON] | list[JSON], str | int, object]] = [(result, 0, value)]
    while pending:
        holder, key, node = pending.pop()
        copy: JSON
        if isinstance(node, dict):
            copy = dict.fromkeys(node)
            pending.extend((copy, name, child) for name, child in node.items())
        elif isinstance(node, (list, tuple)):
            copy = [None] * len(node)
            pending.extend((copy, at, child) for at, child in enumerate(node))
        elif node is None or isinstance(node, (str, int, float)):
            copy = node
        else:
            raise TypeError(f"not JSON: {type(node).__name__}")
        if isinstance(holder, dict):
            holder[str(key)] = copy
        else:
            holder[int(key)] = copy
    return result[0]


def _is_chunked(snapshot: object) -> bool:
    return (
        type(snapshot) is dict
        and len(snapshot) <= _MOST_CHUNKS
        and "$ttd" not in snapshot
        and all(type(key) is str and key.isprintable() for key in snapshot)
    )


def _encode(value: JSON) -> bytes | None:
    """As orjson writes it; None for what it refuses: big integers, surrogates, other types."""
    try:
        return orjson.dumps(value, option=_EXACT)
    except TypeError:
        return None
