"""The JSON objects that comparisons print: of states, of prompts, of what two runs did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.model import Change, Value
from ttdebug.view.records import Record, present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ttdebug.analyze.align import Alignment, Line
    from ttdebug.analyze.context import ContextDiff, MessageChange
    from ttdebug.analyze.prompts import Call


def change_record(change: Change) -> Record:
    """A difference between two states; a side that does not exist is null."""
    return {
        "path": change.path,
        "kind": change.kind,
        "old": present(change.old),
        "new": present(change.new),
    }


def equal_record(path: str, value: Value) -> Record:
    """A path that was written and is as it was, in the form of a difference."""
    return {"path": path, "kind": "equal", "old": present(value), "new": present(value)}


def context_record(found: ContextDiff) -> Record:
    """What a model was told in two calls: both calls, every message in order, the settings."""
    return {
        "old": _call_record(found.old),
        "new": _call_record(found.new),
        "counts": dict.fromkeys(("kept", "injected", "dropped", "changed", "truncated"), 0)
        | found.counts(),
        "messages": [_message_record(found, change) for change in found.messages],
        "settings": [change_record(change) for change in found.settings],
    }


def _call_record(call: Call) -> Record:
    return {
        "seq": call.event.seq,
        "timeline": call.event.timeline,
        "agent": call.event.agent,
        "model": call.event.name,
        "messages": len(call.messages),
        "tokens": call.tokens,
        "source": call.source,
    }


def _message_record(found: ContextDiff, change: MessageChange) -> Record:
    old, new = found.texts(change)
    either = new or old
    return {
        "kind": change.kind,
        "role": either.role if either else None,
        "old_index": change.old,
        "new_index": change.new,
        "old": None if old is None else old.value,
        "new": None if new is None else new.value,
    }


def alignment_records(alignment: Alignment, files: tuple[str, str]) -> Iterator[Record]:
    """First what the two sides are and where they part, then every stretch in order."""
    first = alignment.first
    yield {
        "record": "alignment",
        "a": _side_record(alignment.a, files[0]),
        "b": _side_record(alignment.b, files[1]),
        "aligned": alignment.aligned,
        "counts": dict.fromkeys(("same", "outcome", "changed", "removed", "added"), 0)
        | alignment.counts(),
        "first_divergence": None
        if first is None
        else {
            "kind": first.stretch.kind,
            "differs": list(first.stretch.differs),
            "after": {"a": first.shared_a.seq, "b": first.shared_b.seq},
            "a": first.a.seq if first.stretch.a else None,
            "b": first.b.seq if first.stretch.b else None,
        },
    }
    for stretch in alignment.stretches:
        yield {
            "record": "stretch",
            "kind": stretch.kind,
            "differs": list(stretch.differs),
            "a": _rows_record(alignment.a, stretch.a),
            "b": _rows_record(alignment.b, stretch.b),
        }


def _side_record(side: Line, file: str) -> Record:
    timeline = side.trace.timelines[side.timeline]
    return {"file": file, "run": timeline.run, "timeline": timeline.name, "events": len(side)}


def _rows_record(side: Line, rows: range) -> Record | None:
    """A stretch on one side by its first and last event; null where it has none."""
    if not rows:
        return None
    return {
        "first": side.position(rows.start).seq,
        "last": side.position(rows.stop - 1).seq,
        "events": len(rows),
    }
