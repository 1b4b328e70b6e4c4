"""`history`, `why` and `tree`: questions about a whole recording, answered from its index."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import (
    Listing,
    Reading,
    agent_option,
    check_agent,
    json_option,
    listing_options,
    reading_options,
)
from ttdebug.cli.output import narrate, say_each, say_json, say_lines, width
from ttdebug.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ttdebug.analyze.causality import Relative
    from ttdebug.analyze.history import Write
    from ttdebug.store.trace import Trace
    from ttdebug.view.line import Line


@click.command(
    "history",
    short_help="Every write of a state path.",
    epilog="\b\nExamples:\n  ttdebug history run.ttd budget.remaining\n"
    "  ttdebug history run.ttd 'todo[id=5].status' --agent planner --reverse\n"
    "  ttdebug history session.jsonl 'files[\"/src/app.py\"]' --json",
)
@reading_options
@json_option
@listing_options
@click.argument("path_text", metavar="SP")
@agent_option("Only this agent's state; default: every agent that has one.")
def history_command(
    reading: Reading, listing: Listing, as_json: bool, path_text: str, agent: str | None
) -> int:
    """Every write of a state path: which event, the old value and the new one."""
    from ttdebug import paths
    from ttdebug.analyze import history
    from ttdebug.analyze import listing as lists
    from ttdebug.view import records

    path = paths.parse(path_text)
    with reading.opened() as trace:
        wanted = listing.wanted(trace, reading, agent)
        found = islice(lists.writes(trace, wanted, path), listing.limit)
        owners = [agent] if agent else history.owners(trace, path)
        table = partial(_write_lines, trace, owners)
        if say_each(found, as_json, records.write_record, table):
            return 0
        narrate(history.nothing_written(trace, path, agent=agent))
    return 1


@click.command(
    "why",
    short_help="What led to the value of a state path.",
    epilog="\b\nExamples:\n  ttdebug why run.ttd budget.remaining\n"
    "  ttdebug why run.ttd 'todo[id=5]' --at 256 --agent planner --json",
)
@reading_options
@json_option
@click.argument("path_text", metavar="SP")
@click.option(
    "--at", default="end", metavar="POS", show_default=True, help="Just after this event."
)
@agent_option("Whose state; default: the one the event at POS sees.")
def why_command(reading: Reading, as_json: bool, path_text: str, at: str, agent: str | None) -> int:
    """Why a value is what it is: its last write, then what led to that, nearest first."""
    from ttdebug import paths
    from ttdebug.analyze import causality
    from ttdebug.view import records

    path = paths.parse(path_text)
    with reading.opened() as trace:
        check_agent(trace, agent)
        position = reading.position(trace, at)
        chain = causality.why(trace, path, position, agent=agent)
        record = partial(records.relative_record, trace)
        say_each(chain, as_json, record, _relative_lines)
    return 0


@click.command(
    "tree",
    short_help="Spans and causes.",
    epilog="\b\nExamples:\n  ttdebug tree run.ttd\n  ttdebug tree run.ttd --at 256 --json",
)
@reading_options
@json_option
@click.option("--at", metavar="POS", help="Only what led to this event and what it led to.")
def tree_command(reading: Reading, as_json: bool, at: str | None) -> int:
    """Causality: spans with what happened inside them, or one event's causes and effects."""
    from ttdebug.analyze import causality
    from ttdebug.view import records, tables

    with reading.opened() as trace:
        if at is None:
            run = reading.chosen_run(trace)
            roots = causality.roots(trace, run.id if run else None)
            record = partial(records.tree_record, trace)
            table = partial(tables.tree_lines, trace, width=width())
            if say_each(roots, as_json, record, table):
                return 0
            narrate("No event was recorded")
            return 1
        position = reading.position(trace, at)
        if not position.seq:
            raise NotFoundError("Nothing happened before the start. `--at 1` is the first event")
        if as_json:
            say_json(records.causality_record(trace, position))
        else:
            say_lines(tables.causality_lines(trace, position, width()))
    return 0


def _write_lines(trace: Trace, owners: Sequence[str], found: Iterable[Write]) -> Iterator[Line]:
    from ttdebug.view import places, tables, writes

    named = places.places(trace)
    shown = (writes.WriteRow.of(write, named.get(write.event.timeline_id, "")) for write in found)
    agents = owners if len(owners) > 1 else ()
    return tables.history_lines(shown, width(), named.values(), agents)


def _relative_lines(found: Iterable[Relative]) -> Iterator[Line]:
    from ttdebug.view import numbers, summary, tables

    def rows() -> Iterator[tuple[str, ...]]:
        for relative in found:
            event = relative.event
            told = summary.summary(event)
            words = f"{told.name}  {told.text}".strip()
            kind = "" if relative.kind == "recorded" else "inferred: "
            yield (
                numbers.seq(event.seq),
                kind + relative.relation,
                event.agent or "",
                event.type,
                words,
            )

    return tables.columns(rows(), ("seq", "relation", "agent", "type", "event"), width())
