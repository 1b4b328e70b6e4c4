"""Patches that a file holds: RFC 6902 lists and RFC 7386 merge objects, applied within bounds."""

from __future__ import annotations

from typing import Final

from ttdebug import delta
from ttdebug.errors import PathSyntaxError, TraceError
from ttdebug.model import JSON, Missing, Object, Value
from ttdebug.paths import Key, resolve, split_pointer

MOST_COPIED: Final = 1_000_000
"""Values that the `copy` operations of a file may add; each of a few could double the state."""

_OURS: Final = frozenset(("add", "remove", "replace"))


class PatchError(ValueError):
    """A patch that does not fit the state it is applied to."""


class Patcher:
    """Applies the patches of one file."""

    def __init__(self) -> None:
        self._copied = 0

    def patched(self, state: JSON, patch: Value) -> JSON:
        """The state after a patch of either kind; raises PatchError where it does not fit."""
        if not isinstance(patch, list):
            return _merged(state, patch)
        ops = [op for op in patch if isinstance(op, dict)]
        if not all(op.get("op") in _OURS for op in ops):
            return self._foreign(state, ops)
        try:
            return delta.apply(state, ops)
        except TraceError as error:
            raise PatchError(str(error)) from None

    def _foreign(self, state: JSON, ops: list[Object]) -> JSON:
        """What no recording of ours holds (move, copy, test) is for the standard's library."""
        from jsonpatch import JsonPatchException, JsonPointerException, apply_patch

        try:
            for op in ops:
                if op.get("op") == "copy":
                    self._spend(state, op)
                state = apply_patch(state, [op])
        except (JsonPatchException, JsonPointerException, PathSyntaxError) as error:
            raise PatchError(str(error)) from None
        except RecursionError:
            raise PatchError("the state is nested too deeply") from None
        return state

    def _spend(self, state: JSON, op: Object) -> None:
        source = tuple(map(Key, split_pointer(str(op.get("from", "")))))
        pending = [resolve(state, source)]
        while pending:
            value = pending.pop()
            self._copied += 1
            if self._copied > MOST_COPIED:
                raise PatchError(f"the copies of this file exceed {MOST_COPIED:,} values")
            if isinstance(value, dict | list):
                pending.extend(value.values() if isinstance(value, dict) else value)


def _merged(state: JSON, patch: Value) -> JSON:
    """RFC 7386: null removes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return None if isinstance(patch, Missing) else patch
    merged = dict(state) if isinstance(state, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged
