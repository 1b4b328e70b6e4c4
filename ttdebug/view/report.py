"""The static report: timeline, watches, diff and causality at a position, for a pipe or a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ttdebug import paths
from ttdebug.analyze.history import last_write
from ttdebug.model import Event, Position, Run
from ttdebug.store.trace import Trace
from ttdebug.view import diff, frame, lanes, line, numbers, stateless, tables, timeline, values
from ttdebug.view.gate import safe
from ttdebug.view.line import BLANK, Cursor, Line, span

WIDTH = 100
EVENTS = 17
DIFF_LINES = 60
CAUSES = 12


def lines(
    trace: Trace, position: Position, width: int = WIDTH, watches: Sequence[str] = ()
) -> Iterator[Line]:
    """What the debugger would show at a position; `watches` are state paths."""
    run = run_of(trace, position.timeline)
    yield _title(trace, run, position, width)
    yield BLANK
    yield _heading("Timeline", width)
    yield from _timeline(trace, run, position, width)
    if watches:
        yield BLANK
        yield _heading("Watches", width)
        for text in watches:
            yield _watch(trace, position, text, width)
    if not position.seq:
        return
    event = trace.event(position.seq)
    yield BLANK
    yield _heading("Diff", width)
    yield from _diff(trace, position, event, watches, width)
    yield BLANK
    yield _heading("Causality", width)
    yield from tables.causality_lines(trace, position, width, CAUSES)


def run_of(trace: Trace, timeline_id: int) -> Run:
    """The run that a timeline belongs to."""
    return next(run for run in trace.runs for one in run.timelines if one.id == timeline_id)


def _heading(text: str, width: int) -> Line:
    head = f"─ {text} "
    return (
        span("─ ", "line"),
        span(text, "fg bold"),
        span(" " + "─" * (width - len(head)), "line"),
    )


def _title(trace: Trace, run: Run, position: Position, width: int) -> Line:
    lineage = trace.lineage(position.timeline)
    count = len(lineage)
    event = trace.event(position.seq) if position.seq else None
    last = trace.event(lineage.seq_at(count - 1)) if count else None
    where = frame.Where(
        file=trace.source_path.name,
        run=run.name or run.id,
        timeline=trace.timelines[position.timeline].name,
        seq=position.seq,
        last=last.seq if last else 0,
        percent=100 * (lineage.index_of(position.seq) + 1) / count if count else 0.0,
        elapsed=event.elapsed if event else None,
        total=last.elapsed if last else None,
    )
    return frame.header(where, None, width)


def _timeline(trace: Trace, run: Run, position: Position, width: int) -> Iterator[Line]:
    lineage = trace.lineage(position.timeline)
    if not len(lineage):
        yield (span(" No events were recorded in this run", "dim"),)
        return
    here = lineage.index_of(position.seq)
    first = max(0, min(here - EVENTS // 2, len(lineage) - EVENTS))
    events = trace.window(lineage, first, min(first + EVENTS, len(lineage)))
    screen = timeline.WIDE if width >= timeline.NARROW - 8 else width
    layout = timeline.columns(width, screen, run.agents, events[-1].seq)
    yield timeline.header(layout)
    opened = lanes.open_agents(trace, lineage, events, run.agents)
    for event, agents in zip(events, opened, strict=True):
        gutter = timeline.Gutter(checkpoint=event.type == "checkpoint")
        cursor: Cursor = "focus" if event.seq == position.seq else "none"
        yield timeline.row(layout, event, open_agents=agents, gutter=gutter, cursor=cursor)


def _watch(trace: Trace, position: Position, text: str, width: int) -> Line:
    path = paths.parse(text)
    owner = trace.owner(position.seq, position.timeline) if position.seq else None
    write = last_write(trace, path, position, owner) if owner else None
    left = [span(" "), span(safe(text, 60)), span("  ")]
    if write is None:
        return line.fit([*left, span("never written up to here", "dim")], width)
    shown = span(values.short(write.new), "change bold" if write.seq == position.seq else "fg")
    return line.sides([*left, shown], [span(f"at {numbers.seq(write.seq)} ", "dim")], width)


def _diff(
    trace: Trace, position: Position, event: Event, watches: Sequence[str], width: int
) -> Iterator[Line]:
    step = step_at(trace, position, event)
    if step is None:
        told = stateless.no_state(trace, event, position.timeline)
        yield line.fit((span(" "), span(told, "dim")), width)
        return
    options = diff.Options(watched=watched_pointers(step, watches), keys=False)
    rows = diff.step_rows(step, width, options)
    for index in range(min(len(rows), DIFF_LINES)):
        yield rows.line(index)
    if len(rows) > DIFF_LINES:
        yield (span(f" ⋯ {len(rows) - DIFF_LINES:,} more lines", "faint"),)


def watched_pointers(step: diff.Step, watches: Sequence[str]) -> list[str]:
    """Watched paths as the JSON Pointers at which they stand after, or stood before, a step."""
    found = []
    for text in watches:
        path = paths.parse(text)
        place = paths.concrete(step.after, path) or paths.concrete(step.before, path)
        if place is not None:
            found.append(paths.pointer(place))
    return found


def step_at(trace: Trace, position: Position, event: Event) -> diff.Step | None:
    """What the event at a position did to the state it sees; None if there is no state."""
    line_id = position.timeline
    owner = trace.owner(event.seq, line_id)
    if owner is None:
        return None
    lineage = trace.lineage(line_id)
    index = lineage.index_of(event.seq)
    delta = trace.delta(event.seq) if event.agent == owner else None
    last = None
    if delta is None:
        last = trace.next(lineage, event.seq, agent=owner, with_state=True, reverse=True)
    agents = trace.agents_with_state(line_id)
    return diff.Step(
        event=event,
        owner=owner,
        before=trace.before(event.seq, owner, line_id),
        after=trace.state(event.seq, owner, line_id),
        delta=delta,
        previous=lineage.seq_at(index - 1) if index > 0 else 0,
        others=[agent for agent in agents if agent != owner],
        last_snapshot=last,
    )
