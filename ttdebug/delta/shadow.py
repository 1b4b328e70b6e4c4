"""A private copy of one agent's state that turns its next snapshot into a delta, fast.

An agent changes its state in place, so only reading all of it shows what changed. Reading is left
to C: every top-level value (a chunk) is encoded by orjson and compared with its bytes of last time.
Where they differ, `==` finds the children that do, and the result is encoded once more to prove it
exact. What orjson would change in silence (tuples, enums, NaN) is never equal to the copy kept here
and takes the slow, strict way. A chunk whose bytes stayed is compared by `==` too if it is small or
holds a null (which may be a NaN now). A few edits of a large chunk are found in its bytes instead,
which takes no look at the rest of it. So the one change that can be noticed late, when the same
chunk next changes otherwise, is a large list that became a tuple of the very same content, or an
enum its own value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

import orjson

from ttdebug.delta.equality import SCALARS, Delta, Op, equal, same_scalar
from ttdebug.delta.patch import Draft
from ttdebug.delta.plain import plain
from ttdebug.delta.splice import MANY, MOST_EDITS, Layout
from ttdebug.delta.walk import SHARE, Copy, Walk, needs_no_copy
from ttdebug.model import JSON, MISSING, Missing, Object, Value
from ttdebug.paths import escape

_EXACT: Final = (
    orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_MARK: Final = b'"$ttd"'
_MOST_CHUNKS = 64  # keys; a wider state is one chunk
_MOST_OWNED = 1024  # containers of a draft, which keeps them alive even when they left the state
_SMALL = 2048  # bytes


class Shadow:
    """The last snapshot of one agent's state. Not thread-safe; shares nothing with the agent.

    `normalise` turns any object into strict JSON, the same way each time and a text that it made
    into itself; without it snapshots have to be JSON already.
    """

    def __init__(self, normalise: Callable[[object], JSON] | None = None) -> None:
        self.state: JSON | Missing = MISSING
        self._copy = Copy(normalise or plain)
        self._draft: Draft | None = None  # of the state, while it moves by known deltas
        self._keys: list[str] | None = None  # of a state read chunk by chunk
        self._paths: dict[str | None, str] = {None: ""}  # of those chunks, or of the only one
        self._encoded: dict[str | None, bytes] = {}  # by top-level key; None is the whole state
        self._odd: set[str | None] = set()  # chunks that hold what JSON lacks
        self._proven: set[str | None] = set()  # chunks whose bytes say enough
        self._layouts: dict[str | None, Layout] = {}  # of large objects that changed before

    def update(self, snapshot: object) -> Delta | None:
        """The delta from the last snapshot to this one; None for the first, [] if nothing changed.

        Values in the delta are shared with `state` and never change afterwards.
        """
        before = self.state
        delta: Delta = []
        try:
            if type(snapshot) is dict and type(before) is dict and list(snapshot) == self._keys:
                self.state = self._same_keys(before, snapshot.copy(), delta)
                return delta
            return self._update(before, cast(JSON, snapshot), delta)
        except BaseException:
            self._forget_all()
            raise

    def advance(self, delta: Delta) -> None:
        """Apply a delta that is known already.

        What earlier calls have copied is written in place: `state` as it was before is lost, and
        a list that grows is not copied each time. Raises TraceError as `delta.apply` does; the
        state is then between the two.
        """
        draft = self._draft
        if draft is None or draft.state is not self.state or draft.owned > _MOST_OWNED:
            draft = self._draft = Draft(self.state)
        for op in delta:
            draft.run(op)
        self.state = draft.done()
        self._forget_all()

    def _update(self, before: Value, snapshot: JSON, delta: Delta) -> Delta | None:
        """The same for a snapshot that may have other keys than the last one."""
        if type(snapshot) is dict and self._is_chunked(snapshot):
            if self._keys is None:
                self._forget_all()
            chunks = snapshot.copy()
            self._keys = list(chunks)
            self._paths = {key: "/" + escape(key) for key in chunks}
            if not isinstance(before, dict):
                self.state = {key: self._first(key, chunk) for key, chunk in chunks.items()}
                op: Op = {"op": "replace", "path": "", "value": self.state}
                return None if before is MISSING else [op]
            self.state = self._other_keys(before, chunks, delta)
        else:
            if self._keys is not None:
                self._forget_all()
            if before is MISSING:
                self.state = self._first(None, snapshot)
                return None
            self.state = self._next(None, before, snapshot, delta)
        return delta

    def _same_keys(self, state: Object, snapshot: Object, delta: Delta) -> Object:
        changed: Object = {}
        known, proven, odd, dumps = self._encoded, self._proven, self._odd, orjson.dumps
        for key, value, before in zip(state, snapshot.values(), state.values(), strict=True):
            if type(value) in SCALARS:
                if value is before:
                    continue
                after = self._scalar(key, before, value, delta)
            else:
                encoded = None
                if key not in odd:
                    try:
                        encoded = dumps(value, option=_EXACT)
                    except TypeError:
                        pass
                    else:
                        if encoded == known.get(key) and (key in proven or value == before):
                            continue
                after = self._changed(key, before, value, encoded, delta)
            if after is not before:
                changed[key] = after
        return {**state, **changed} if changed else state

    def _other_keys(self, state: Object, snapshot: Object, delta: Delta) -> Object:
        result: Object = {}
        for key in state:
            if key not in snapshot:
                self._forget(key)
                delta.append({"op": "remove", "path": "/" + escape(key)})
        for key, value in snapshot.items():
            if key in state:
                result[key] = self._next(key, state[key], value, delta)
            else:
                result[key] = self._first(key, value)
                delta.append({"op": "add", "path": self._paths[key], "value": result[key]})
        return result

    def _first(self, key: str | None, value: JSON) -> JSON:
        """A chunk that was not there before, as JSON of our own."""
        copy = self._own(key, value)
        self._remember(key, value, None if type(value) in SCALARS else _encode(copy))
        return copy

    def _next(self, key: str | None, before: JSON, value: JSON, delta: Delta) -> JSON:
        """Record how a chunk changed, if it did, and return it as JSON of our own."""
        if type(value) in SCALARS:
            return self._scalar(key, before, value, delta)
        encoded = None if key in self._odd else _encode(value)
        if encoded is not None and encoded == self._encoded.get(key) and value == before:
            return before
        return self._changed(key, before, value, encoded, delta)

    def _changed(
        self, key: str | None, before: JSON, value: JSON, encoded: bytes | None, delta: Delta
    ) -> JSON:
        """The same for what has other bytes than last time, or may mean something else by them."""
        if (
            encoded is not None
            and encoded != self._encoded.get(key)
            and (key in self._copy.plain or not self._hides(key))
            and not (b"$" in encoded and _MARK in encoded)
        ):
            after = self._quick(key, before, value, encoded, delta)
            if after is not MISSING:
                return after
        copy = self._own(key, value)
        encoded = _encode(copy)
        if encoded is None or encoded != self._encoded.get(key):
            copy = _compare(self._paths[key], before, copy, encoded, delta)
        self._remember(key, value, encoded)
        return copy

    def _scalar(self, key: str | None, before: JSON, value: JSON, delta: Delta) -> JSON:
        if same_scalar(value, before):
            return before
        plain = needs_no_copy(value) and (key in self._copy.plain or not self._hides(key))
        after = value if plain else self._own(key, value)
        if after is not value or type(before) not in SCALARS:
            if equal(before, after):
                return before
            self._forget(key)
        delta.append({"op": "replace", "path": self._paths[key], "value": after})
        return after

    def _quick(
        self, key: str | None, before: JSON, value: JSON, encoded: bytes, delta: Delta
    ) -> Value:
        """The changed chunk if it could be proven exact in C, else MISSING."""
        walk = Walk(self._copy, fast=True)
        path = self._paths[key]
        after: Value = MISSING
        try:
            if type(value) is dict and type(before) is dict and len(before) >= MANY:
                after = self._large(key, path, before, value, encoded, walk)
            elif type(value) is list and type(before) is list and len(value) > len(before) > 0:
                after = self._longer(key, path, before, value, encoded, walk)
            if after is MISSING:
                after = self._walked(key, path, before, value, encoded, walk)
        except (RuntimeError, LookupError, TypeError):  # another thread changed it meanwhile
            return MISSING
        if after is not MISSING:
            delta.extend(walk.delta)
        return after

    def _walked(
        self, key: str | None, path: str, before: JSON, value: JSON, encoded: bytes, walk: Walk
    ) -> Value:
        walk.delta.clear()
        after = walk.value(path, before, value, 0)
        if _encode(after) != encoded:
            return MISSING
        self._keep(key, encoded)
        if type(after) is dict and len(after) >= MANY and len(walk.delta) <= MOST_EDITS:
            self._layouts[key] = Layout(after)
        return after

    def _large(
        self, key: str | None, path: str, before: Object, value: Object, encoded: bytes, walk: Walk
    ) -> Value:
        """An object of many children, of which few changed."""
        layout, old = self._layouts.pop(key, None), self._encoded.get(key)
        edits = layout.edits(old, encoded, value) if layout and old else None
        if layout is None or edits is None:
            return MISSING
        after = before.copy()
        for name in edits.removed:
            walk.remove(path, name)
            del after[name]
        for name, text in edits.replaced.items():
            after[name] = walk.child(path, name, before[name], value[name])
            if orjson.dumps(after[name], option=_EXACT) != text:
                return MISSING
        for name, text in edits.added.items():
            after[name] = walk.add(path, name, value[name])
            if orjson.dumps(after[name], option=_EXACT) != text:
                return MISSING
        text = b"".join((*edits.replaced.values(), *edits.added.values()))
        if not self._is_still_proven(key, text) and after != value:
            return MISSING
        self._encoded[key] = encoded
        self._layouts[key] = layout
        return after

    def _longer(
        self,
        key: str | None,
        path: str,
        before: list[JSON],
        value: list[JSON],
        encoded: bytes,
        walk: Walk,
    ) -> Value:
        """A list to which something was appended."""
        old = self._encoded.get(key)
        if old is None or not encoded.startswith(old[:-1]):
            return MISSING
        after = walk.appended(path, before, value)
        text = orjson.dumps(after[len(before) :], option=_EXACT)
        if encoded[len(old) - 1 :] != b"," + text[1:]:
            return MISSING
        if not self._is_still_proven(key, text) and after != value:
            return MISSING
        self._encoded[key] = encoded
        return after

    def _is_still_proven(self, key: str | None, text: bytes) -> bool:
        """Whether the bytes of a chunk say enough, now that `text` is part of it."""
        if key in self._proven and b"null" in text:
            self._proven.discard(key)
        return key in self._proven

    def _hides(self, key: str | None) -> bool:
        return key is not None and self._copy.hides(key)

    def _own(self, key: str | None, value: JSON) -> JSON:
        """A chunk as JSON of our own; its key may have a say in what is kept of it."""
        return self._copy.value(value) if key is None else self._copy.named(key, value)

    def _remember(self, key: str | None, value: JSON, encoded: bytes | None) -> None:
        """Keep the bytes of our copy, and whether the agent's value has the same."""
        self._forget(key)
        if encoded is not None:
            self._keep(key, encoded)
            if encoded != _encode(value):
                self._odd.add(key)

    def _keep(self, key: str | None, encoded: bytes) -> None:
        self._encoded[key] = encoded
        if len(encoded) > _SMALL and encoded.rfind(b"null") < 0:
            self._proven.add(key)
        else:
            self._proven.discard(key)

    def _forget(self, key: str | None) -> None:
        self._encoded.pop(key, None)
        self._odd.discard(key)
        self._proven.discard(key)
        self._layouts.pop(key, None)

    def _is_chunked(self, snapshot: Object) -> bool:
        """Whether each member can be read by itself."""
        if len(snapshot) > _MOST_CHUNKS or "$ttd" in snapshot:
            return False
        if not set(map(type, snapshot)) <= {str} or _encode("".join(snapshot)) is None:
            return False
        copy = self._copy
        return not copy.beside(snapshot) and all(copy.key(key) == key for key in snapshot)

    def _forget_all(self) -> None:
        self._encoded.clear()
        self._odd.clear()
        self._proven.clear()
        self._layouts.clear()
        self._keys = None
        self._paths = {None: ""}


def _compare(path: str, before: JSON, after: JSON, encoded: bytes | None, delta: Delta) -> JSON:
    """Record how JSON of our own changed: in C, and where that is not exact, in full."""
    walk = Walk(SHARE, fast=True)
    result = walk.value(path, before, after, 0) if encoded is not None else after
    if encoded is None or _encode(result) != encoded:
        walk = Walk(SHARE)
        walk.value(path, before, after, 0)
        result = after
    delta.extend(walk.delta)
    return result


def _encode(value: JSON) -> bytes | None:
    """As orjson writes it; None for what it refuses: big integers, surrogates, other types."""
    try:
        return orjson.dumps(value, option=_EXACT)
    except TypeError:
        return None
