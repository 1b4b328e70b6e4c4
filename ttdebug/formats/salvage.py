"""What can be saved of a damaged document: the sound elements of the lists in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ttdebug.foreign import lenient
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage
from ttdebug.formats.splitter import Splitter
from ttdebug.model import Object


def salvaged(damage: Damage, lists: Sequence[str], report: Report) -> Iterator[Object]:
    """The objects in all `lists`, known by their field names, that can still be decoded."""
    names = b"|".join(re.escape(name.encode()) for name in lists)
    for start in re.finditer(rb'"(?:' + names + rb')"\s*:\s*(?=\[)', damage.data):
        yield from _elements(damage, start.end(), report)


def _elements(damage: Damage, start: int, report: Report) -> Iterator[Object]:
    splitter = Splitter()
    line = damage.line + damage.data.count(b"\n", 0, start) - 1
    for element in splitter.feed(damage.data[start:]):
        if not splitter.in_list:
            return
        try:
            value = lenient.decode(element.data).value
        except lenient.NotJSONError as error:
            report.warn(f"a damaged element was skipped: {error}", line=line + element.number)
            continue
        if isinstance(value, dict):
            yield value
    if splitter.unfinished:
        report.warn("the last element is cut off", line=line + splitter.start_line)
