"""`search`: text in everything that was recorded."""

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
    json_option,
    listing_options,
    reading_options,
)
from ttdebug.cli.output import narrate, say_each, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ttdebug.analyze.search import Hit
    from ttdebug.store.trace import Trace
    from ttdebug.view.line import Line

STRETCH = 2_048
"""Events searched at once."""


@click.command(
    "search",
    short_help="Text in everything that was recorded.",
    epilog="\b\nExamples:\n  ttdebug search run.ttd discount\n"
    "  ttdebug search run.ttd '/F-[0-9]+/' --agent booker --reverse --limit 3\n"
    "  ttdebug search run.ttd 'Nyhavn Annex' --states --json",
)
@reading_options
@json_option
@listing_options
@click.argument("text", metavar="TEXT")
@agent_option("Only this agent's events.")
@click.option("--states", is_flag=True, help="Also in what events wrote into a state.")
def search_command(
    reading: Reading,
    listing: Listing,
    as_json: bool,
    text: str,
    agent: str | None,
    states: bool,
) -> int:
    """Find events by their text: type, name, agent, data and source, keys and values.

    TEXT is searched as it stands, or as a regular expression (RE2) between slashes. Capitals
    count once it holds one.
    """
    from ttdebug.analyze import listing as lists
    from ttdebug.analyze.matching import sought
    from ttdebug.replay.work import Work
    from ttdebug.view import records

    what = sought(text)
    with reading.opened() as trace:
        wanted = listing.wanted(trace, reading, agent)
        first, last = wanted.first, min(wanted.last, trace.last_seq)
        progress = Progress("Searching")
        work = Work(progress=progress, total=last - first + 1)
        scan = lists.scan_of(trace, wanted, what, states=states, work=work)
        hits = readable(scan.between, first, last, reverse=wanted.reverse, stretch=STRETCH)
        found = islice(progress.cleared(hits), listing.limit)
        record, table = partial(records.search_record, trace), partial(_lines, trace)
        if say_each(found, as_json, record, table):
            return 0
    narrate("Nothing found" if states else "Nothing found. --states looks in states as well")
    return 1


def _lines(trace: Trace, found: Iterable[Hit]) -> Iterator[Line]:
    from ttdebug.view import tables

    rows = (tables.EventRow(trace.event(hit.seq), (hit.where, hit.excerpt)) for hit in found)
    return tables.event_table(trace, rows, width(), ("where", "text"))
