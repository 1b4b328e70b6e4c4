"""One JSON form for every Python value, exact on the way back, without running the user's code.

What JSON has stays as it is: dict with text keys, list, str, finite float, int up to 64 bit, bool,
None. The rest is `{"$ttd": KIND, ...}`:

    tuple set frozenset deque       items: [...] (sets in a canonical order); deque also maxlen
    dict                            items: [[key, value], ...]; keys that are no text, or "$ttd"
    int                             value: "decimal", or "0x..." beyond some 4000 digits
    float                           value: "NaN" | "Infinity" | "-Infinity"
    complex                         real, imag
    str                             json: its JSON text in ASCII (text with lone surrogates)
    bytes bytearray                 base64
    datetime date time              value: ISO 8601; datetime and time also fold if it is 1
    timedelta                       days, seconds, microseconds
    decimal fraction uuid           value: "text"
    path                            type: "PosixPath" ..., value: "text"

Those come back from `restore.restore` as they were. These lose something, and say what:

    enum                            type: "module.Class", name, value
    ndarray                         dtype, shape, items
    object                          type: "module.Class"; also fault if reading it failed
    cycle                           up: how many levels above the same object stands
    truncated                       reason: depth | size, and for text or bytes length and head

Plain objects without a mark: dataclasses, attrs and pydantic instances and named tuples become an
object of their fields; subclasses of dict, list, str, int and float their base; numpy scalars the
Python number. No `__repr__`, `__str__`, `__iter__` or other method of a user's class is called.
"""

from __future__ import annotations

import json
import pathlib
from collections import deque
from collections.abc import Callable, Collection, Iterable
from enum import Enum
from math import isfinite
from types import MappingProxyType
from typing import Final, cast

from ttdebug.delta.equality import canonical
from ttdebug.model import JSON, MARK, Object
from ttdebug.recorder import objects
from ttdebug.recorder.forms import (
    HEAD,
    LEAVES,
    MAX_TEXT,
    integer,
    is_encodable,
    real,
    truncated,
    type_name,
)
from ttdebug.recorder.redaction import Redactor

MAX_DEPTH: Final = 200
MAX_NAME: Final = 1000  # characters
MAX_NODES: Final = 2_000_000  # values in one snapshot or event
MAX: Final = 2**63  # integers below need no mark
_MOST_NAMES: Final = 1024  # remembered


class Serialiser:
    """Turns any object into strict JSON. All that is recorded passes here, exactly once."""

    def __init__(self, redact: Redactor | None = None) -> None:
        self._redact = redact
        self._names: dict[str, str] = {}
        self.plain: Collection[str] = redact.plain if redact else ()
        """Some of the keys that are stored as they are and say nothing of what is under them."""
        self.opaque: set[str] = set()
        """Classes whose instances were stored without what they hold; empty it to learn of more."""

    def __call__(self, value: object) -> JSON:
        """The JSON form of a value; never raises, whatever the value is."""
        try:
            return _Reading(self._redact, self.opaque).value(value)
        except RecursionError:
            return truncated("depth")

    def named(self, name: str, value: object) -> JSON:
        """The same for a value that stands under the key `name`, which may make it a secret."""
        if type(value) is str:
            return _Reading(self._redact, self.opaque).text(value, name)
        found = self(value)
        redact = self._redact
        return redact.hidden(name, found) if redact and redact.hides(name, found) else found

    def hides(self, name: str) -> bool:
        """Whether the key `name` may make a secret of more than texts."""
        return self._redact is not None and self._redact.weighs(name)

    def key(self, name: str) -> str:
        """A key as it is stored; another one if it is a secret itself."""
        return name if self._redact is None else self._redact.key(name)

    def beside(self, value: object) -> bool:
        """Whether a list or dict holds a secret and its name, so that neither is read alone."""
        return self._redact is not None and self._redact.beside(value) is not None

    def text(self, value: object) -> str:
        """A name as it may be stored: redacted, shortened, encodable."""
        if type(value) is str and (known := self._names.get(value)):
            return known
        kind = type(value)
        if kind in (int, float, bool):
            return str(value)
        if not issubclass(kind, str):
            return type_name(kind)
        text = str.__str__(cast(str, value))
        shown = self._redact.text(text) if self._redact else text
        shown = shown[:MAX_NAME].encode("utf-8", "backslashreplace").decode()
        if len(self._names) < _MOST_NAMES and len(text) <= MAX_NAME:
            self._names[text] = shown
        return shown


class _Reading:
    """One value being read: the containers above the current one, and how many nodes are left."""

    __slots__ = ("_above", "_left", "_opaque", "_redact")

    def __init__(self, redact: Redactor | None, opaque: set[str]) -> None:
        self._redact = redact
        self._opaque = opaque
        self._above: list[int] = []
        self._left = MAX_NODES

    def value(self, value: object) -> JSON:
        if type(value) is str:
            return self.text(value)
        if value is None or type(value) is bool:
            return value
        if type(value) is int:
            return integer(value)
        if type(value) is float:
            return real(value)
        self._left -= 1
        if self._left < 0:
            return truncated("size")
        kind = type(value)
        if (form := LEAVES.get(kind)) is not None:
            return _safely(form, kind, self._bytes(value) if kind in _BYTES else value)
        return self._container(kind, value)

    def _bytes(self, value: object) -> object:
        """Bytes without the secrets in them, read as text."""
        data = cast("bytes | bytearray", value)
        if self._redact is None or len(data) > MAX_TEXT:
            return data
        text = data.decode("utf-8", "surrogateescape")
        shown = self._redact.text(text)
        return data if shown == text else type(data)(shown.encode("utf-8", "surrogateescape"))

    def _container(self, kind: type, value: object) -> JSON:
        if id(value) in self._above:
            return {MARK: "cycle", "up": len(self._above) - self._above.index(id(value))}
        if len(self._above) >= MAX_DEPTH:
            return truncated("depth")
        self._above.append(id(value))
        try:
            if type(value) is dict:
                return self._mapping(value)
            if type(value) is list:
                return self._items(value)
            return self._other(kind, value)
        finally:
            self._above.pop()

    def _other(self, kind: type, value: object) -> JSON:
        if kind in _COLLECTIONS:
            return self._collection(kind, cast("Iterable[object]", value))
        return _safely(lambda value: self._foreign(kind, value), kind, value)

    def _mapping(self, value: dict[object, object]) -> JSON:
        copy = value.copy()  # in one step, so that no other thread changes it while we read
        result: Object = {}
        redact = self._redact
        plain: Collection[str] = () if redact is None else redact.plain
        secret = None
        if redact is not None and ("value" in copy or "Value" in copy):
            secret = redact.beside(copy)
        for key, child in copy.items():
            if type(key) is not str or key == MARK or not (key.isascii() or is_encodable(key)):
                pairs = [[self.value(key), self._under(key, child)] for key, child in copy.items()]
                return {MARK: "dict", "items": cast("list[JSON]", pairs)}
            name = key
            if redact is not None and (key not in plain or key == secret):
                key = redact.key(name)
                if name == secret or redact.hides(name, child):
                    read = child if type(child) is str else self.value(child)
                    result[key] = redact.hidden(name, read)
                    continue
            if type(child) is str:
                result[key] = self.text(child, None if name in plain else name)
            elif (
                child is None
                or type(child) is bool
                or (type(child) is int and -MAX < child < MAX)
                or (type(child) is float and isfinite(child))
            ):
                result[key] = child
            else:
                result[key] = self.value(child)
        return result

    def _under(self, key: object, child: object) -> JSON:
        """The value of an entry that is stored as a pair."""
        redact = self._redact
        if redact is None or type(key) is not str:
            return self.value(child)
        if redact.hides(key, child):
            return redact.hidden(key, self.value(child))
        return self.text(child, key) if type(child) is str else self.value(child)

    def _items(self, items: Iterable[object]) -> list[JSON]:
        value = self.value
        found = [value(item) for item in tuple(items)]
        if self._redact is not None and len(found) == 2 and self._redact.beside(found) is not None:
            found[1] = self._redact.hidden(str(found[0]), found[1])
        return found

    def _collection(self, kind: type, value: Iterable[object]) -> JSON:
        items = self._items(value)
        if kind is set or kind is frozenset:
            items.sort(key=canonical)
        form: Object = {MARK: kind.__name__, "items": items}
        if kind is deque:
            form["maxlen"] = cast("deque[object]", value).maxlen
        return form

    def _foreign(self, kind: type, value: object) -> JSON:
        """Subclasses of what we know, and objects that tell their fields."""
        if issubclass(kind, Enum):
            member = cast(Enum, value)
            inner = object.__getattribute__(member, "_value_")
            name = object.__getattribute__(member, "_name_")
            shown = self.value(name)
            return {
                MARK: "enum",
                "type": type_name(kind),
                "name": shown,
                "value": self.value(inner),
            }
        if (fields := objects.fields(kind, value)) is not None:
            return self._mapping(fields)
        if kind.__module__ == "numpy" or kind.__module__.startswith("numpy."):
            return self._numpy(kind, value)
        if issubclass(kind, pathlib.PurePath) and kind.__module__.startswith("pathlib"):
            return {MARK: "path", "type": kind.__name__, "value": self.text(str(value))}
        if kind is MappingProxyType:
            return self._mapping(dict(cast("MappingProxyType[object, object]", value)))
        for base, read in objects.BASES:
            if issubclass(kind, base):
                return self._base(base, read(value))
        return self._without_contents(kind)

    def _base(self, base: type, value: object) -> JSON:
        if base is dict:
            return self._mapping(cast("dict[object, object]", value))
        if base is list:
            return self._items(cast("list[object]", value))
        if base is tuple:
            return {MARK: "tuple", "items": self._items(cast("tuple[object]", value))}
        return self.value(value)

    def _numpy(self, kind: type, value: object) -> JSON:
        """Scalars and arrays, by the methods numpy gives them; it is never imported."""
        shape = tuple(object.__getattribute__(value, "shape"))
        dtype = str(object.__getattribute__(value, "dtype"))
        if not shape and kind.__name__ != "ndarray":
            item = object.__getattribute__(value, "item")()
            return self._without_contents(kind) if type(item) is kind else self.value(item)
        size = int(object.__getattribute__(value, "size"))
        form: Object = {MARK: "ndarray", "dtype": dtype, "shape": list(shape)}
        if size > self._left:
            return {**form, **truncated("size")}
        return {**form, "items": self.value(object.__getattribute__(value, "tolist")())}

    def _without_contents(self, kind: type) -> JSON:
        name = type_name(kind)
        self._opaque.add(name)
        return {MARK: "object", "type": name}

    def text(self, text: str, name: str | None = None) -> JSON:
        """A text, and the key it stands under if there is one."""
        if self._redact is not None:
            text = self._redact.text(text) if name is None else self._redact.named(name, text)
        if len(text) > MAX_TEXT:
            head = self.text(text[:HEAD])
            return {**truncated("size"), "type": "str", "length": len(text), "head": head}
        return (
            text
            if text.isascii() or is_encodable(text)
            else {MARK: "str", "json": json.dumps(text)}
        )


def _safely(read: Callable[[object], JSON], kind: type, value: object) -> JSON:
    """Read what may run the user's code (descriptors, time zones), which may do anything."""
    try:
        return read(value)
    except (KeyboardInterrupt, RecursionError):
        raise
    except BaseException as fault:
        return {MARK: "object", "type": type_name(kind), "fault": type(fault).__name__}


_BYTES: Final = frozenset((bytes, bytearray))
_COLLECTIONS: Final = frozenset((tuple, set, frozenset, deque))
