"""`seal` and `migrate`: a recording whose writer was killed, or that an older ttdebug made."""

from __future__ import annotations

from pathlib import Path

import click

from ttdebug.cli.options import Reading
from ttdebug.cli.output import say
from ttdebug.errors import TraceError


@click.command(
    "seal",
    short_help="Close recordings whose writer was killed.",
    epilog="\b\nExamples:\n  ttdebug seal run.ttd\n  ttdebug seal run.ttd other.ttd",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def seal_command(paths: tuple[str, ...]) -> int:
    """Recover recordings in place: one file each, its index complete, nothing beside it.

    Opening a recording that was never closed works as well, on a copy; this is the only command
    that writes to one. A recording that is being written is left alone.
    """
    from ttdebug.store.sealing import seal

    for path in paths:
        with Reading(path).opened() as trace:
            if trace.format != "ttd":
                raise TraceError(f"{path} is a {trace.format} file; only recordings are sealed")
        if not seal(path):
            say(f"{path} is one whole file already; nothing to do")
            continue
        with Reading(path).opened() as trace:
            say(f"{path} sealed: {trace.last_seq:,} events")
    return 0


@click.command(
    "migrate",
    short_help="Write a recording as the newest version.",
    epilog="\b\nExamples:\n  ttdebug migrate old.ttd -o new.ttd",
)
@click.argument("path", metavar="PATH")
@click.option("-o", "--output", required=True, metavar="OUT.ttd", help="The recording to write.")
@click.option("--force", is_flag=True, help="Overwrite OUT if it exists.")
def migrate_command(path: str, output: str, force: bool) -> int:
    """Write all of a recording anew, as this ttdebug writes recordings; PATH stays as it is.

    Older versions open as they are. There is one version so far, so the new file holds the same,
    with a chain and an index of its own.
    """
    from ttdebug.cli.files import check_target
    from ttdebug.cli.options import Progress
    from ttdebug.formats import rewriting
    from ttdebug.formats.export import Part

    check_target(path, Path(output), force)
    progress = Progress("Migrating")
    with Reading(path).opened() as trace:
        if trace.format != "ttd":
            raise TraceError(f"{path} is a {trace.format} file; `ttdebug import` converts it")
        try:
            rewriting.copy(Part(trace, progress=progress), Path(output))
        finally:
            progress.end()
        say(f"{output}: {trace.last_seq:,} events")
    return 0
