"""Events of a sample on their way to the file: where they stood, and in which span."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import text_of
from ttdebug.foreign.times import parse_time
from ttdebug.formats.inspect_ai.meaning import Meaning
from ttdebug.formats.inspect_ai.spans import Span
from ttdebug.formats.inspect_ai.states import MAIN
from ttdebug.model import MISSING, Edge, Object, Value
from ttdebug.store.writer import Writer

Place = tuple[int, ...]
"""Where an event stands in its transcript; longer than one where events nest in events."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An event of Inspect's: its record, its place, and the span it happened in."""

    record: Object
    place: Place
    span: Span | None

    @property
    def time(self) -> int | None:
        """When it happened or began; nanoseconds since the epoch."""
        return parse_time(self.record.get("timestamp"))[0]

    @property
    def completed(self) -> int | None:
        """When it was over, if it took time."""
        return parse_time(self.record.get("completed"))[0]


class Scribe:
    """Appends events to the timeline of one sample."""

    def __init__(self, writer: Writer, timeline: int, sample: Object) -> None:
        self._writer = writer
        self._timeline = timeline
        self._sample = sample

    def event(
        self,
        spot: Spot,
        meant: Meaning,
        *,
        agent: str | None = None,
        time: int | None = None,
        opens: bool = False,
        closes: int | None = None,
        duration: int | None = None,
        causes: Iterable[Edge] = (),
        state: Value = MISSING,
    ) -> int:
        """One event, when and where the spot says; `closes` is the opening event it ends."""
        parent = spot.span.seq if spot.span is not None else None
        return self._writer.append(
            self._timeline,
            storable(meant.type),
            agent=agent or (spot.span.agent if spot.span is not None else MAIN),
            name=storable(meant.name),
            time=spot.time if time is None else time,
            parent=parent if closes is None else closes,
            opens=opens,
            closes=closes,
            status=meant.status,
            duration=duration,
            causes=causes,
            data=meant.data,
            source=self._source(spot),
            state=state,
        )

    def _source(self, spot: Spot) -> Object:
        source: Object = {**self._sample, "index": spot.place[0]}
        if len(spot.place) > 1:
            source["nested"] = list(spot.place[1:])
        for key in ("uuid", "span_id"):
            if (value := text_of(spot.record, key)) is not None:
                source[key] = value
        return source
