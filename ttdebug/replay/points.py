"""The three kinds of points a person sets, and how they are kept in a session file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from ttdebug import paths
from ttdebug.errors import UsageError
from ttdebug.model import JSON, Object

if TYPE_CHECKING:
    from ttdebug.replay.conditions import AnyCondition, Condition
    from ttdebug.replay.conditions.counting import HitCondition
    from ttdebug.replay.templates import Template

Kind: TypeAlias = Literal["break", "watch", "log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What all kinds share. `timeline` is a name; None, as with `agent`, means any.

    `when` admits hits by their ordinal; a temporary point is deleted at its first stop; `log` is
    written where the point hits.
    """

    kind: ClassVar[Kind]
    number: int
    enabled: bool = True
    agent: str | None = None
    timeline: str | None = None
    when: HitCondition | None = None
    temporary: bool = False
    log: Template | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakpoint(Point):
    """Stops where its condition hits."""

    kind: ClassVar[Kind] = "break"
    condition: AnyCondition

    @property
    def text(self) -> str:
        """What it waits for, as it was typed."""
        return self.condition.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchpoint(Point):
    """Stops where a path in a state is written, if its condition holds there."""

    kind: ClassVar[Kind] = "watch"
    path: paths.Path
    condition: Condition | None = None

    @property
    def text(self) -> str:
        """What it waits for, as it can be typed."""
        path = paths.dotted(self.path)
        return path if self.condition is None else f"{path} if {self.condition.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logpoint(Point):
    """Collects a line where its condition hits, and never stops."""

    kind: ClassVar[Kind] = "log"
    condition: AnyCondition
    log: Template = field()

    @property
    def text(self) -> str:
        """What it writes, and where."""
        return f'log "{self.log.text}" if {self.condition.text}'


AnyPoint: TypeAlias = Breakpoint | Watchpoint | Logpoint


def to_json(point: AnyPoint) -> Object:
    """A point as plain JSON; what is as usual is left out."""
    data: Object = {"kind": point.kind, "number": point.number}
    if isinstance(point, Watchpoint):
        data["path"] = paths.dotted(point.path)
    if point.condition is not None:
        data["condition"] = point.condition.text
    if not point.enabled:
        data["enabled"] = False
    if point.temporary:
        data["temporary"] = True
    for name in ("agent", "timeline"):
        if (value := getattr(point, name)) is not None:
            data[name] = value
    if point.when is not None:
        data["hits"] = point.when.text
    if point.log is not None:
        data["log"] = point.log.text
    return data


def from_json(data: JSON) -> AnyPoint:
    """A point from a session file; raises UsageError where it is none."""
    if not isinstance(data, dict):
        raise UsageError("a breakpoint of a session file must be an object")
    number = data.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise UsageError("a breakpoint of a session file needs a number from 1")
    return make(
        _text(data, "kind") or "break",
        number=number,
        condition=_text(data, "condition"),
        path=_text(data, "path"),
        enabled=data.get("enabled") is not False,
        agent=_text(data, "agent"),
        timeline=_text(data, "timeline"),
        hits=_text(data, "hits"),
        temporary=data.get("temporary") is True,
        log=_text(data, "log"),
    )


def make(
    kind: str,
    *,
    number: int,
    condition: str | None = None,
    path: str | None = None,
    enabled: bool = True,
    agent: str | None = None,
    timeline: str | None = None,
    hits: str | None = None,
    temporary: bool = False,
    log: str | None = None,
) -> AnyPoint:
    """A point from the texts a person typed; raises UsageError, or one of its kinds."""
    from ttdebug.replay import conditions
    from ttdebug.replay.conditions.counting import compile_hits
    from ttdebug.replay.templates import Template

    when = None if hits is None else compile_hits(hits)
    template = None if log is None else Template.parse(log)
    if kind == "watch" and path is not None:
        guard = None if condition is None else conditions.compile_plain(condition)
        return Watchpoint(
            path=paths.parse(path), condition=guard, number=number, enabled=enabled, agent=agent,
            timeline=timeline, when=when, temporary=temporary, log=template,
        )  # fmt: skip
    read = None if condition is None else conditions.compile(condition)
    if kind == "break" and read is not None:
        return Breakpoint(
            condition=read, number=number, enabled=enabled, agent=agent, timeline=timeline,
            when=when, temporary=temporary, log=template,
        )  # fmt: skip
    if kind == "log" and read is not None and template is not None:
        return Logpoint(
            condition=read, log=template, number=number, enabled=enabled, agent=agent,
            timeline=timeline, when=when,
        )  # fmt: skip
    needs = {"watch": "a path", "break": "a condition", "log": "a condition and a text"}.get(kind)
    raise UsageError(f"a {kind} point needs {needs}" if needs else f"no kind of point: {kind}")


def _text(data: Mapping[str, JSON], name: str) -> str | None:
    value = data.get(name)
    if value is None or isinstance(value, str):
        return value
    raise UsageError(f"{name} of a breakpoint in a session file must be a text")
