"""From a snapshot or a delta to what is stored of it."""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from ttdebug.delta import Delta, Shadow, apply, make
from ttdebug.model import JSON, MISSING
from ttdebug.store import codec, fold, schema
from ttdebug.store.blobs import Blobs
from ttdebug.store.lines import Track

_MADE: Final = frozenset(("add", "remove", "replace"))


class Change(NamedTuple):
    """What an event does to a state, ready to be stored."""

    flags: int = 0
    ops: Delta | None = None  # None or empty: no row in deltas
    text: bytes = b""  # of the operations, empty if the state is stored as a whole
    keyframe: bytes = b""  # of the state, if it has to be stored as a whole with the event
    counts: tuple[int, int, int] = (0, 0, 0)  # paths added, changed, removed
    due: bool = False  # whether it had better be stored as a whole some time soon


NO_STATE: Final = Change()


def changed(track: Track, blobs: Blobs, state: object, delta: Delta | None) -> Change:
    """Bring a track's shadow up to date with a snapshot, or a delta, and tell what to store."""
    shadow = track.shadow
    ops = shadow.update(state) if delta is None else _advance(shadow, delta)
    whole = cast(JSON, shadow.state)  # there is one after any snapshot or delta
    if ops is None:
        text = blobs.encode(whole)
        track.long = codec.MARK in text
        first: Delta = [{"op": "add", "path": "", "value": whole}]
        return Change(schema.STATE | schema.FIRST, first, keyframe=text)
    if not ops:
        return Change(schema.STATE)
    stored = fold.compact(ops)
    text = blobs.encode(stored)
    track.long = track.long or codec.MARK in text
    due = track.due(len(text), len(ops))
    keyframe = b""
    # A track starts with a whole state, and what moves by known deltas is not kept as it was.
    if track.id is None or (due and delta is not None):
        due = False
        keyframe = blobs.encode(whole, long=track.long)
    return Change(schema.STATE, ops, text, keyframe, _counts(stored), due)


def _counts(stored: fold.Compact) -> tuple[int, int, int]:
    """How many paths are added, changed and removed: operations of three, two and one parts."""
    added = changed = removed = 0
    for op in stored:
        if len(op) == 2:
            changed += 1
        elif len(op) == 1:
            removed += 1
        elif op[0]:  # adding a root is no change
            added += 1
    return added, changed, removed


def _advance(shadow: Shadow, delta: Delta) -> Delta | None:
    """Apply a delta; returns it in the operations that are stored, None for a first state."""
    before = shadow.state
    if before is MISSING:
        if not delta:
            raise ValueError("a state has to be given before its changes")
        shadow.advance(delta)
        return None
    if any(op["op"] not in _MADE for op in delta):
        delta = make(before, apply(before, delta))
    shadow.advance(delta)
    return delta
