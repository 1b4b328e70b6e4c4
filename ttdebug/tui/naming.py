"""State paths between their two forms: a pointer into one state, and a name that outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug import paths
from ttdebug.replay.points import AnyPoint, Watchpoint
from ttdebug.view import names

if TYPE_CHECKING:
    from ttdebug.model import JSON, Value


def named(state: Value, pointer: str) -> paths.Path:
    """A pointer as a path that names list elements by their identity, where they have one."""
    return Elements().named(state, pointer)


class Elements:
    """Names many places in one state; what identifies a list's elements is looked up once."""

    def __init__(self) -> None:
        self._fields: dict[int, str | None] = {}

    def named(self, state: Value, pointer: str) -> paths.Path:
        """A pointer as a path that names list elements by their identity."""
        steps: list[paths.Step] = []
        value = state
        for segment in paths.split_pointer(pointer):
            step: paths.Step = paths.Key(segment)
            if isinstance(value, list) and segment.isdigit() and int(segment) < len(value):
                step = self._element(value, int(segment))
            steps.append(step)
            value = names.child(value, segment)
        return tuple(steps)

    def _element(self, items: list[JSON], index: int) -> paths.Step:
        if id(items) not in self._fields:
            self._fields[id(items)] = paths.identity(items)
        field, item = self._fields[id(items)], items[index]
        if field is not None and isinstance(item, dict):
            return paths.Ident(field, str(item[field]))
        return paths.Index(index)


def looked_at(point: AnyPoint) -> list[paths.Path]:
    """The state paths a breakpoint is about."""
    found = [point.path] if isinstance(point, Watchpoint) else []
    if point.condition is not None:
        found += [operand.path for operand in point.condition.operands if operand.path]
    return found


def as_pointer(path: paths.Path) -> str | None:
    """A path as a pointer, if it can be one whatever the state is."""
    if any(isinstance(step, paths.Ident) for step in path):
        return None
    return paths.pointer(str(step[0]) for step in path)
