"""The hits of one point: of its condition, or the writes of the path it watches.

All that evaluates conditions is behind this module, and loads with the first point that is asked.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from ttdebug import paths
from ttdebug.replay.frames import SeekFrame
from ttdebug.replay.hits import Hit, HitIndex, LazyHits
from ttdebug.replay.points import AnyPoint, Watchpoint
from ttdebug.replay.reasons import short
from ttdebug.replay.work import Work
from ttdebug.replay.writes import Write, writes
from ttdebug.store.trace import Trace


def hits_of(trace: Trace, point: AnyPoint, timeline: int) -> LazyHits:
    """All hits of a point on a timeline, whatever its hit condition says."""
    if isinstance(point, Watchpoint):
        return _WriteIndex(trace, point, timeline)
    return HitIndex(trace, point.condition, timeline, point.agent)


class _WriteIndex(LazyHits):
    """The writes of a watched path, by whoever owns a state that has it."""

    def __init__(self, trace: Trace, point: Watchpoint, timeline: int) -> None:
        self._point = point
        self._timeline = timeline
        super().__init__(trace, self._writes)

    def _writes(self) -> Iterator[Hit]:
        trace, point, timeline = self._trace, self._point, self._timeline
        work = Work(cancelled=self.stopped, progress=self.tell, total=trace.last_seq)
        streams = [
            _with_agent(writes(trace, timeline, agent, point.path, work=work), agent)
            for agent in trace.agents_with_state(timeline)
            if point.agent in (None, agent)
        ]
        frame = SeekFrame(trace, timeline)
        holds = None if point.condition is None else point.condition.runner()
        count = 0
        for write, agent in heapq.merge(*streams, key=lambda found: found[0].seq):
            frame.stand_at(write.seq)
            if holds is None or holds(frame):
                count += 1
                yield Hit(write.seq, timeline, agent, count, _told(point.path, write))


def _with_agent(found: Iterator[Write], agent: str) -> Iterator[tuple[Write, str]]:
    return ((write, agent) for write in found)


def _told(path: paths.Path, write: Write) -> str:
    label = paths.dotted(path) or "state"
    if write.equal:
        return f"{label} written, still {short(write.new)}"
    return f"{label} {short(write.old)} → {short(write.new)}"
