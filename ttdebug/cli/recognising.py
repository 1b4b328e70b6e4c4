"""`formats`: what ttdebug reads, and how it understands a file."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import json_option
from ttdebug.cli.output import narrate, say, say_json, say_lines, width

if TYPE_CHECKING:
    from ttdebug.formats.recognising import Format


@click.command(
    "formats",
    short_help="Formats that open, and how a file is recognised.",
    epilog="\b\nExamples:\n  ttdebug formats\n  ttdebug formats session.jsonl\n"
    "  ttdebug events session.jsonl --format generic",
)
@click.argument("path", metavar="[PATH]", required=False)
@json_option
def formats_command(path: str | None, as_json: bool) -> int:
    """List the formats that open; with PATH, how sure each reader is of that file.

    A file opens as the format that is surest, from 0.5 on; --format chooses another.
    """
    from ttdebug.formats import recognising
    from ttdebug.view import tables

    if path is None:
        _list(recognising.known(), as_json)
        return 0
    told = recognising.recognise(path)
    if as_json:
        for guess in told.guesses:
            chosen = guess.name == told.chosen
            about = {"name": guess.name, "title": guess.title, "confidence": guess.confidence}
            say_json(about | {"chosen": chosen})
    else:
        guesses = (
            (one.name, f"{one.confidence:.2f}", one.title,
             "opens as this" if one.name == told.chosen else "")
            for one in told.guesses
        )  # fmt: skip
        say_lines(tables.columns(guesses, ("--format", "sure", "what it is", ""), width()))
    if told.doubt:
        narrate(told.doubt)
    return 0 if told.chosen else 1


def _list(found: Iterable[Format], as_json: bool) -> None:
    for one in found:
        if as_json:
            say_json({"name": one.name, "title": one.title, "recovers": one.recovers})
            continue
        say(f"{one.name:<16}{one.title}")
        for text in wrap(one.recovers, max(width() - 16, 40)):
            say(f"{'':<16}{text}")
