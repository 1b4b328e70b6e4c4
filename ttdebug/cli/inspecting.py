"""`info`, `events` and `state`: what a recording holds, read as it is."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import click

from ttdebug.cli.damage import readable
from ttdebug.cli.options import (
    Listing,
    Progress,
    Reading,
    agent_option,
    check_agent,
    json_option,
    listing_options,
    object_option,
    reading_options,
)
from ttdebug.cli.output import dump, narrate, say, say_each, say_json, width
from ttdebug.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ttdebug.analyze import listing as lists
    from ttdebug.analyze.drift import Finding
    from ttdebug.model import Event, Run
    from ttdebug.store.trace import Trace


@click.command(
    "info",
    short_help="What is in a recording.",
    epilog="\b\nExamples:\n  ttdebug info run.ttd --drift --stats\n"
    "  ttdebug info session.jsonl --json\n  ttdebug info log.jsonl --map time=ts,type=kind",
)
@reading_options
@object_option
@click.option("--stats", is_flag=True, help="Also what takes the room: bytes by agent and path.")
@click.option(
    "--drift",
    is_flag=True,
    help="Also where it went astray: loops, errors, stalls, fallen and retyped fields, growth.",
)
def info_command(reading: Reading, as_json: bool, stats: bool, drift: bool) -> None:
    """What is in a recording: runs, agents, timelines, event types, and what was not recorded.

    --drift applies rules to the whole recording and lists what they find, the weightiest first,
    each with the rule in one sentence and the events that speak for it.
    """
    from ttdebug.analyze import checkpoints
    from ttdebug.cli import overview
    from ttdebug.view import contents, records

    with reading.opened() as trace:
        record = contents.trace_record(trace)
        chosen = reading.chosen_run(trace)
        if chosen is not None:
            record["runs"] = [contents.run_record(trace, chosen)]
        if stats:
            kept = contents.kept_records(checkpoints.sizes(trace))
            record["stats"] = contents.stats_record(trace.sizes()) | {"checkpoints": kept}
        found = _drift(trace, chosen) if drift else None
        if not as_json:
            for line in overview.lines(trace, record, found):
                say(line)
            return
        if found is not None:
            record["drift"] = [records.drift_record(trace, finding) for finding in found]
        say_json(record)


def _drift(trace: Trace, run: Run | None) -> list[Finding]:
    from ttdebug.analyze import drift
    from ttdebug.replay.work import Work

    progress = Progress("Looking for drift")
    found = drift.find(
        trace,
        run=run.id if run else None,
        work=Work(progress=progress, total=trace.last_seq),
        lost=lambda damage: narrate(f"warning: a rule could not be applied: {damage}"),
    )
    progress.end()
    return found


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
@click.option("--explain", is_flag=True, help="Say how --where was answered, and what that took.")
def events_command(
    reading: Reading,
    listing: Listing,
    as_json: bool,
    where: str | None,
    type_glob: str | None,
    agent: str | None,
    explain: bool,
) -> int:
    """List events in order, all runs and timelines unless --run says otherwise."""
    from ttdebug.analyze import history
    from ttdebug.analyze import listing as lists
    from ttdebug.replay import conditions
    from ttdebug.replay.work import Work
    from ttdebug.view import places, records, tables

    if explain and where is None:
        raise UsageError("--explain is about --where; give it a condition")
    condition = None if where is None else conditions.compile(where)
    with reading.opened() as trace:
        wanted = listing.wanted(trace, reading, agent)
        progress = Progress("Searching")
        if condition is None:
            events = _listed(trace, wanted, type_glob)
        else:
            search = lists.search(trace, condition.everywhere(), wanted, Work(progress=progress))
            hits = lists.ordered(trace, wanted, search)
            events = lists.events_of(trace, wanted, hits, type_glob)
        found = progress.cleared(islice(events, listing.limit))
        agents = list(dict.fromkeys(name for run in trace.runs for name in run.agents))
        record = partial(records.event_record, trace)
        named = places.places(trace)
        table = partial(tables.event_lines, width=width(), agents=agents, places=named)
        listed = say_each(found, as_json, record, table)
        if explain:
            for line in search.explain():
                narrate(line)
        if listed:
            return 0
        narrate("No event matches")
        exact = type_glob is not None and not set(type_glob) & set("*?[")
        if exact and (told := history.never_happened(trace, "type", type_glob or "")):
            narrate(told)
        if condition is not None:
            for doubt in history.doubts(trace, condition):
                narrate(doubt)
    return 1


def _listed(trace: Trace, wanted: lists.Wanted, type_glob: str | None) -> Iterator[Event]:
    """The events asked for without a condition; of a damaged file those that are whole."""
    from ttdebug.analyze import listing as lists

    if type_glob is not None or wanted.agent is not None:
        return lists.events(trace, wanted, type_glob=type_glob)
    read, last = partial(_between, trace), min(wanted.last, trace.last_seq)
    events = readable(read, wanted.first, last, reverse=wanted.reverse)
    return (event for event in events if wanted.run is None or event.run == wanted.run.id)


def _between(trace: Trace, first: int, last: int) -> list[Event]:
    return list(trace.events(first, last))


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
    from ttdebug.analyze.standing import value_at

    path = paths.parse(state_path)
    with reading.opened() as trace:
        check_agent(trace, agent)
        position = reading.position(trace, at)
        owner = agent or trace.owner(position.seq, position.timeline)
        value = value_at(trace, position, path, agent=agent)
        if agent is None and len(trace.agents_with_state(position.timeline)) > 1:
            narrate(f"state of {owner} after event {position.seq}")
        if as_json:
            say_json(value)
        else:
            for text in dump(value, indent=2).split("\n"):
                say(text)
