"""`export`: a recording, or a part of one, as a file of another format."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ttdebug.cli.files import check_target
from ttdebug.cli.options import Listing, Progress, Reading, bounds_options, check_agent
from ttdebug.cli.output import narrate, say, say_json
from ttdebug.errors import TraceError, UsageError

if TYPE_CHECKING:
    from ttdebug.formats.export import Part
    from ttdebug.recorder.redaction import Redactor

FORMATS = {
    "jsonl": "ttdebug.formats.export.jsonl",
    "otlp": "ttdebug.formats.export.otlp",
    "chrome": "ttdebug.formats.export.chrome",
    "atif": "ttdebug.formats.export.atif",
    "html": "ttdebug.view.pages.html",
    "md": "ttdebug.view.pages.markdown",
}
SUFFIXES = {".jsonl": "jsonl", ".html": "html", ".htm": "html", ".md": "md"}


@click.command(
    "export",
    short_help="Write a recording as another format.",
    epilog="\b\nExamples:\n  ttdebug export run.ttd -o run.jsonl\n"
    "  ttdebug export run.ttd -o report.html --from 250 --to 260\n"
    "  ttdebug export run.ttd -o spans.json --format otlp --run last --redact\n"
    "  ttdebug export run.ttd -o - --format md --agent booker\n"
    "\n\b\nFormats:\n"
    "  jsonl   ours, lossless: `ttdebug open` and `import` read it back\n"
    "  otlp    OpenTelemetry, JSON: a trace per run, GenAI attributes\n"
    "  chrome  Trace Event Format, for Perfetto and speedscope\n"
    "  atif    Agent Trajectory Interchange Format, of one run\n"
    "  html    a report in one file, every event with its data\n"
    "  md      a report in Markdown\n",
)
@click.argument("path", metavar="PATH")
@click.option("-o", "--output", required=True, metavar="OUT", help="The file; `-` is stdout.")
@click.option(
    "--format",
    "style",
    type=click.Choice(list(FORMATS)),
    metavar="FORM",
    help="jsonl, otlp, chrome, atif, html or md; guessed from OUT if it ends so.",
)
@click.option("--run", metavar="ID", help="Only this run; `last` is the newest.")
@bounds_options
@click.option("--agent", "agents", multiple=True, metavar="NAME", help="Only its events; repeats.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only events tagged so; repeats.")
@click.option("--redact", is_flag=True, help="Hide what looks like a secret.")
@click.option("--force", is_flag=True, help="Overwrite OUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.option("--source-format", metavar="NAME", help="Read the file as this format.")
def export_command(
    path: str,
    output: str,
    style: str | None,
    run: str | None,
    start: str | None,
    stop: str | None,
    agents: tuple[str, ...],
    tags: tuple[str, ...],
    redact: bool,
    force: bool,
    as_json: bool,
    source_format: str | None,
) -> int:
    """Write a recording, or a part of it, as another format."""
    from ttdebug.formats.export import Part

    style = style or _guess(output)
    if output != "-":
        check_target(path, Path(output), force)
    reading = Reading(path, format=source_format, run=run)
    progress = Progress("Exporting")
    with reading.opened() as trace:
        for agent in agents:
            check_agent(trace, agent)
        chosen = reading.chosen_run(trace)
        first, last = Listing(start, stop).bounds(trace, chosen)
        hiding = _redactor() if redact else None
        part = Part(
            trace,
            first,
            last,
            run=chosen.id if chosen else None,
            agents=agents or None,
            tags=tags or None,
            clean=hiding.value if hiding else None,
            progress=progress,
        )
        try:
            events, size = _write(part, style, output)
        finally:
            progress.end()
        hidden = sum(hiding.found.values()) if hiding else None
    if not events:
        narrate("No event is part of it; only the frame of the file was written")
    if output != "-":
        _tell(output, style, events, size, hidden, as_json)
    return 0 if events else 1


def _tell(
    output: str, style: str, events: int, size: int, hidden: int | None, as_json: bool
) -> None:
    if as_json:
        told = {"path": output, "format": style, "events": events, "size_bytes": size}
        say_json(told | {"redacted": hidden})
        return
    more = "" if hidden is None else f", {hidden:,} secrets hidden"
    say(f"{output}  {style}, {events:,} events, {size:,} bytes{more}")


def _guess(output: str) -> str:
    found = SUFFIXES.get(Path(output).suffix.lower())
    if found is None:
        raise UsageError(f"--format is needed: {output} does not say which of {', '.join(FORMATS)}")
    return found


def _redactor() -> Redactor:
    from ttdebug.recorder.redaction import Redactor

    return Redactor()


def _write(part: Part, style: str, output: str) -> tuple[int, int]:
    """Write the file; returns how many events it holds and its size in bytes."""
    make: Callable[[Part], Iterator[bytes]] = import_module(FORMATS[style]).lines
    size = 0
    with _opened(output) as file:
        for piece in make(part):
            file.write(piece)
            size += len(piece)
    return part.taken, size


@contextmanager
def _opened(output: str) -> Iterator[BinaryIO]:
    """A file that appears as a whole, readable by its owner only, or standard output."""
    if output == "-":
        yield sys.stdout.buffer
        return
    target = Path(output)
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".ttdebug-")
    except OSError as error:
        raise TraceError(f"{target} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(name).replace(target)
    except OSError as error:
        raise TraceError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        Path(name).unlink(missing_ok=True)
