"""`info`, `events` and `state`: what a recording holds, read as it is."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import click

from ttdebug.cli.damage import readable
from ttdebug.cli.options import (
    Listing,
    Reading,
    agent_option,
    check_agent,
    json_option,
    listing_options,
    object_option,
    reading_options,
)
from ttdebug.cli.output import dump, narrate, say, say_each, say_json, width
from ttdebug.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ttdebug.model import Event, Position, Run, Value
    from ttdebug.paths import Path
    from ttdebug.store.trace import Trace


@click.command(
    "info",
    short_help="What is in a recording.",
    epilog="\b\nExamples:\n  ttdebug info run.ttd --stats\n  ttdebug info session.jsonl --json\n"
    "  ttdebug info log.jsonl --map time=ts,type=kind",
)
@reading_options
@object_option
@click.option("--stats", is_flag=True, help="Also what takes the room: bytes by agent and path.")
def info_command(reading: Reading, as_json: bool, stats: bool) -> None:
    """What is in a recording: runs, agents, timelines, event types, and what was not recorded."""
    from ttdebug.cli import overview
    from ttdebug.view import records

    with reading.opened() as trace:
        record = records.trace_record(trace)
        chosen = reading.chosen_run(trace)
        if chosen is not None:
            record["runs"] = [records.run_record(trace, chosen)]
        if stats:
            record["stats"] = records.stats_record(trace.sizes())
        if as_json:
            say_json(record)
            return
        for line in overview.lines(record, str(trace.source_path)):
            say(line)


@click.command(
    "events",
    short_help="List events, filtered, in either direction.",
    epilog="\b\nExamples:\n  ttdebug events run.ttd --type 'tool.*' --agent booker\n"
    "  ttdebug events run.ttd --where 'event.duration > 5' --reverse --limit 5\n"
    "  ttdebug events run.ttd --from 50% --json",
)
@reading_options
@json_option
@listing_options
@click.option("--where", metavar="COND", help="Only events at which this condition is true.")
@click.option("--type", "type_glob", metavar="GLOB", help="Only these types, e.g. 'tool.*'.")
@agent_option("Only this agent's events.")
def events_command(
    reading: Reading,
    listing: Listing,
    as_json: bool,
    where: str | None,
    type_glob: str | None,
    agent: str | None,
) -> int:
    """List events in order, all runs and timelines unless --run says otherwise."""
    from ttdebug.view import places, records, tables

    with reading.opened() as trace:
        check_agent(trace, agent)
        run = reading.chosen_run(trace)
        found = islice(_select(trace, listing, run, where, type_glob, agent), listing.limit)
        agents = list(dict.fromkeys(name for run in trace.runs for name in run.agents))
        record = partial(records.event_record, trace)
        named = places.places(trace)
        table = partial(tables.event_lines, width=width(), agents=agents, places=named)
        if say_each(found, as_json, record, table):
            return 0
    narrate("No event matches")
    return 1


def _select(
    trace: Trace,
    listing: Listing,
    run: Run | None,
    where: str | None,
    type_glob: str | None,
    agent: str | None,
) -> Iterator[Event]:
    """The events asked for, in the order asked for."""
    from ttdebug.replay import conditions, hits

    first, last = listing.bounds(trace, run)
    types = _matching_types(trace, type_glob)
    if where is None and types is None and agent is None:
        read = partial(_between, trace)
        events = readable(read, first, min(last, trace.last_seq), reverse=listing.reverse)
    elif where is None:
        events = trace.events(first, last, types=types, agent=agent, reverse=listing.reverse)
    else:
        everywhere = conditions.compile(where).everywhere()
        found = hits.find(trace, everywhere, agent=agent, first=first, last=last)
        ordered = reversed(list(found)) if listing.reverse else found
        events = (trace.event(hit.seq) for hit in ordered)
        if types is not None:
            events = (event for event in events if event.type in types)
    return (event for event in events if run is None or event.run == run.id)


def _between(trace: Trace, first: int, last: int) -> list[Event]:
    return list(trace.events(first, last))


def _matching_types(trace: Trace, glob: str | None) -> list[str] | None:
    if glob is None:
        return None
    from fnmatch import fnmatchcase

    return [name for name in trace.count_types() if fnmatchcase(name, glob)]


@click.command(
    "state",
    short_help="A state, or one value of it, just after any event.",
    epilog="\b\nExamples:\n  ttdebug state run.ttd --at 256 --path budget.remaining\n"
    "  ttdebug state run.ttd --at main:end --agent booker\n"
    "  ttdebug state run.ttd --at +90s --json",
)
@reading_options
@object_option
@click.option(
    "--at", default="end", metavar="POS", show_default=True, help="Just after this event."
)
@agent_option("Whose state; default: the one the event at POS sees.")
@click.option("--path", "state_path", default="", metavar="SP", help="Only the value at this path.")
def state_command(
    reading: Reading, as_json: bool, at: str, agent: str | None, state_path: str
) -> None:
    """Print an agent's whole state, or one value of it, just after any event."""
    from ttdebug import paths

    path = paths.parse(state_path)
    with reading.opened() as trace:
        check_agent(trace, agent)
        position = reading.position(trace, at)
        owner = agent or trace.owner(position.seq, position.timeline)
        value = _value(trace, position, owner, path, named=agent is not None)
        if agent is None and len(trace.agents_with_state(position.timeline)) > 1:
            narrate(f"state of {owner} after event {position.seq}")
        if as_json:
            say_json(value)
        else:
            for text in dump(value, indent=2).split("\n"):
                say(text)


def _value(
    trace: Trace, position: Position, owner: str | None, path: Path, *, named: bool
) -> Value:
    """The value asked for; raises NotFoundError that says where there is one."""
    from ttdebug.analyze import history
    from ttdebug.model import MISSING
    from ttdebug.paths import resolve

    state = MISSING if owner is None else trace.state(position.seq, owner, position.timeline)
    if owner is None or state is MISSING:
        raise NotFoundError(_no_state(trace, position, owner))
    value = resolve(state, path)
    if value is not MISSING:
        return value
    others = [] if named else trace.agents_with_state(position.timeline)
    for other in others:
        if resolve(trace.state(position.seq, other, position.timeline), path) is not MISSING:
            raise NotFoundError(f"The state of {owner} has no such path. Try --agent {other}")
    raise NotFoundError(history.missing_path(trace, position.timeline, owner, path, position.seq))


def _no_state(trace: Trace, position: Position, owner: str | None) -> str:
    whose = f"of {owner} " if owner else ""
    where = f"after event {position.seq}" if position.seq else "at the start"
    agents = trace.agents_with_state(position.timeline)
    if owner is None and len(agents) > 1:
        return f"Whose state {where}? Name one with --agent: {', '.join(agents)}"
    wanted = [owner] if owner in agents else agents
    first = next(
        (event.seq for event in trace.events(timeline=position.timeline)
         if event.has_state and event.agent in wanted), None,
    )  # fmt: skip
    hint = f"The first is at event {first:,}" if first else "This timeline holds no state"
    return f"No state {whose}was recorded {where}. {hint}"
