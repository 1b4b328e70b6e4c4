"""CSV read as records: one per row, named by the header, with numbers as numbers.

Columns are parted by comma, semicolon, tab or bar. An empty cell is null; `true` and `false` are
booleans, `nan` and `inf` numbers; a cell that holds a JSON object or list is that value; columns
with dotted names (`state.budget`) are members of one object.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ttdebug.foreign import lenient
from ttdebug.foreign.shapes import embedded
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage, Record
from ttdebug.formats.source import BOM, MAX_LINE, Source
from ttdebug.model import JSON, Object, not_finite

DELIMITERS = ",;\t|"
MAX_CELL = 4 << 20
"""Characters of a cell; a row with a longer one is damage."""
BEYOND = "beyond the header"
"""The field that holds the cells of a row that has more of them than the header."""
UNNAMED = "index"
"""What a first column without a name holds, as data frames write it."""

_TRIED = 20
_NAME = re.compile(r"[@$#]?[^\W\d][^\n{}\[\]]{0,99}")
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,999})", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?", re.ASCII)
_WORDS: dict[str, JSON] = {
    "": None,
    "true": True,
    "false": False,
    **{word: not_finite(float(word)) for word in ("nan", "inf", "-inf")},
}


def delimiter_of(beginning: bytes) -> str | None:
    """What parts the columns of a table that begins like this; None if it is no table."""
    text = lenient.text(beginning.removeprefix(BOM))
    return next((mark for mark in DELIMITERS if _fits(text, mark)), None)


def head_rows(beginning: bytes) -> list[Object]:
    """The first rows of a table that begins like this, none if it is none."""
    delimiter = delimiter_of(beginning)
    if delimiter is None:
        return []
    header, *rows = _tried(lenient.text(beginning.removeprefix(BOM)), delimiter)
    places = _places(_names(header))
    return [_record(places, cells) for cells in rows]


def read_table(source: Source, delimiter: str, report: Report) -> Iterator[Record | Damage]:
    """A record per row; `line` is the one on which the row begins."""
    csv.field_size_limit(MAX_CELL)
    rows = csv.reader(_lines(source, report), delimiter=delimiter, strict=True)
    places = _places(_names(next(rows, [])))
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Damage(line, "", f"not a row ({error})")
            continue
        if any(cells):
            if len(cells) != len(places):
                report.warn(f"{len(cells)} cells under {len(places)} names", line=line)
            yield Record(line, _record(places, cells), sum(map(len, cells)))


def _fits(text: str, delimiter: str) -> bool:
    """Whether the first lines are a header of names, and rows with a cell for each."""
    try:
        tried = _tried(text, delimiter)
    except csv.Error:
        return False
    header = _names(tried[0]) if tried else []
    if len(header) < 2 or len(set(header)) < len(header) or not all(map(_NAME.fullmatch, header)):
        return False
    fitting = sum(len(row) == len(header) for row in tried[1:])
    return 0 < len(tried) - 1 <= fitting * 2


def _tried(text: str, delimiter: str) -> list[list[str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [row for row in islice(rows, _TRIED) if any(row)]


def _lines(source: Source, report: Report) -> Iterator[str]:
    """The lines of the file with their ends, which may stand inside a quoted cell."""
    with source.open() as stream:
        done = 0
        while line := stream.readline(MAX_LINE):
            yield lenient.text(line if done else line.removeprefix(BOM))
            done += len(line)
            report.advance(done)


def _names(header: Sequence[str]) -> list[str]:
    names = [name.strip() for name in header]
    return [UNNAMED, *names[1:]] if names and not names[0] else names


def _places(header: Sequence[str]) -> list[list[str]]:
    """The keys that lead to each column: several where its name is dotted."""
    known = frozenset(header)
    return [_place(name, known) for name in header]


def _place(name: str, known: frozenset[str]) -> list[str]:
    """A name stays whole where a column stands at what would be the object around it."""
    keys = name.split(".")
    around = {".".join(keys[:count]) for count in range(1, len(keys))}
    return keys if all(keys) and not around & known else [name]


def _record(places: Sequence[Sequence[str]], cells: Sequence[str]) -> Object:
    record: Object = {}
    for place, cell in zip(places, cells, strict=False):
        holder = record
        for key in place[:-1]:
            inner = holder.setdefault(key, {})
            assert isinstance(inner, dict)
            holder = inner
        holder[place[-1]] = value_of(cell)
    if len(cells) > len(places):
        record[BEYOND] = [value_of(cell) for cell in cells[len(places) :]]
    return record


def value_of(cell: str) -> JSON:
    """What a cell says; a number with leading zeros is an identifier and stays text."""
    word = cell.strip()
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    if _WHOLE.fullmatch(word):
        return int(word)
    if _FLOAT.fullmatch(word) and math.isfinite(number := float(word)):
        return number
    return embedded(cell)
