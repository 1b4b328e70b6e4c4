"""Moments that a question led to, each with what it says beyond its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ttdebug.analyze import causality, check, drift, history, search
from ttdebug.api.moment import Moment
from ttdebug.api.own import own
from ttdebug.model import JSON, EdgeKind, Position, Value
from ttdebug.replay import hits
from ttdebug.view import records
from ttdebug.view.values import short

if TYPE_CHECKING:
    from ttdebug.analyze.rules import Kind
    from ttdebug.api.recording import Recording
    from ttdebug.replay.writes import WriteOp


class Hit(Moment):
    """Where a condition hits: `hits` is its ordinal on the timeline, `reason` the values seen."""

    def __init__(self, recording: Recording, found: hits.Hit) -> None:
        super().__init__(recording, found.position)
        self._found = found

    @property
    def hits(self) -> int:
        """Which hit of the timeline it is, from 1, in both directions."""
        return self._found.hits

    @property
    def reason(self) -> str:
        """The values that made it hit, such as `state.budget.remaining 12.5 → null`."""
        return self._found.reason

    def to_dict(self) -> dict[str, object]:
        """As `ttdebug break --json` prints it."""
        return own(records.hit_record(self._trace, self._found))

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        return {"hit": self.hits, **super().cells(), "reason": self.reason}


class Write(Moment):
    """A write of a state path; `old` and `new` are MISSING where there was or is no value."""

    def __init__(self, recording: Recording, found: history.Write, timeline: int) -> None:
        super().__init__(recording, Position(timeline, found.seq))
        self._found = found
        self.old: Value = own(found.old)
        self.new: Value = own(found.new)

    @property
    def path(self) -> str:
        """The JSON Pointer of the value at that moment."""
        return self._found.path

    @property
    def op(self) -> WriteOp:
        """What was done to it: add, replace or remove."""
        return self._found.op

    @property
    def equal(self) -> bool:
        """Whether the write left the value as it was."""
        return self._found.equal

    def to_dict(self) -> dict[str, object]:
        """As `ttdebug history --json` prints it."""
        return own(records.write_record(self._found))

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        return {
            **super().cells(),
            "path": self.path,
            "op": self.op,
            "old": short(self.old),
            "new": short(self.new),
        }


class Match(Moment):
    """An event in which a text was found: in which field (`where`), and the text around it."""

    def __init__(self, recording: Recording, found: search.Hit, timeline: int) -> None:
        super().__init__(recording, Position(timeline, found.seq))
        self._found = found

    @property
    def where(self) -> str:
        """`type`, `name`, `agent`, or a JSON Pointer into `{data, source, state}`."""
        return self._found.where

    @property
    def excerpt(self) -> str:
        """The text around it."""
        return self._found.excerpt

    def to_dict(self) -> dict[str, object]:
        """As `ttdebug search --json` prints it."""
        return own(records.search_record(self._trace, self._found))

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        return {**super().cells(), "where": self.where, "text": self.excerpt}


class Relative(Moment):
    """An event that led to another or that it led to; `depth` counts the edges between them."""

    def __init__(self, recording: Recording, found: causality.Relative) -> None:
        super().__init__(recording, Position(found.event.timeline_id, found.seq), found.event)
        self._found = found

    @property
    def relation(self) -> str:
        """`parent`, `inside`, `last write`, or the rule of a causal edge."""
        return self._found.relation

    @property
    def kind(self) -> EdgeKind:
        """Whether the edge was `recorded` or `inferred`."""
        return self._found.kind

    @property
    def depth(self) -> int:
        """How many edges away it is."""
        return self._found.depth

    def to_dict(self) -> dict[str, object]:
        """As `ttdebug why --json` prints it."""
        return own(records.relative_record(self._trace, self._found))

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        return {**super().cells(), "relation": self.relation, "kind": self.kind}


class Violation(Moment):
    """Events `first` to `last` of a timeline that break a rule; the moment is where to look."""

    def __init__(self, recording: Recording, found: check.Violation) -> None:
        super().__init__(recording, found.position)
        self._found = found

    @property
    def rule(self) -> str:
        """The name of the rule."""
        return self._found.rule.name

    @property
    def kind(self) -> Kind:
        """What the rule says of its condition: never, always or eventually."""
        return self._found.rule.kind

    @property
    def condition(self) -> str:
        """The condition."""
        return self._found.rule.condition.text

    @property
    def agent(self) -> str | None:
        """Whose state it is, else who acted first."""
        return self._found.agent

    @property
    def first(self) -> int:
        """The first event that breaks the rule."""
        return self._found.first

    @property
    def last(self) -> int:
        """The last one of the stretch."""
        return self._found.last

    @property
    def until(self) -> int | None:
        """The event that ended the stretch; None if it lasts to the end of the timeline."""
        return self._found.until

    @property
    def reason(self) -> str:
        """The values that were looked at."""
        return self._found.reason

    def to_dict(self) -> dict[str, object]:
        """As `ttdebug check --json` prints it."""
        return own(records.violation_record(self._found))

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        return {
            "rule": self.rule,
            "first": self.first,
            "last": self.last,
            "timeline": self.timeline,
            "agent": self.agent,
            "reason": self.reason,
        }


class Drift(Moment):
    """Something odd that nobody asked for, from event `first` to `last`; the moment is its first.

    The larger `weight`, 0 to 1, the more likely it matters.
    """

    def __init__(self, recording: Recording, found: drift.Finding) -> None:
        super().__init__(recording, Position(found.timeline, found.first))
        self._found = found

    @property
    def kind(self) -> drift.Kind:
        """What it is: loop, errors, stall, fallen, retyped, negative, growth."""
        return self._found.kind

    @property
    def rule(self) -> str:
        """The rule that found it, a sentence with its numbers."""
        return self._found.rule

    @property
    def agent(self) -> str | None:
        """Whose doing it is."""
        return self._found.agent

    @property
    def first(self) -> int:
        """The first event of it."""
        return self._found.first

    @property
    def last(self) -> int:
        """The last event of it."""
        return self._found.last

    @property
    def weight(self) -> float:
        """How likely it matters."""
        return self._found.weight

    def to_dict(self) -> dict[str, object]:
        """As `ttdebug info --drift --json` lists it, with its evidence."""
        return own(records.drift_record(self._trace, self._found))

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        return {
            "kind": self.kind,
            "first": self.first,
            "last": self.last,
            "timeline": self.timeline,
            "agent": self.agent,
            "rule": self.rule,
        }


class Snapshot(NamedTuple):
    """An agent's state just after an event that changed it; the state belongs to the caller."""

    moment: Moment
    agent: str
    state: JSON

    def to_dict(self) -> dict[str, object]:
        """The event as a plain dict, and its state."""
        return self.moment.to_dict() | {"state": self.state}

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        return {**self.moment.cells(), "state": short(self.state)}
