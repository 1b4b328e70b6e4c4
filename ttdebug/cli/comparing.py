"""`diff`: where two positions differ, in one file or two; how two runs do; how two prompts do."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from ttdebug.cli.aligning import print_alignment
from ttdebug.cli.contexts import print_context
from ttdebug.cli.options import Reading, agent_option
from ttdebug.cli.output import narrate, say, say_json, say_lines, width
from ttdebug.cli.sides import two_sides
from ttdebug.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ttdebug.analyze.compare import Options
    from ttdebug.analyze.sides import Comparison, Sides

_TOUCHED = 20
"""Paths that were written and are as before, listed in a text."""


@click.command(
    "diff",
    short_help="Where two positions, or two runs, differ.",
    epilog="\b\nExamples:\n  ttdebug diff run.ttd 255 256\n"
    "  ttdebug diff run.ttd main:end fix-budget:end --agent booker\n"
    "  ttdebug diff run.ttd 50% end --agent planner --format jsonpatch\n"
    "  ttdebug diff run.ttd 255 other.ttd@256 --exclude '*.updated_at' --exit-code\n"
    "\n\b\nWhat was done, side by side, the first divergence first:\n"
    "  ttdebug diff run.ttd other.ttd --align\n"
    "  ttdebug diff run.ttd main fix-budget --align --json\n"
    "\n\b\nWhat the model was told, by the call before or by another:\n"
    "  ttdebug diff run.ttd 258 --context\n"
    "  ttdebug diff run.ttd 253 258 --context --json",
)
@click.argument("path", metavar="PATH")
@click.argument("start", metavar="A")
@click.argument("stop", metavar="[B]", required=False)
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
@click.option("--align", "aligned", is_flag=True, help="Align what was done up to A and up to B.")
@click.option(
    "--context", is_flag=True, help="What a model was told at A and at B; B alone: the call before."
)
@agent_option("Whose state; default: the one the event at B sees, at both ends.")
@click.option("--ignore-order", is_flag=True, help="Lists are equal if their elements are.")
@click.option(
    "--exclude", multiple=True, metavar="SP", help="Leave this path out, * is any key; may repeat."
)
@click.option(
    "--significant-digits",
    type=click.IntRange(min=0),
    metavar="N",
    help="Numbers are equal if they are to N decimals.",
)
@click.option("--ignore-number-types", is_flag=True, help="1 and 1.0 are equal.")
@click.option("--touched", is_flag=True, help="Also paths written in between that are as before.")
@click.option("--exit-code", is_flag=True, help="Exit 1 if the two differ.")
@click.option("--source-format", metavar="NAME", help="Read the file as this format.")
def diff_command(
    path: str,
    start: str,
    stop: str | None,
    run: str | None,
    style: str,
    as_json: bool,
    aligned: bool,
    context: bool,
    agent: str | None,
    ignore_order: bool,
    exclude: tuple[str, ...],
    significant_digits: int | None,
    ignore_number_types: bool,
    touched: bool,
    exit_code: bool,
    source_format: str | None,
) -> int:
    """Compare the state at two positions; FILE@POS, or a timeline or FILE at its end."""
    from ttdebug.analyze.compare import Options

    style = "json" if as_json else style
    reading = Reading(path, format=source_format, run=run)
    options = Options(ignore_order, exclude, significant_digits, ignore_number_types)
    with ExitStack() as stack:
        if aligned:
            _require_text_or_json(style, "An alignment")
            sides = two_sides(stack, reading, start, stop)
            differ = print_alignment(sides, as_json=style == "json")
        elif context:
            _require_text_or_json(style, "A context diff")
            as_json = style == "json"
            differ = print_context(stack, reading, start, stop, agent, as_json=as_json)
        else:
            sides = two_sides(stack, reading, start, stop)
            differ = _compare(sides, agent, options, style, touched=touched)
    return 1 if exit_code and differ else 0


def _require_text_or_json(style: str, what: str) -> None:
    if style not in ("text", "json"):
        raise UsageError(f"{what} is printed as text or json, not as {style}")


def _compare(
    sides: Sides, agent: str | None, options: Options, style: str, *, touched: bool
) -> bool:
    """Compare two states and print how they differ; whether they do."""
    from ttdebug.analyze.sides import also_differ, compare_sides
    from ttdebug.view.side_by_side import also_differing

    found = compare_sides(sides, options, agent=agent)
    if agent is None and found.owners[0] != found.owners[1]:
        a, b = (f"{who} in {name}" for who, name in zip(found.owners, sides.names, strict=True))
        narrate(f"state of {a}, of {b}")
    elif agent is None and len(sides.b.agents) > 1:
        narrate(f"state of {found.owners[1]}")
    told = found.nothing_common()
    if told is not None:
        narrate(told)
    if agent is None and (others := also_differ(found, options)):
        narrate(f"{also_differing(others)}: --agent {shlex.quote(others[0].agent)}")
    if style == "text":
        _print_text(found)
    else:
        _print(style, found, found.touched if touched else ())
    return bool(found.changes)


def _print_text(found: Comparison) -> None:
    from ttdebug.view import tables

    changes, same = found.changes, found.touched
    if changes:
        say_lines(tables.change_lines(changes, found.old, found.new, width(), same[:_TOUCHED]))
        same = same[_TOUCHED:]
    else:
        narrate("No difference")
    if same:
        more = "more " if changes else ""
        narrate(f"{len(same):,} {more}paths were written in between and are as before: {same[0]}")


def _print(style: str, found: Comparison, same: Sequence[str]) -> None:
    from ttdebug.analyze import render
    from ttdebug.paths import parse, resolve
    from ttdebug.view import compared

    if style == "json":
        for change in found.changes:
            say_json(compared.change_record(change))
        for path in same:
            say_json(compared.equal_record(path, resolve(found.new, parse(path))))
    elif style == "jsonpatch":
        say_json(render.as_json_patch(found.old, found.new))
    else:
        title = " → ".join(found.sides.names)
        for text in render.as_html(found.changes, title).splitlines():
            say(text)
