"""`runs`: what was recorded, a line for each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import Reading, format_options, json_option
from ttdebug.cli.output import narrate, say_each, width
from ttdebug.errors import TtdebugError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ttdebug.view.line import Line
    from ttdebug.view.runs import Listed


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
