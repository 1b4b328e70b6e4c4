"""The events of one sample, in the order of its transcript."""

from __future__ import annotations

from collections.abc import Callable

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.foreign.times import between, parse_time
from ttdebug.formats.inspect_ai.calls import Calls
from ttdebug.formats.inspect_ai.meaning import Meaning, meaning, rest
from ttdebug.formats.inspect_ai.pools import Pools
from ttdebug.formats.inspect_ai.scribe import Place, Scribe, Spot
from ttdebug.formats.inspect_ai.spans import WORK, Span, join
from ttdebug.formats.inspect_ai.states import Owner, States
from ttdebug.formats.patches import PatchError
from ttdebug.model import JSON, MISSING, Edge, Object, Value

Warn = Callable[[str, str], None]
_PULSE = 256
"""Events after which whoever waits is told that work goes on."""


class Transcript:
    """Writes one sample's events: spans nested, calls and results as spans, state as deltas."""

    def __init__(
        self,
        events: list[JSON],
        states: States,
        pools: Pools,
        scribe: Scribe,
        warn: Warn,
        pulse: Callable[[], None],
    ) -> None:
        """`warn` is called with a message and the event it is about, `pulse` now and then."""
        self._events = events
        self._states = states
        self._pools = pools
        self._scribe = scribe
        self._warn = warn
        self._pulse = pulse
        self._calls = Calls(pools)
        self._claims = join(events)
        self._spans: dict[str, Span] = {}
        self._steps: list[Span] = []
        self._anchors: dict[str, int] = {}
        self.orphans = 0
        self.branches = 0

    def write(self) -> None:
        """Every event; calls whose span was never closed get the result their event holds."""
        self._walk(self._events, ())
        for span in reversed(list(self._spans.values())):
            if span.open and span.work and not span.work.get("pending"):
                place = self._claims.of_span[span.id][1]
                self._leave(span, Spot(span.work, (place,), span))

    def _walk(self, events: list[JSON], inside: Place) -> None:
        """Events in order; those nested in an event, as in old logs, stand within its span."""
        for index, event in enumerate(events):
            if not index % _PULSE:
                self._pulse()
            if not inside and index in self._claims.places:
                continue
            place = (*inside, index)
            if isinstance(event, dict):
                self._event(Spot(event, place, self._span_of(event)))
            else:
                spot = Spot({}, place, self._top())
                self._scribe.event(spot, Meaning("marker", None, {"value": event}))

    def _top(self) -> Span | None:
        return self._steps[-1] if self._steps else None

    def _span_of(self, event: Object) -> Span | None:
        """The span an event happened in, that it names or, in old logs, that is open."""
        identity = text_of(event, "span_id")
        if event.get("event") == "span_begin":
            identity = text_of(event, "parent_id")
        if identity is None:
            return self._top()
        found = self._spans.get(identity)
        self.orphans += found is None
        return found

    def _event(self, spot: Spot) -> None:
        kind = spot.record.get("event")
        if kind == "span_begin":
            identity = text_of(spot.record, "id") or f"span {spot.place}"
            kind = text_of(spot.record, "type") or "span"
            work = self._claims.work(identity)
            self._spans[identity] = self._enter(spot, identity, kind, work)
        elif kind == "span_end":
            self._span_end(spot)
        elif kind == "step":
            self._step(spot)
        elif kind == "state" or kind == "store":
            self._change(spot, kind)
        elif kind == "sample_init":
            self._begin(spot)
        elif kind == "model":
            self._model(spot)
        elif kind == "tool" or kind == "subtask":
            self._work(spot, kind)
        else:
            self._other(spot)

    def _enter(self, spot: Spot, identity: str, kind: str, work: Object) -> Span:
        """Open a span; what happens in it is done by the agent or subtask that it is.

        `work` is the event of a tool or subtask, empty if there is none.
        """
        outer = spot.span
        name = text_of(spot.record, "name") or text_of(spot.record, "function")
        owner = outer.owner if outer is not None else self._states.main
        agent = outer.agent if outer is not None else owner.agent
        state: Value = MISSING
        if kind == "agent" and name is not None:
            agent = storable(name)
        elif kind == "subtask":
            forks = work.get("type") == "fork"
            owner = self._states.subtask(storable(name or kind), owner, forks=forks)
            agent = owner.agent
            state = self._states.told(agent, owner.store)
        meant = Meaning(kind, name, rest(spot.record, "id", "parent_id", "type", "name", "action"))
        if kind in WORK:
            meant = self._calls.opening(kind, name, work)
        where = self._spot_of(work, identity, spot)
        seq = self._scribe.event(
            where, meant, agent=agent, opens=True, causes=self._calls.asked(work), state=state
        )
        owner.begin(identity)
        return Span(identity, seq, kind, name, agent, owner, where.time, work)

    def _spot_of(self, work: Object, identity: str, spot: Spot) -> Spot:
        """Where the event of a tool or subtask stands, else where its span begins."""
        if identity not in self._claims.of_span:
            return spot
        return Spot(work, (self._claims.of_span[identity][1],), spot.span)

    def _leave(self, span: Span, spot: Spot) -> None:
        """Close a span."""
        span.open = False
        span.owner.end(span.id)
        meant = Meaning(f"{span.type}.end", span.name, {})
        causes: list[Edge] = []
        if span.type in WORK:
            meant = self._calls.closing(span.type, span.name, span.work)
            causes = [Edge(span.seq, "recorded", "result of call")]
        ended = parse_time(span.work.get("completed"))[0] or spot.time
        seq = self._scribe.event(
            spot,
            meant,
            agent=span.agent,
            time=ended,
            closes=span.seq,
            duration=between(span.time, ended),
            causes=causes,
        )
        if span.type == "tool":
            self._calls.result(span.work, seq)

    def _span_end(self, spot: Spot) -> None:
        span = self._spans.get(text_of(spot.record, "id") or "")
        if span is not None and span.open:
            self._leave(span, spot)
        else:
            self._scribe.event(spot, Meaning("marker", "span_end", rest(spot.record)))

    def _step(self, spot: Spot) -> None:
        """Spans as they were before there were spans: they nest by order alone."""
        if spot.record.get("action") != "end":
            kind = text_of(spot.record, "type") or "step"
            self._steps.append(self._enter(spot, f"step {spot.place}", kind, {}))
        elif self._steps:
            self._leave(self._steps.pop(), spot)
        else:
            self._scribe.event(spot, Meaning("marker", "step", rest(spot.record)))

    def _begin(self, spot: Spot) -> None:
        owner = self._owner(spot)
        data = self._pools.shown(object_of(spot.record, "sample"))
        self._scribe.event(
            spot,
            Meaning("state", "sample_init", {"sample": data}),
            agent=owner.task_agent,
            state=self._states.told(owner.task_agent, owner.task),
        )

    def _owner(self, spot: Spot) -> Owner:
        return spot.span.owner if spot.span is not None else self._states.main

    def _change(self, spot: Spot, kind: str) -> None:
        owner = self._owner(spot)
        data: Object = {"changes": self._pools.shown(spot.record).get("changes")}
        span = spot.span.id if spot.span is not None else None
        try:
            agent, state = self._states.change(kind, owner, span, spot.record.get("changes"))
        except PatchError as error:
            self._warn(f"the patch does not fit: {error}", _place(spot))
            agent, state = owner.agent if kind == "store" else owner.task_agent, MISSING
        else:
            if state is MISSING:
                data["repeats"] = True
        self._scribe.event(spot, Meaning("state", kind, data), agent=agent, state=state)

    def _model(self, spot: Spot) -> None:
        event = spot.record
        messages = self._pools.messages(event)
        agent = spot.span.agent if spot.span is not None else self._states.main.agent
        seq = self._scribe.event(
            spot,
            self._calls.model_call(event, messages),
            opens=True,
            causes=self._calls.read(agent, messages),
        )
        if event.get("pending"):
            return
        result = self._scribe.event(
            spot,
            self._calls.model_result(event),
            time=spot.completed,
            closes=seq,
            duration=between(spot.time, spot.completed),
        )
        self._calls.answer(result, object_of(event, "output"))

    def _work(self, spot: Spot, kind: str) -> None:
        """A tool or subtask event without a span of its own; old ones hold what happened in it."""
        span = self._enter(spot, f"{kind} {spot.place}", kind, spot.record)
        nested = spot.record.get("events")
        if isinstance(nested, list) and nested:
            depth = len(self._steps)
            self._steps.append(span)
            self._walk(nested, spot.place)
            del self._steps[depth:]
        if not spot.record.get("pending"):
            self._leave(span, spot)

    def _other(self, spot: Spot) -> None:
        meant = meaning(self._pools.shown(spot.record))
        causes: list[Edge] = []
        if meant.type == "branch":
            self.branches += 1
            anchor = self._anchors.get(meant.name or "")
            causes = [] if anchor is None else [Edge(anchor, "recorded", "branched from here")]
        took = between(spot.time, spot.completed)
        seq = self._scribe.event(spot, meant, duration=took, causes=causes)
        if meant.type == "anchor" and meant.name is not None:
            self._anchors[meant.name] = seq


def _place(spot: Spot) -> str:
    uuid = text_of(spot.record, "uuid")
    place = ".".join(map(str, spot.place))
    return f"event {place}" if uuid is None else f"event {place} ({uuid})"
