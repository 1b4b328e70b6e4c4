"""The history of a state path: every write, the last one, and what to say where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import merge
from typing import TYPE_CHECKING

from ttdebug.analyze.suggest import suggest_paths, suggest_values
from ttdebug.model import MISSING, Event, Position, Value
from ttdebug.paths import Key, Path, dotted
from ttdebug.replay.work import Work
from ttdebug.replay.writes import WriteOp, ever_written, writes
from ttdebug.store.trace import Trace

if TYPE_CHECKING:
    from ttdebug.replay.conditions import AnyCondition


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a path; `path` is the JSON Pointer at which it stood, MISSING is no value.

    `equal` tells a write that left the value as it was.
    """

    event: Event
    path: str
    op: WriteOp
    old: Value
    new: Value
    equal: bool = False

    @property
    def seq(self) -> int:
        """The number of the event that wrote."""
        return self.event.seq


def history(
    trace: Trace,
    path: Path,
    *,
    timeline: int | None = None,
    agent: str | None = None,
    run: str | None = None,
    first: int = 1,
    last: int | None = None,
    reverse: bool = False,
    work: Work | None = None,
) -> Iterator[Write]:
    """Every write of `path`, or below it, in seq order (or backwards), lazily.

    On a `timeline` with the prefix it shares; without one in the whole file, each event once and
    on the timeline that recorded it. Default: the states of all agents. Equal writes are told.
    """
    work = work or Work()
    lines = [timeline] if timeline is not None else _timelines(trace, run)
    streams = []
    for line in lines:
        start = first if timeline is not None else max(first, trace.timelines[line].fork_seq + 1)
        for owner in [agent] if agent else trace.agents_with_state(line):
            found = writes(
                trace, line, owner, path, first=start, last=last, reverse=reverse, work=work
            )
            streams.append(found)
    for write in merge(*streams, key=lambda write: write.seq, reverse=reverse):
        yield Write(trace.event(write.seq), write.path, write.op, write.old, write.new, write.equal)


def last_write(
    trace: Trace, path: Path, position: Position, agent: str, *, work: Work | None = None
) -> Write | None:
    """The write that gave a path the value it has at a position, equal ones left aside.

    None if the path has never been written up to there.
    """
    found = history(
        trace,
        path,
        timeline=position.timeline,
        agent=agent,
        last=position.seq,
        reverse=True,
        work=work,
    )
    return next((write for write in found if not write.equal), None)


def owners(trace: Trace, path: Path) -> list[str]:
    """The agents in whose states a path was ever written."""
    return [agent for agent in with_state(trace) if ever_written(trace, path, agent)]


def nothing_written(trace: Trace, path: Path, *, agent: str | None = None) -> str:
    """What to tell somebody whose path was never written: the nearest paths, and where they are."""
    known = with_state(trace)
    if agent is not None and agent not in known:
        near = get_close_matches(agent, known, n=1)
        hint = f"The nearest: {near[0]}" if near else f"There is {', '.join(known) or 'none'}"
        return f"No state of {agent} was recorded. {hint}"
    whose = f" of {agent}" if agent else ""
    fact = f"Nothing ever wrote {dotted(path) or 'a state'}{whose}"
    return f"{fact}. {_nearest(trace, path, agent)}"


def doubts(trace: Trace, condition: AnyCondition, *, agent: str | None = None) -> Iterator[str]:
    """What is odd about a condition on this recording: paths and values that never occurred.

    `agent` is the one whose state is read, if it is known.
    """
    for operand in condition.operands:
        owner = operand.agent or agent
        if operand.path and not ever_written(trace, operand.path, owner):
            yield nothing_written(trace, operand.path, agent=owner)
    for field, text in dict.fromkeys(pair for part in condition.parts for pair in part.literals):
        if (told := never_happened(trace, field, text)) is not None:
            yield told


def never_happened(trace: Trace, field: str, text: str) -> str | None:
    """What to tell where no event has a text as its type, name, agent or status; else None."""
    near = suggest_values(trace, field, text)
    if near is None:
        return None
    hint = f". The nearest: {', '.join(near)}" if near else ""
    return f"No event has the {field} {text}{hint}"


def missing_path(
    trace: Trace, timeline: int, agent: str, path: Path, seq: int, *, work: Work | None = None
) -> str:
    """What to tell somebody whose path does not exist somewhere: when it does, or what is near."""
    fact = f"{dotted(path)} does not exist in the state of {agent} after event {seq:,}"
    position = Position(timeline, seq)
    if gone := last_write(trace, path, position, agent, work=work):
        return f"{fact}. It was removed at {gone.seq:,}"
    coming = history(trace, path, timeline=timeline, agent=agent, first=seq + 1, work=work)
    written = next((write for write in coming if write.new is not MISSING), None)
    if written is not None:
        return f"{fact}. It is first written at {written.seq:,}"
    return f"{fact}. {_nearest(trace, path, agent, position)}"


def _nearest(trace: Trace, path: Path, agent: str | None, position: Position | None = None) -> str:
    """The paths that come near in the state of an agent, else in that of another."""
    if path[:1] == (Key("state"),) and ever_written(trace, path[1:], agent):
        return f"A path is told without `state.`: {dotted(path[1:]) or 'a state'} was written"
    found = suggest_paths(trace, path, agent=agent, position=position)
    found = found or suggest_paths(trace, path, position=position)
    if not found:
        return "No path comes near; `ttdebug state` shows what there is"
    told = (
        f"{near.path} (" + (f"of {near.agent}, " if agent not in (None, near.agent) else "")
        + f"written at {near.seq:,})"
        for near in found
    )  # fmt: skip
    return f"The nearest: {', '.join(told)}"


def with_state(trace: Trace) -> list[str]:
    """The agents that have a state anywhere."""
    lines = (trace.agents_with_state(line) for line in trace.timelines)
    return list(dict.fromkeys(agent for agents in lines for agent in agents))


def _timelines(trace: Trace, run: str | None) -> list[int]:
    return [line.id for line in trace.timelines.values() if run in (None, line.run)]
