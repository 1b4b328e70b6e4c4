"""What leaves the program: answers on stdout, narration on stderr, all through the text gate."""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TypeVar

from ttdebug.errors import ConditionError, TraceError
from ttdebug.view.ascii import to_ascii
from ttdebug.view.gate import escape_json, safe
from ttdebug.view.line import Line, spelled

T = TypeVar("T")

WIDE = 120
"""Width of a table that goes to a pipe or a file."""

NARROWEST = 20


def prepare_streams() -> None:
    """Make every character writable, whatever the encoding, and closed streams harmless."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not _is_utf8(stream.encoding):
            stream.reconfigure(errors="backslashreplace")


def finish_stdout() -> None:
    """Hand over what waits to be written; nobody may be left to take it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()


def silence_stdout() -> None:
    """Keep the interpreter from complaining at exit about output nobody can take."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str = "") -> None:
    """Print one line of an answer, whole; a trace's own characters cannot act on the terminal."""
    sys.stdout.write(f"{_writable(safe(text, limit=len(text)))}\n")


def say_json(value: object) -> None:
    """Print one JSON value on one line, with control, bidi and zero-width characters escaped."""
    sys.stdout.write(dump(value) + "\n")


def say_each(
    items: Iterable[T],
    as_json: bool,
    record: Callable[[T], object],
    table: Callable[[Iterable[T]], Iterable[Line]],
) -> bool:
    """Print every item as it comes, as JSON Lines or as a table; False if there was none.

    Damage ends the list with a warning; it is an error only where nothing precedes it.
    """
    rest = iter(items)
    for first in rest:
        found = chain([first], rest)
        lines = map(dump, map(record, found)) if as_json else map(_drawn, table(found))
        printed = False
        try:
            for line in lines:
                sys.stdout.write(line.rstrip() + "\n")
                printed = True
        except TraceError as fault:
            if not printed:
                raise
            narrate(f"warning: this list is not complete: {fault}")
        return True
    return False


def say_lines(lines: Iterable[Line]) -> None:
    """Print what a view drew; what only colour told is spelled out."""
    for line in lines:
        sys.stdout.write(_drawn(line).rstrip() + "\n")


def width() -> int:
    """Cells a table may take: COLUMNS, else the terminal's, or plenty where there is none."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return max(shutil.get_terminal_size((WIDE, 24)).columns, NARROWEST)
    return WIDE


def dump(value: object, *, indent: int | None = None) -> str:
    """JSON text that is safe to show in a terminal."""
    separators = (",", ":") if indent is None else (",", ": ")
    ascii_only = not _is_utf8(sys.stdout.encoding)
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, separators=separators)
    return escape_json(text)


def narrate(text: str) -> None:
    """Say on stderr what was decided or assumed: one line, whatever stands in the text."""
    told = safe(text)
    sys.stderr.write(f"{told if _is_utf8(sys.stderr.encoding) else to_ascii(told)}\n")


def complain(text: str, more: str = "") -> None:
    """Say on stderr what is wrong and what to do; `more` may have several lines."""
    narrate(f"ttdebug: {text}")
    for line in more.splitlines():
        narrate(line)


def warn_all(warnings: Iterable[str], shown: int = 5) -> None:
    """Say the first few warnings of a recording and how many follow."""
    texts = list(warnings)
    for text in texts[:shown]:
        narrate(f"warning: {text}")
    if len(texts) > shown:
        narrate(f"warning: {len(texts) - shown} more; `ttdebug info PATH` lists them")


def render_marked(fault: ConditionError) -> str:
    """The condition with a mark under the column, and what may have been meant."""
    lines = [f"  {safe(fault.text)}", "  " + " " * len(safe(fault.text[: fault.column])) + "^"]
    if fault.suggestion and fault.suggestion not in str(fault):
        lines.append(f"  did you mean {safe(fault.suggestion)}?")
    return "\n".join(lines)


def _drawn(line: Line) -> str:
    return _writable(spelled(line))


def _writable(text: str) -> str:
    """Our own glyphs as their stand-ins where the encoding has no others, so that columns stay."""
    return text if _is_utf8(sys.stdout.encoding) else to_ascii(text)


def _nowhere() -> io.TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - lives as long as we do


def _is_utf8(encoding: str | None) -> bool:
    try:
        return encoding is None or codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        return False
