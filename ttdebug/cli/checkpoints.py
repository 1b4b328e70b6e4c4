"""`checkpoints`: the positions one can go back to, in one recording or in many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import (
    Listing,
    agent_option,
    format_options,
    json_option,
    listing_options,
    run_option,
)
from ttdebug.cli.output import dump, narrate, say, say_each, width
from ttdebug.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ttdebug.cli.gathering import At, Gathered
    from ttdebug.model import JSON
    from ttdebug.view.line import Line

_LOSSES = 5


@click.command(
    "checkpoints",
    short_help="Named positions, and the states there.",
    epilog="\b\nExamples:\n  ttdebug checkpoints run.ttd --kind pre-operation\n"
    "  ttdebug checkpoints run.ttd --latest pre-operation --state\n"
    "  ttdebug checkpoints run.ttd --nearest 2026-01-31T10:00:00Z --json\n"
    "  ttdebug checkpoints run.ttd --name 'after-*' --reverse --limit 3\n"
    "  ttdebug checkpoints . --latest any --tag automatic --json",
)
@click.argument("paths", metavar="PATH|FOLDER...", nargs=-1, required=True)
@run_option
@format_options
@json_option
@listing_options
@click.option("--kind", metavar="KIND", help="Only routine, pre-operation, recovery or others.")
@click.option("--tag", metavar="TAG", help="Only those with this tag.")
@click.option("--name", metavar="GLOB", help="Only those of this name, e.g. 'after-*'.")
@agent_option("Only those this agent made.")
@click.option("--latest", metavar="KIND", help="Only the last one of a kind; `any` is any.")
@click.option("--nearest", metavar="TIME", help="Only the one made nearest to a time, or to +90s.")
@click.option("--state", "with_state", is_flag=True, help="Print the state there, as JSON.")
def checkpoints_command(
    paths: tuple[str, ...],
    run: str | None,
    format: str | None,  # noqa: A002 - the option's name
    mapping: str | None,
    listing: Listing,
    as_json: bool,
    kind: str | None,
    tag: str | None,
    name: str | None,
    agent: str | None,
    latest: str | None,
    nearest: str | None,
    with_state: bool,
) -> int:
    """Checkpoints: named, tagged positions that a state can be restored from.

    The state of one is printed as JSON, each value in the form it was recorded in; from Python,
    `ttdebug.open(PATH).checkpoints().latest().restore()` gives back what it was made of.

    Of a folder all recordings (.ttd) in it, and a few levels below. Checkpoints of several files
    are listed in the order they were made, each with its file, and --latest and --nearest choose
    among all of them; --run, --from and --to are about each file.
    """
    from ttdebug.analyze.checkpoints import Filter
    from ttdebug.cli.gathering import Asked, Gathered

    if latest and nearest:
        raise UsageError("--latest and --nearest each choose one; give one of them")
    if latest and kind:
        raise UsageError("--latest KIND says the kind already; leave out --kind")
    which = Filter(latest or kind, tag, name)
    asked = Asked(listing, run, agent, which, nearest, latest=latest is not None)
    with Gathered(paths, format, mapping, asked) as gathered:
        say_them = _say_state if with_state else _say
        listed = say_them(gathered, gathered.chosen(), as_json)
        if not listed:
            narrate(gathered.nothing())
    if listed:
        return 0
    return 3 if gathered.faults else 1


def _say(gathered: Gathered, found: Iterator[At], as_json: bool) -> bool:
    from ttdebug.view import places

    last: list[At] = []

    def rows(listed: Iterable[At]) -> Iterator[At]:
        for one in listed:
            last[:] = [one]
            yield one

    def table(listed: Iterable[At]) -> Iterator[Line]:
        return (_table_of_files if gathered.named else _table)(gathered, rows(listed))

    listed = say_each(found, as_json, gathered.record, table)
    for one in last:
        command = places.command(gathered.trace(one.number), one.checkpoint.position)
        narrate(f"{command} goes there; --state prints the state")
    return listed


def _table(gathered: Gathered, found: Iterable[At]) -> Iterator[Line]:
    from ttdebug.view import checkpoints, places, tables

    trace = gathered.trace(0)
    named = places.places(trace)
    rows = (checkpoints.row(trace, one.checkpoint, named) for one in found)
    return tables.columns(rows, checkpoints.head(named), width())


def _table_of_files(gathered: Gathered, found: Iterable[At]) -> Iterator[Line]:
    from ttdebug.view import checkpoints, tables

    columns = checkpoints.shown(width())

    def rows() -> Iterator[Sequence[str]]:
        for one in found:
            trace, file = gathered.trace(one.number), gathered.files[one.number][1]
            row = checkpoints.row_of_file(trace, one.checkpoint, file)
            yield [row[at] for at in columns]

    return tables.columns(rows(), [checkpoints.HEAD_OF_FILES[at] for at in columns], width())


def _say_state(gathered: Gathered, found: Iterator[At], as_json: bool) -> bool:
    """The state at each as JSON Lines, or the one there is."""
    if as_json:
        return say_each(
            found,
            True,
            lambda one: gathered.record(one) | {"state": _state(gathered, one)},
            lambda _: (),
        )
    chosen = list(found)
    if len(chosen) > 1:
        raise UsageError(
            f"{len(chosen):,} checkpoints have a state each. Narrow them, such as with --latest"
            " any; --json prints all"
        )
    for one in chosen:
        where = f" of {gathered.files[one.number][1]}" if gathered.named else ""
        event = one.checkpoint.event
        narrate(f"state at checkpoint {event.name or ''} (event {event.seq:,}{where})")
        state = _state(gathered, one)
        for text in dump(state, indent=2).split("\n"):
            say(text)
        _warn_of_losses(state)
    return bool(chosen)


def _state(gathered: Gathered, one: At) -> JSON:
    """The state at a checkpoint, null where there is none."""
    from ttdebug.analyze.standing import value_at

    try:
        return value_at(gathered.trace(one.number), one.checkpoint.position, ())
    except NotFoundError as fault:
        narrate(str(fault))
        return None


def _warn_of_losses(state: JSON) -> None:
    """Say which values Python would not get back as they were."""
    from ttdebug.recorder.restore import losses

    lost = list(losses(state))
    for pointer, why in lost[:_LOSSES]:
        narrate(f"warning: {pointer or 'the state'} was not recorded whole ({why})")
    if len(lost) > _LOSSES:
        narrate(f"warning: nor were {len(lost) - _LOSSES:,} more values")
