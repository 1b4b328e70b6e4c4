"""`break`: where a condition hits, how that was found, and why it did not."""

from __future__ import annotations

import time
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import (
    Listing,
    Progress,
    Reading,
    agent_option,
    check_agent,
    json_option,
    listing_options,
    reading_options,
)
from ttdebug.cli.output import narrate, say_each, width
from ttdebug.errors import Cancelled, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ttdebug.analyze.misses import NearMiss
    from ttdebug.replay.conditions import AnyCondition
    from ttdebug.replay.hits import Hit
    from ttdebug.store.trace import Trace
    from ttdebug.view.line import Line

_BRIEFLY = 2
"""Near misses that are told by themselves where nothing hits."""

_SOON = 1.0
"""Seconds that may take."""


@click.command(
    "break",
    short_help="Where a condition hits.",
    epilog="\b\nExamples:\n  ttdebug break run.ttd 'state.budget.remaining == null'\n"
    "  ttdebug break run.ttd 'event.name == \"apply_discount\"' --json\n"
    "  ttdebug break run.ttd 'changed(state.phase)' --reverse --limit 1\n"
    "  ttdebug break run.ttd 'event.name == \"apply_discount\" then changed(state)'\n"
    "  ttdebug break run.ttd 'state.budget.remaining < 0' --why-not --at 300\n"
    "\n\b\nIn a condition:\n"
    "  event.F        seq type name agent time elapsed duration status depth\n"
    "                 data.KEY parent.F source.KEY\n"
    "  state.PATH     just after the event; before.PATH just before it;\n"
    '                 states["other"].PATH of another agent\n'
    "  functions      changed exists type len abs min max sum isnan any all glob\n"
    "                 matches contains; type(x) is number, string, boolean, null,\n"
    "                 object or list, and missing where x is\n"
    "  operators      and or not in == != < <= > >= + - * / // %\n"
    "\n"
    "A condition on state alone hits where it becomes true; any other hits wherever it is true.\n"
    "\n\b\nWhat follows, and what came before (the hit is A's event):\n"
    "  A then not B within 10     no B by the tenth event after it; or within 5s\n"
    "  A then not B               none up to the end; the same as: no B after A\n"
    "  A then B within 10         one follows\n"
    "  A without B before it      none came before\n"
    "\n"
    "A and B hit as they would alone, B after (or before) A's event and at an event of the same"
    " agent. A window counts the events of the timeline, whoever acts; one of time (ms, s, m, h)"
    " ends before the first event known to be later, and needs the time of A. The end of the"
    " recording ends every window. In B, that.F is a field of A's event:"
    " event.data.call_id == that.data.call_id.",
)
@reading_options
@json_option
@listing_options
@click.argument("condition", metavar="COND")
@agent_option("Only hits at this agent's events.")
@click.option("--explain", is_flag=True, help="Say how hits were found, and what that took.")
@click.option(
    "--why-not", is_flag=True, help="List the events that came nearest, and which terms failed."
)
@click.option("--at", metavar="POS", help="With --why-not: the event that should have hit.")
def break_command(
    reading: Reading,
    listing: Listing,
    as_json: bool,
    condition: str,
    agent: str | None,
    explain: bool,
    why_not: bool,
    at: str | None,
) -> int:
    """Every event where a condition hits, forwards or backwards, without stepping there."""
    from ttdebug.replay import conditions

    if at is not None and not why_not:
        raise UsageError("--at belongs to --why-not; --from and --to bound the list of hits")
    compiled = conditions.compile(condition)
    with reading.opened() as trace:
        if why_not:
            return _say_misses(trace, reading, listing, as_json, compiled, agent, at)
        return _say_hits(trace, reading, listing, as_json, compiled, agent, explain)


def _say_hits(
    trace: Trace,
    reading: Reading,
    listing: Listing,
    as_json: bool,
    condition: AnyCondition,
    agent: str | None,
    explain: bool,
) -> int:
    from ttdebug.analyze import history
    from ttdebug.analyze import listing as lists
    from ttdebug.replay.work import Work
    from ttdebug.view import records

    progress = Progress("Searching")
    wanted = listing.wanted(trace, reading, agent)
    search = lists.search(trace, condition, wanted, Work(progress=progress))
    found = islice(lists.ordered(trace, wanted, search), listing.limit)
    record, table = partial(records.hit_record, trace), partial(_hit_lines, trace)
    any_hit = say_each(progress.cleared(found), as_json, record, table)
    if explain:
        for line in search.explain():
            narrate(line)
    if any_hit:
        return 0
    narrate("No hit")
    for doubt in history.doubts(trace, condition):
        narrate(doubt)
    _say_briefly(trace, condition, agent)
    return 1


def _say_briefly(trace: Trace, condition: AnyCondition, agent: str | None) -> None:
    """Where a condition without hits came nearest, in a line each, if that is soon found."""
    from ttdebug.analyze.whynot import why_not
    from ttdebug.replay.work import Work

    deadline = time.monotonic() + _SOON
    work = Work(lambda: time.monotonic() > deadline)
    try:
        found = why_not(trace, condition, agent=agent, limit=_BRIEFLY, work=work)
    except Cancelled:
        narrate("--why-not tells what came nearest")
        return
    for miss in found:
        narrate(f"Nearest: event {miss.seq:,} {_named(miss)}. Failed: {miss.told}")


def _named(miss: NearMiss) -> str:
    return " ".join(filter(None, (miss.event.type, miss.event.name)))


def _say_misses(
    trace: Trace,
    reading: Reading,
    listing: Listing,
    as_json: bool,
    condition: AnyCondition,
    agent: str | None,
    at: str | None,
) -> int:
    from ttdebug.analyze.whynot import MOST, why_not
    from ttdebug.replay.work import Work
    from ttdebug.view import records

    check_agent(trace, agent)
    progress = Progress("Searching")
    found = why_not(
        trace,
        condition,
        at=None if at is None else reading.position(trace, at),
        agent=agent,
        limit=listing.limit or MOST,
        work=Work(progress=progress),
    )
    progress.end()
    record, table = partial(records.miss_record, trace), partial(_miss_lines, trace)
    if not say_each(found, as_json, record, table):
        narrate("Nothing came near: no event has what this condition reads")
        return 1
    hints = (failed.hint for miss in found for failed in miss.failed if failed.hint)
    for hint in dict.fromkeys(hints):
        narrate(hint)
    return 0


def _hit_lines(trace: Trace, found: Iterable[Hit]) -> Iterator[Line]:
    from ttdebug.view import tables

    rows = (
        tables.EventRow(trace.event(hit.seq), (hit.reason,), before=(str(hit.hits),))
        for hit in found
    )
    return tables.event_table(trace, rows, width(), ("reason",), before=("hit",))


def _miss_lines(trace: Trace, found: Iterable[NearMiss]) -> Iterator[Line]:
    from ttdebug.view import tables

    rows = (tables.EventRow(miss.event, (miss.told,)) for miss in found)
    return tables.event_table(trace, rows, width(), ("failed",))
