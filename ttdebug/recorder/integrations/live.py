"""Spans of a framework as they happen: an event when one opens, another when it closes."""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Hashable, Sequence
from typing import Any, Final, NamedTuple, cast

from ttdebug.genai import Folded
from ttdebug.genai.joints import Joints, Link, Opened, entered
from ttdebug.genai.records import NOTHING, EventSpec, Take
from ttdebug.model import MISSING, Edge, Object
from ttdebug.recorder.context import Frame, enter, leave
from ttdebug.recorder.handle import Handle
from ttdebug.recorder.lines import Line

_MOST_OPEN: Final = 100_000
_MOST_REMEMBERED: Final = 20_000


class _Open(NamedTuple):
    """A span that has not ended."""

    span: Opened
    event: EventSpec
    outer: Hashable  # the key of the one around it
    frame: Frame
    began: int  # by the performance counter, ns
    link: Link | None
    source: Object | None


class Live:
    """Records spans under keys of the framework's own, with agents, causes and folded states.

    Spans nest by the `parent` that the framework names, else by the context they open in; what
    the agent's own code records inside them nests too. States are folded from what is said to
    models, unless a state is given, or captured by the recorder's `state=`. Methods raise.
    """

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self._lock = threading.RLock()
        self._main: Line | None = None
        self._reset()

    def open(
        self,
        key: Hashable,
        event: EventSpec,
        parent: Hashable = None,
        *,
        stand_in: str | None = None,
        folds: bool = True,
        state: object = MISSING,
        link: Link | None = None,
        links: Sequence[Link] = (),
        source: Object | None = None,
    ) -> int:
        """Open a span; returns the seq of its event.

        `stand_in` is its agent where neither it nor one around it names one. `link` is what others
        link to it by, `links` are those it links to. Unless it `folds`, it says nothing of states.
        """
        with self._lock:
            line = self._line()
            around = self._spans.get(parent)
            inherited = around.span.agent if around else None
            span = entered(event, around.span if around else None, inherited or stand_in)
            state = self._state(span, event, state, folds=folds)
            causes = self._joints.causes(event, links)
            place = None if around is None else around.span.seq
            span.seq = seq = self._record(
                line, event, span, state, causes, place, source, opens=True
            )
            self._joints.learn(event, seq, link)
            if len(self._spans) >= _MOST_OPEN:
                del self._spans[next(iter(self._spans))]
            span.echo = span.echo or not folds
            began = clock.perf_counter_ns()
            frame = enter(line, seq, self._agent(event, span))
            self._spans[key] = _Open(span, event, parent, frame, began, link, source)
            return seq

    def close(
        self,
        key: Hashable,
        event: EventSpec,
        *,
        late: EventSpec | None = None,
        state: object = MISSING,
        raised: BaseException | None = None,
    ) -> int:
        """Close a span; returns the seq of its event, 0 if no such span is open.

        `late` is its opening event as it would be if all had been known then; what was not known
        yet is told by the closing event. `raised` is what it failed with, if that is at hand.
        """
        with self._lock:
            line = self._line()
            found = self._spans.pop(key, None)
            if found is None:
                return 0
            leave(found.frame)
            span = found.span
            rule = "result of call" if event.type.endswith(".result") else "end of span"
            causes = [Edge(span.seq, "recorded", rule), *self._joints.causes(event)]
            if late is not None:
                self._state(span, late, MISSING)
                causes += self._joints.causes(_news(late, found.event, event))
            state = self._state(span, event, state)
            event.name = event.name or found.event.name
            event.status = event.status or "ok"
            duration = clock.perf_counter_ns() - found.began
            again = raised is None and self._failed_inside(event, key, found.outer)
            seq = self._record(
                line, event, span, state, causes, None, found.source,
                closes=span.seq, duration=duration, raised=raised, again=again,
            )  # fmt: skip
            self._joints.learn(event, seq, found.link)
            return seq

    def point(
        self,
        event: EventSpec,
        inside: Hashable = None,
        *,
        state: object = MISSING,
        time: int | None = None,
    ) -> int:
        """Record something that happened at `time` (ns), now if not given; returns its seq."""
        with self._lock:
            line = self._line()
            around = self._spans.get(inside)
            span = around.span if around else Opened(0, None)
            state = self._state(span, event, state)
            causes = self._joints.causes(event)
            place = span.seq or None
            source = around.source if around else None
            self._failed_inside(event, None, inside)
            seq = self._record(line, event, span, state, causes, place, source, time=time)
            self._joints.learn(event, seq)
            return seq

    def is_open(self, key: Hashable) -> bool:
        """Whether a span of this key has opened and not closed."""
        return key in self._spans

    def _reset(self) -> None:
        self._spans: dict[Hashable, _Open] = {}
        self._failures: dict[Hashable, str] = {}  # what failed last inside a span, as it was said
        self._joints = Joints(remembers_all=True, most=_MOST_REMEMBERED)
        self._fold = Folded()

    def _line(self) -> Line:
        """The timeline to record on; what was known of an earlier run is forgotten.

        Raises RunOver when the run has ended.
        """
        line = self.handle.line(asked=False)
        if line.first() is not self._main:
            self._main = line.first()
            self._reset()
        return line

    def _state(
        self, span: Opened, event: EventSpec, given: object, *, folds: bool = True
    ) -> object:
        agent = event.agent or span.agent
        if given is not MISSING:
            return given
        if span.echo or not folds or self.handle.captures(agent):
            return MISSING
        written = self._fold(agent or "", event)
        return MISSING if written == NOTHING else self._fold.whole(agent or "")

    def _failed_inside(self, event: EventSpec, key: Hashable, outer: Hashable) -> bool:
        """Whether a span that fails, `key`, does so by what failed inside it.

        Only the words tell: frameworks have no exception at hand when they say that a span failed.
        """
        before = self._failures.pop(key, None)
        if event.status != "error":
            return False
        said = _said(event)
        again = before is not None and (not said or said == before or said.endswith(f": {before}"))
        if outer in self._spans:
            self._failures[outer] = before if again and before else said
        return again

    def _agent(self, event: EventSpec, span: Opened) -> str:
        return event.agent or span.agent or self.handle.own

    def _record(
        self,
        line: Line,
        event: EventSpec,
        span: Opened,
        state: object,
        causes: list[Edge],
        parent: int | None,
        source: Object | None,
        **row: Any,
    ) -> int:
        return self.handle.record(
            event.type,
            event.name,
            agent=self._agent(event, span),
            data=cast("dict[str, object]", event.data),
            line=line,
            state=state,
            parent=parent,
            causes=causes,
            status=event.status,
            source=source,
            **row,
        )


def _said(event: EventSpec) -> str:
    """How an event words an error."""
    error = event.data if event.type == "error" else event.data.get("error")
    message = error.get("message") if isinstance(error, dict) else error
    return message if isinstance(message, str) else ""


def _news(late: EventSpec, known: EventSpec, closing: EventSpec) -> EventSpec:
    """What `late` knows beyond `known`: its data goes to the closing event, its causes stay."""
    for key, value in late.data.items():
        before = known.data.get(key)
        if key in closing.data or (key in known.data and before == value):
            continue
        if isinstance(before, dict) and isinstance(value, dict):
            value = {name: told for name, told in value.items() if before.get(name) != told}
        closing.data[key] = value
    takes: tuple[Take, ...] = tuple(take for take in late.takes if take not in known.takes)
    return EventSpec(late.type, takes=takes)
