"""The Trace Event Format of Chrome, as Perfetto and speedscope read it: a process per run.

Times are microseconds, as the format's document has them. An agent is a thread; where its spans
overlap without one holding the other, as parallel calls do, the later one goes to a further thread
of the agent's, for a thread's slices must nest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ttdebug.formats.export.jsonl import encode
from ttdebug.formats.export.part import Part
from ttdebug.model import JSON, Event, Object

_NOBODY: Final = "events"


def lines(part: Part) -> Iterator[bytes]:
    """The object form of the file, an event a line."""
    yield b'{"displayTimeUnit":"ms","otherData":{"recorded_by":"ttdebug"},"traceEvents":[\n'
    before = b""
    for record in _records(part):
        yield before + encode(record)
        before = b",\n"
    yield b"\n]}\n"


def _records(part: Part) -> Iterator[Object]:
    lanes = _Lanes()
    processes: dict[str, int] = {}
    now = next((run.start for run in part.runs if run.start is not None), 0)
    flows = 0
    placed: dict[int, tuple[int, int, int]] = {}
    told: set[int] = set()  # ends of spans, which stand in the slices of their beginnings
    for event in part.events():
        now = now if event.time is None else event.time
        pid = processes.get(event.run)
        if pid is None:
            pid = processes[event.run] = len(processes) + 1
            run = next(run for run in part.runs if run.id == event.run)
            yield _named("process_name", pid, 0, run.name or run.id)
        if event.opening is not None and event.opening in placed:
            tid = placed[event.opening][1]
        else:
            stop = now + (event.duration or 0) if event.opens else now
            tid, new = lanes.place(event.run, event.agent or _NOBODY, now, stop)
            if new:
                yield _named("thread_name", pid, tid, new)
        if event.opens:
            placed[event.seq] = (pid, tid, now)
        if event.opens and event.closing is not None:
            told.add(event.closing)
            yield _slice(part, event, pid, tid, now)
        elif event.seq not in told:
            yield _instant(part, event, pid, tid, now)
        for edge in part.causes(event):
            start = placed.get(edge.seq)
            if start is not None:
                flows += 1
                yield _flow("s", flows, *start)
                yield _flow("f", flows, pid, tid, now) | {"bp": "e"}


class _Lanes:
    """Threads: per agent as many as its spans need to nest."""

    def __init__(self) -> None:
        self._stops: dict[tuple[str, str], list[tuple[int, list[int]]]] = {}
        self._count = 0

    def place(self, run: str, agent: str, start: int, stop: int) -> tuple[int, str]:
        """The thread for a slice, and its name if it is new."""
        lanes = self._stops.setdefault((run, agent), [])
        for tid, open_until in lanes:
            while open_until and open_until[-1] <= start:
                open_until.pop()
            if not open_until or stop <= open_until[-1]:
                open_until.append(stop)
                return tid, ""
        self._count += 1
        lanes.append((self._count, [stop]))
        return self._count, agent if len(lanes) == 1 else f"{agent} {len(lanes)}"


def _slice(part: Part, event: Event, pid: int, tid: int, now: int) -> Object:
    closing = part.trace.event(event.closing or event.seq)
    end: Object = {"seq": closing.seq, "data": part.value(closing.data)}
    if delta := part.delta(closing):
        end["delta"] = [dict(op) for op in delta]
    return {
        "ph": "X",
        "name": event.name or event.type,
        "cat": event.type,
        "ts": now / 1e3,
        "dur": (event.duration or 0) / 1e3,
        "pid": pid,
        "tid": tid,
        "args": _args(part, event) | {"end": end, "status": event.status},
    }


def _instant(part: Part, event: Event, pid: int, tid: int, now: int) -> Object:
    return {
        "ph": "i",
        "s": "t",
        "name": event.name or event.type,
        "cat": event.type,
        "ts": now / 1e3,
        "pid": pid,
        "tid": tid,
        "args": _args(part, event) | ({"status": event.status} if event.status else {}),
    }


def _args(part: Part, event: Event) -> Object:
    args: Object = {"seq": event.seq, "timeline": event.timeline, **_unless_taken(event.data)}
    delta = part.delta(event)
    return args | {"delta": [dict(op) for op in delta]} if delta else args


def _unless_taken(data: Object) -> Object:
    return {f"data.{key}" if key in ("seq", "timeline") else key: data[key] for key in data}


def _flow(phase: str, number: int, pid: int, tid: int, now: int) -> Object:
    about: Object = {"name": "cause", "cat": "cause", "id": number, "ts": now / 1e3}
    return {"ph": phase, **about, "pid": pid, "tid": tid}


def _named(what: str, pid: int, tid: int, name: str) -> Object:
    args: dict[str, JSON] = {"name": name}
    return {"ph": "M", "name": what, "pid": pid, "tid": tid, "args": args}
