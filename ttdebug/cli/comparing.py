"""`diff`: where two positions differ, in one file or two."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ttdebug.cli.options import Reading, agent_option, check_agent
from ttdebug.cli.output import narrate, say, say_json, say_lines, width
from ttdebug.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from ttdebug.model import Change, Value
    from ttdebug.store.trace import Trace


class Side(NamedTuple):
    """One end of a comparison: an opened recording and a place in it."""

    trace: Trace
    timeline: int
    seq: int

    def state(self, agent: str) -> Value:
        """The agent's state there."""
        return self.trace.state(self.seq, agent, self.timeline)


@click.command(
    "diff",
    short_help="Where the states at two positions differ.",
    epilog="\b\nExamples:\n  ttdebug diff run.ttd 255 256\n"
    "  ttdebug diff run.ttd main:end fix-budget:end --agent booker\n"
    "  ttdebug diff run.ttd 50% end --agent planner --format jsonpatch\n"
    "  ttdebug diff run.ttd 255 other.ttd@256 --exclude /messages --exit-code",
)
@click.argument("path", metavar="PATH")
@click.argument("start", metavar="A")
@click.argument("stop", metavar="B")
@click.option("--run", metavar="ID", help="The run of the positions; `last` is the newest.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "jsonpatch", "html"]),
    metavar="FORM",
    default="text",
    show_default=True,
    help="Print as text, json, jsonpatch or html.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@agent_option("Whose state; default: the one the event at B sees, at both ends.")
@click.option("--ignore-order", is_flag=True, help="Lists are equal if their elements are.")
@click.option("--exclude", multiple=True, metavar="SP", help="Leave this path out; may repeat.")
@click.option(
    "--significant-digits",
    type=click.IntRange(min=0),
    metavar="N",
    help="Numbers are equal if they are to N decimals.",
)
@click.option("--exit-code", is_flag=True, help="Exit 1 if the two differ.")
@click.option("--source-format", metavar="NAME", help="Read the file as this format.")
def diff_command(
    path: str,
    start: str,
    stop: str,
    run: str | None,
    style: str,
    as_json: bool,
    agent: str | None,
    ignore_order: bool,
    exclude: tuple[str, ...],
    significant_digits: int | None,
    exit_code: bool,
    source_format: str | None,
) -> int:
    """Compare the state at two positions; each may be FILE@POS to compare two recordings."""
    from ttdebug.analyze import compare

    reading = Reading(path, format=source_format, run=run)
    with ExitStack() as stack:
        trace = stack.enter_context(reading.opened())
        after = _side(stack, reading, trace, stop)
        before = _side(stack, reading, trace, start)
        for side in (before, after):
            check_agent(side.trace, agent)
        owner = agent or after.trace.owner(after.seq, after.timeline)
        if owner is None:
            raise NotFoundError(f"No state was recorded at {stop}, so there is nothing to compare")
        old, new = before.state(owner), after.state(owner)
        if len(after.trace.agents_with_state(after.timeline)) > 1 and agent is None:
            narrate(f"state of {owner}")
        changes = list(
            compare.compare(
                old,
                new,
                ignore_order=ignore_order,
                exclude=exclude,
                significant_digits=significant_digits,
            )
        )
    _print("json" if as_json else style, changes, old, new, f"{start} → {stop}")
    return 1 if exit_code and changes else 0


def _print(style: str, changes: list[Change], old: Value, new: Value, title: str) -> None:
    from ttdebug.analyze import render
    from ttdebug.view import records, tables

    if style == "json":
        for change in changes:
            say_json(records.change_record(change))
    elif style == "jsonpatch":
        say_json(render.as_json_patch(old, new))
    elif style == "html":
        for text in render.as_html(changes, title).splitlines():
            say(text)
    elif changes:
        say_lines(tables.change_lines(changes, old, new, width()))
    else:
        narrate("No difference")


def _side(stack: ExitStack, reading: Reading, trace: Trace, text: str) -> Side:
    """Resolve a position, opening another file for FILE@POS."""
    name, at, place = text.rpartition("@")
    if not at or (not Path(name).exists() and name != "-"):
        try:
            position = reading.position(trace, text)
        except UsageError as fault:
            if not at:
                raise
            raise UsageError(f"{fault}, and there is no file {name!r}") from None
        return Side(trace, position.timeline, position.seq)
    if name != reading.path:
        run = reading.run if reading.run == "last" else None
        reading = replace(reading, path=name, run=run)
        trace = stack.enter_context(reading.opened())
    position = reading.position(trace, place)
    return Side(trace, position.timeline, position.seq)
