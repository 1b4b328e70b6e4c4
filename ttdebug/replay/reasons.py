"""Why a condition hit, in a few words: the values it looked at, and from what they changed."""

from __future__ import annotations

import json
from typing import Final

from ttdebug.delta import equal
from ttdebug.model import MISSING, Value
from ttdebug.replay.conditions import Condition, Frame
from ttdebug.replay.frames import IndexedFrame, SeekFrame
from ttdebug.store.trace import Trace

_PARTS: Final = 3
_WIDTH: Final = 40


def reason(condition: Condition, frame: Frame) -> str:
    """Plain text such as `state.budget.remaining 12.5 → null`; values come from the trace raw."""
    changed: list[str] = []
    same: list[str] = []
    for operand in condition.reads.operands:
        new = operand.value_in(frame.state(operand.agent))
        old = operand.value_in(frame.before(operand.agent))
        if new is old or equal(new, old):
            same.append(f"{operand.label} {short(new)}")
        else:
            changed.append(f"{operand.label} {short(old)} → {short(new)}")
    seen = [f"{label} {short(value)}" for label, value in condition.event_values(frame)]
    return ", ".join([*changed, *(seen if changed else [*same, *seen])][:_PARTS])


def reason_at(trace: Trace, condition: Condition, timeline: int, seq: int) -> str:
    """The same for an event of a timeline, whose states are looked up."""
    operands = condition.operands
    indexed = IndexedFrame.fits(operands)
    frame = IndexedFrame(trace, timeline, operands) if indexed else SeekFrame(trace, timeline)
    frame.stand_at(seq)
    return reason(condition, frame)


def short(value: Value) -> str:
    """A value as JSON on one line, cut where it gets long; large ones by their size."""
    if value is MISSING:
        return "missing"
    if isinstance(value, list) and (len(value) > _PARTS or any(map(_large, value))):
        return f"[{len(value)} items]"
    if isinstance(value, dict) and (len(value) > _PARTS or any(map(_large, value.values()))):
        return f"{{{len(value)} keys}}"
    if isinstance(value, str):
        value = value[: _WIDTH + 1]
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _large(value: Value) -> bool:
    return isinstance(value, (list, dict)) or (isinstance(value, str) and len(value) > _WIDTH)
