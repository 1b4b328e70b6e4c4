"""Where JSON objects and lists begin and end in a stream, found without decoding them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ttdebug.formats.source import MAX_LINE, Line

_TOKEN = re.compile(rb'\\[\s\S]?|["{}\[\]\n]')


class Splitter:
    """Finds values in chunks of text. A list at the top gives its elements one by one.

    Scalars between values are passed over; values beyond MAX_LINE bytes set `overlong`. Where a
    list at the top ends is `list_end`, in bytes from the beginning.
    """

    def __init__(self) -> None:
        self.line = 1
        self.start_line = 1
        self.in_list = False
        self.list_end: int | None = None
        self._fed = 0
        self.overlong = False
        self.unfinished = b""
        self._depth = 0
        self._in_string = False
        self._escaped = False

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """The values that end within `chunk`."""
        held = len(self.unfinished)
        data = self.unfinished + chunk
        base = self._fed - held
        self._fed += len(chunk)
        start = 0 if held else -1
        scan_from = held + (1 if self._escaped else 0)
        self._escaped = False
        for match in _TOKEN.finditer(data, scan_from):
            at, token = match.start(), match[0]
            if token == b"\n":
                self.line += 1
            elif token == b'"':
                self._in_string = not self._in_string and self._depth > 0
            elif token[0] == 0x5C:
                self._escaped = len(token) == 1
                self.line += token.count(b"\n")
            elif self._in_string:
                continue
            elif token in (b"{", b"["):
                if self._opens(token):
                    start, self.start_line = at, self.line
            elif self._closes():
                if start >= 0:
                    yield Line(self.start_line, data[start : at + 1])
                start = -1
            elif not self._depth and self.list_end is None:
                self.list_end = base + at + 1
        self._hold(data, start)

    def _opens(self, token: bytes) -> bool:
        """Enter a bracket; whether it is the first of a value."""
        if not self._depth and token == b"[" and not self.in_list:
            self.in_list = True
            return False
        self._depth += 1
        return self._depth == 1

    def _closes(self) -> bool:
        """Leave a bracket; whether it is the last of a value."""
        if not self._depth:
            self.in_list = False
            return False
        self._depth -= 1
        return not self._depth

    def _hold(self, data: bytes, start: int) -> None:
        self.unfinished = data[start:] if start >= 0 else b""
        if len(self.unfinished) > MAX_LINE:
            self.unfinished = b""
            self.overlong = True
