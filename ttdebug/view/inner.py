"""A write in two short texts: of a container what it changed inside, which the whole hides."""

from __future__ import annotations

from typing import Final

from ttdebug.analyze.compare import compare
from ttdebug.model import Change, Value
from ttdebug.paths import split_pointer
from ttdebug.view import cells, names, values
from ttdebug.view.gate import Safe, lit
from ttdebug.view.tagged import tagged

_COUNTED: Final = 100
_PATH: Final = 20


def told(old: Value, new: Value, room: int) -> tuple[Safe, Safe]:
    """What was and what became of it, each about `room` characters.

    `T3.assignee “dev0”` and `null, +2 more` where a container changed inside, else both values.
    """
    changes = compare(old, new, limit=_COUNTED + 1) if inside(old, new) else []
    if not changes:
        return values.short(old, room), values.short(new, room)
    first, more = changes[0], len(changes) - 1
    path = cells.fit_left(_name(old, new, first), _PATH)
    left = room - cells.width(path)
    was, became = values.short(first.old, left), values.short(first.new, left)
    if first.kind == "moved":
        was, became = lit(f"[{first.old}]"), lit(f"[{first.new}]")
    count = f"{more}" if more < _COUNTED else f"at least {_COUNTED}"
    return lit(f"{path} {was}"), lit(became + (f", +{count} more" if more else ""))


def inside(old: Value, new: Value) -> bool:
    """Whether both are containers of one kind, so that what changed in them is told."""
    both = (isinstance(old, dict) and isinstance(new, dict)) or (
        isinstance(old, list) and isinstance(new, list)
    )
    return both and bool(old) and bool(new) and tagged(old) is None and tagged(new) is None


def _name(old: Value, new: Value, change: Change) -> Safe:
    side = old if change.kind == "removed" else new
    return names.Names(side).dotted(split_pointer(change.path))
