"""`cache`: the conversions of foreign files that are kept, and how to be rid of them."""

from __future__ import annotations

import time

import click

from ttdebug.cli.options import json_option
from ttdebug.cli.output import narrate, say, say_json, say_lines, width


@click.command(
    "cache",
    short_help="Conversions of foreign files that are kept.",
    epilog="\b\nExamples:\n  ttdebug cache\n  ttdebug cache --json\n"
    "  ttdebug cache --clear --older-than 30",
)
@click.option("--clear", is_flag=True, help="Remove conversions; they are made again when needed.")
@click.option(
    "--older-than",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="With --clear: only those not used for so many days.",
)
@json_option
def cache_command(clear: bool, older_than: int | None, as_json: bool) -> int:
    """List the conversions that spare reading a foreign file twice, the latest used first.

    They lie in a private folder (TTDEBUG_CACHE names another), and the oldest go when it is full.
    """
    from ttdebug.formats.cache import MAX_BYTES, Cache
    from ttdebug.view import numbers, tables

    if older_than is not None and not clear:
        raise click.UsageError("--older-than says what --clear removes; give both.")
    cache = Cache.open()
    entries = cache.entries()
    if clear:
        gone = cache.clear(older_than * 86_400.0 if older_than is not None else 0.0)
        say(f"{len(gone)} removed, {numbers.size(sum(entry.size for entry in gone))}")
        return 0
    now = time.time()
    if as_json:
        for entry in entries:
            say_json(
                {
                    "path": str(entry.path),
                    "format": entry.format,
                    "source": entry.source,
                    "size_bytes": entry.size,
                    "used_seconds_ago": round(now - entry.used, 1),
                }
            )
    elif entries:
        rows = (
            (entry.source or "unknown", entry.format, numbers.size(entry.size),
             numbers.age(now - entry.used))
            for entry in entries
        )  # fmt: skip
        say_lines(tables.columns(rows, ("source", "format", "size", "used"), width()))
    total = numbers.size(sum(entry.size for entry in entries))
    count = numbers.plural(len(entries), "conversion")
    narrate(f"{cache.directory}: {count}, {total} of at most {numbers.size(MAX_BYTES)}")
    return 0
