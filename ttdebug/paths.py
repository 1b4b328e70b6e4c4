"""State paths: JSON Pointer and the dotted form people type, with identity selectors for lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final, NamedTuple, NoReturn, TypeAlias

from ttdebug.errors import PathSyntaxError
from ttdebug.model import JSON, MISSING, Value

IDENTITY_FIELDS: Final = ("id", "key", "uuid", "name")


class Key(NamedTuple):
    """A key of an object; on a list, the index its digits spell."""

    text: str


class Index(NamedTuple):
    """A position in a list; negative counts from the end."""

    number: int


class Ident(NamedTuple):
    """The first element of a list whose `field` is `text`; None takes the list's own identity."""

    field: str | None
    text: str


Step: TypeAlias = Key | Index | Ident
Path: TypeAlias = tuple[Step, ...]

_NAME = re.compile(r"[\w$@:-]+")
_PLAIN = re.compile(r"\w+\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?=\])")
_VALUE = re.compile(r"[^\]\"'\s=]+(?=\])")
_BARE_VALUE = re.compile(r"[\w$@:.-]+\Z")
_ARRAY_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,17})\Z")
_SINGLE_QUOTED_PART = re.compile(r'\\(.)|(")', re.DOTALL)


def parse(text: str) -> Path:
    """Read a path; a leading `/` means JSON Pointer, anything else is dotted, "" is the root.

    Raises PathSyntaxError, whose column is where something else was expected.
    """
    if text.startswith("/"):
        return tuple(Key(segment) for segment in split_pointer(text))
    return _Dotted(text).path()


def pointer(segments: Iterable[str]) -> str:
    """RFC 6901 text of raw segments; no segments give "", the root."""
    return "".join("/" + escape(segment) for segment in segments)


def escape(segment: str) -> str:
    """One raw segment as it stands in a JSON Pointer."""
    if "~" in segment or "/" in segment:
        return segment.replace("~", "~0").replace("/", "~1")
    return segment


def split_pointer(text: str) -> tuple[str, ...]:
    """Raw segments of a JSON Pointer; raises PathSyntaxError where it is not one."""
    if not text:
        return ()
    if text[0] != "/":
        _fail(text, 0, 'a JSON Pointer starts with "/"')
    if "~" not in text:
        return tuple(text[1:].split("/"))
    for match in re.finditer(r"~(?![01])", text):
        _fail(text, match.start(), 'in a JSON Pointer "~" is written "~0" and "/" in a key "~1"')
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))


def dotted(path: Path) -> str:
    """The shortest form a person can read and type; parse(dotted(path)) == path."""
    return "".join(_dotted_step(step, first=not at) for at, step in enumerate(path))


def resolve(state: Value, path: Path) -> Value:
    """The value at `path`, or MISSING; never raises."""
    for step in path:
        if isinstance(state, dict):
            state = state.get(step.text, MISSING) if isinstance(step, Key) else MISSING
        elif isinstance(state, list):
            position = _position(state, step)
            state = MISSING if position is None else state[position]
        else:
            return MISSING
    return state


def concrete(state: Value, path: Path) -> tuple[str, ...] | None:
    """Segments of the JSON Pointer at which `path` resolves in this state, None where it does not.

    Negative indexes and identities become the positions they stand for at this moment.
    """
    segments: list[str] = []
    for step in path:
        if isinstance(state, dict) and isinstance(step, Key):
            segment = step.text
            state = state.get(segment, MISSING)
        elif isinstance(state, list):
            position = _position(state, step)
            if position is None:
                return None
            segment = str(position)
            state = state[position]
        else:
            return None
        segments.append(segment)
    return None if state is MISSING else tuple(segments)


def identity(items: list[JSON]) -> str | None:
    """The field by which the elements of a list can be told apart and followed.

    The first of IDENTITY_FIELDS that is a string or integer in every element and, as text, unique
    in the list; None where there is no such field.
    """
    if not items:
        return None
    for field in IDENTITY_FIELDS:
        texts = set()
        for item in items:
            text = identity_text(item, field)
            if text is None:
                break
            texts.add(text)
        else:
            if len(texts) == len(items):
                return field
    return None


def identity_text(item: JSON, field: str) -> str | None:
    """An element's `field` as the text it is compared by; None unless a string or an integer."""
    value = item.get(field) if isinstance(item, dict) else None
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def list_index(text: str) -> int | None:
    """The list index that a pointer segment spells, None if it is not one (RFC 6901)."""
    return int(text) if _ARRAY_INDEX.match(text) else None


def _position(items: list[JSON], step: Step) -> int | None:
    """Where in a list a step leads, None if nowhere."""
    if isinstance(step, Ident):
        field = identity(items) if step.field is None else step.field
        if field is None:
            return None
        matches = (at for at, item in enumerate(items) if identity_text(item, field) == step.text)
        return next(matches, None)
    number = list_index(step.text) if isinstance(step, Key) else step.number
    if number is None:
        return None
    if number < 0:
        number += len(items)
    return number if 0 <= number < len(items) else None


def _dotted_step(step: Step, *, first: bool) -> str:
    if isinstance(step, Index):
        return f"[{step.number}]"
    if isinstance(step, Ident):
        field = "" if step.field is None else _bare(step.field, _PLAIN)
        return f"[{field}={_bare(step.text, _BARE_VALUE)}]"
    if _PLAIN.match(step.text):
        return step.text if first else "." + step.text
    return f"[{_quote(step.text)}]"


def _bare(text: str, pattern: re.Pattern[str]) -> str:
    """An identity field or value, quoted only if it has to be."""
    return text if pattern.match(text) else _quote(text)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _fail(text: str, column: int, expected: str) -> NoReturn:
    shown = text if len(text) <= 80 else text[:79] + "…"
    raise PathSyntaxError(f'path "{shown}", column {column + 1}: {expected}', text, column)


class _Dotted:
    """A reader of the dotted form; `at` is the column it stands on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def path(self) -> Path:
        steps: list[Step] = []
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "[":
                steps.append(self.bracket())
            elif here == "." and steps:
                self.at += 1
                steps.append(Key(self.name()))
            elif not steps:
                steps.append(Key(self.name()))
            else:
                self.fail(f'expected ".name" or "[", found "{here}"')
        return tuple(steps)

    def name(self) -> str:
        if found := self.take(_NAME):
            return found
        return self.fail('expected a name; write other keys as ["any text"]')

    def bracket(self) -> Step:
        self.at += 1
        if number := self.take(_NUMBER):
            return self.close(Index(int(number)))
        field: str | None = self.quoted()
        if field is not None and self.peek() == "]":
            return self.close(Key(field))
        if field is None:
            field = self.take(_NAME)
        if self.peek() != "=":
            if field and field.lstrip("-").isdigit():
                self.fail('expected "]"')
            self.fail('expected an index, a quoted key or field=value, as in [0], ["a b"], [id=5]')
        self.at += 1
        value = self.quoted()
        if value is None:
            value = self.take(_VALUE)
        if value is None:
            self.fail('expected a value after "=", as in [id=5] or [id="a b"]')
        return self.close(Ident(field, value))

    def close(self, step: Step) -> Step:
        if self.peek() != "]":
            self.fail('expected "]"')
        self.at += 1
        return step

    def quoted(self) -> str | None:
        start = self.at
        if self.peek() not in ('"', "'"):
            return None
        found = self.take(_QUOTED)
        if found is None:
            self.fail("this quote is never closed")
        if found[0] == "'":
            found = '"' + _SINGLE_QUOTED_PART.sub(_as_double_quoted, found[1:-1]) + '"'
        try:
            text = json.loads(found, strict=False)
        except ValueError:
            self.at = start
            self.fail('a bad escape in this text; a backslash is written "\\\\"')
        return str(text)

    def take(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match.group()

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def fail(self, expected: str) -> NoReturn:
        _fail(self.text, self.at, expected)


def _as_double_quoted(part: re.Match[str]) -> str:
    if part.group(2):
        return '\\"'
    return "'" if part.group(1) == "'" else part.group()
