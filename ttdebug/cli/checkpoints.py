"""`runs` and `checkpoints`: what was recorded, and the positions one can go back to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import (
    Listing,
    Reading,
    agent_option,
    format_options,
    json_option,
    listing_options,
    reading_options,
)
from ttdebug.cli.output import dump, narrate, say, say_each, width
from ttdebug.errors import NotFoundError, TtdebugError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ttdebug.analyze.checkpoints import Checkpoint
    from ttdebug.analyze.checkpoints import Filter as Which
    from ttdebug.analyze.listing import Wanted
    from ttdebug.model import JSON
    from ttdebug.store.trace import Trace
    from ttdebug.view.line import Line
    from ttdebug.view.runs import Listed

_LOSSES = 5


@click.command(
    "runs",
    short_help="The runs of recordings, one line each.",
    epilog="\b\nExamples:\n  ttdebug runs run.ttd\n  ttdebug runs . --json\n"
    "  ttdebug runs run.ttd session.jsonl",
)
@click.argument("paths", metavar="PATH|FOLDER...", nargs=-1, required=True)
@json_option
@format_options
def runs_command(
    paths: tuple[str, ...],
    as_json: bool,
    format: str | None,  # noqa: A002 - the option's name
    mapping: str | None,
) -> int:
    """The runs of recordings: when, how long, how much, by whom, and how each one ended.

    Of a folder all recordings (.ttd) in it, and a few levels below; other formats are read where
    they are named. The size of a run is about its part of the file.
    """
    from ttdebug.view import contents, runs, tables

    found = _Reading(paths, format, mapping)
    columns = runs.shown(width(), files=found.several)

    def record(listed: Listed) -> object:
        return {"path": listed.file} | contents.told_record(listed.told)

    def table(listed: Iterable[Listed]) -> Iterator[Line]:
        rows = map(runs.row, listed)
        cells = ([row[at] for at in columns] for row in rows)
        return tables.columns(cells, [runs.HEAD[at] for at in columns], width())

    if say_each(found.runs(), as_json, record, table):
        return 0
    narrate("No run was recorded" if not found.faults else "Nothing could be read")
    return 3 if found.faults else 1


class _Reading:
    """The runs of files and folders; a file that cannot be read is told of and left out."""

    def __init__(self, paths: tuple[str, ...], format: str | None, mapping: str | None) -> None:  # noqa: A002 - the option's name
        from ttdebug.cli.files import recordings

        self._format = format
        self._mapping = mapping
        self._files = [one for path in paths for one in recordings(path)]
        self.faults = 0

    @property
    def several(self) -> bool:
        """Whether one has to say of which file a run is."""
        return len(self._files) > 1

    def runs(self) -> Iterator[Listed]:
        """All runs, file by file."""
        from ttdebug.analyze.runs import tell
        from ttdebug.view.runs import Listed

        for file, shown in self._files:
            try:
                with Reading(str(file), self._format, self._mapping).open() as trace:
                    for run in trace.runs:
                        yield Listed(str(file), shown, tell(trace, run))
            except TtdebugError as fault:
                if not self.several:
                    raise
                self.faults += 1
                narrate(f"warning: {fault}")


@click.command(
    "checkpoints",
    short_help="Named positions, and the states there.",
    epilog="\b\nExamples:\n  ttdebug checkpoints run.ttd --kind pre-operation\n"
    "  ttdebug checkpoints run.ttd --latest pre-operation --state\n"
    "  ttdebug checkpoints run.ttd --nearest 2026-01-31T10:00:00Z --json\n"
    "  ttdebug checkpoints run.ttd --name 'after-*' --reverse --limit 3",
)
@reading_options
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
    reading: Reading,
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
    """
    from ttdebug.analyze import checkpoints

    if latest and nearest:
        raise UsageError("--latest and --nearest each choose one; give one of them")
    if latest and kind:
        raise UsageError("--latest KIND says the kind already; leave out --kind")
    with reading.opened() as trace:
        wanted = listing.wanted(trace, reading, agent)
        if latest:
            wanted = wanted._replace(reverse=True)
        which = checkpoints.Filter(latest or kind, tag, name)
        found = _chosen(trace, wanted, which, nearest, 1 if latest else listing.limit)
        listed = _say_state(trace, found, as_json) if with_state else _say(trace, found, as_json)
        if not listed:
            narrate(checkpoints.nothing(trace, wanted, which))
    return 0 if listed else 1


def _chosen(
    trace: Trace, wanted: Wanted, which: Which, nearest: str | None, limit: int | None
) -> Iterator[Checkpoint]:
    from itertools import islice

    from ttdebug.analyze import checkpoints

    found = checkpoints.find(trace, wanted, which)
    if nearest is None:
        return islice(found, limit)
    run = wanted.run.id if wanted.run else None
    one = checkpoints.nearest(found, checkpoints.parse_time(trace, nearest, run))
    return iter([] if one is None else [one])


def _say(trace: Trace, found: Iterator[Checkpoint], as_json: bool) -> bool:
    from ttdebug.view import checkpoints, places, records, tables

    named = places.places(trace)
    last: list[Checkpoint] = []

    def table(listed: Iterable[Checkpoint]) -> Iterator[Line]:
        def rows() -> Iterator[Sequence[str]]:
            for one in listed:
                last[:] = [one]
                yield checkpoints.row(trace, one, named)

        return tables.columns(rows(), checkpoints.head(named), width())

    listed = say_each(found, as_json, partial(records.checkpoint_record, trace), table)
    for one in last:
        narrate(f"{places.command(trace, one.position)} goes there; --state prints the state")
    return listed


def _say_state(trace: Trace, found: Iterator[Checkpoint], as_json: bool) -> bool:
    """The state at each as JSON Lines, or the one there is."""
    from ttdebug.view import records

    if as_json:
        return say_each(
            found,
            True,
            lambda one: records.checkpoint_record(trace, one) | {"state": _state(trace, one)},
            lambda _: (),
        )
    chosen = list(found)
    if len(chosen) > 1:
        raise UsageError(
            f"{len(chosen):,} checkpoints have a state each. Narrow them, such as with --latest"
            " any; --json prints all"
        )
    for one in chosen:
        narrate(f"state at checkpoint {one.event.name or ''} (event {one.seq:,})")
        state = _state(trace, one)
        for text in dump(state, indent=2).split("\n"):
            say(text)
        _warn_of_losses(state)
    return bool(chosen)


def _state(trace: Trace, one: Checkpoint) -> JSON:
    """The state at a checkpoint, null where there is none."""
    from ttdebug.analyze.standing import value_at

    try:
        return value_at(trace, one.position, ())
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
