"""What jsan adds to JSON: `{"$jsan": ...}` for values JSON lacks and for objects seen before."""

from __future__ import annotations

import re
from datetime import timedelta

from ttdebug.foreign.lenient import MAX_DEPTH
from ttdebug.model import EPOCH, JSON, MARK, MISSING, Missing, Object, Value

MAX_VALUES = 5_000_000
"""Values that references may repeat in all; each of a few could double what there is."""

_KEY = "$jsan"
_STEP = re.compile(r'\.(\w+)|\[(\d{1,9})\]|\["((?:[^"\\]|\\.)*)"\]')
_ENVELOPE = frozenset(("data", "__serializedType__", "__serializedRef__"))


class Jsan:
    """Restores the values of one document. Repeated objects are shared and must not be changed.

    `undefined` is absent from an object and null in a list, as JSON itself would write it; dates,
    functions, errors and the like become their text; Immutable collections their content.
    """

    def __init__(self, root: Object) -> None:
        self._root = root
        self._known: dict[str, tuple[Value, int]] = {}
        self._entered: set[str] = set()
        self._left = MAX_VALUES
        self.undefined = False
        self.problem: str | None = None

    def restore(self, raw: JSON) -> JSON:
        """The value that `raw` stands for; None for `undefined`."""
        value, size = self._value(raw, 0)
        self._left -= size
        return None if isinstance(value, Missing) else value

    def _value(self, raw: JSON, depth: int) -> tuple[Value, int]:
        """The value, and how many values it consists of once it is written out."""
        if not isinstance(raw, dict | list):
            return raw, 1
        if depth > MAX_DEPTH:
            return self._truncated("nested too deeply"), 1
        if isinstance(raw, list):
            return self._list(raw, depth)
        mark = raw.get(_KEY)
        if isinstance(mark, str) and len(raw) == 1:
            return self._marked(mark, depth)
        if "__serializedType__" in raw and raw.keys() <= _ENVELOPE:
            return self._value(raw.get("data"), depth + 1)
        return self._members(raw, depth)

    def _list(self, raw: list[JSON], depth: int) -> tuple[Value, int]:
        items: list[JSON] = []
        total = 1
        for item in raw:
            value, size = self._value(item, depth + 1)
            items.append(None if isinstance(value, Missing) else value)
            total += size
        return items, total

    def _members(self, raw: Object, depth: int) -> tuple[Value, int]:
        members: Object = {}
        total = 1
        for key, item in raw.items():
            if key == _KEY and isinstance(item, list) and len(item) == 1:
                item = item[0]
            value, size = self._value(item, depth + 1)
            if not isinstance(value, Missing):
                members[key] = value
            total += size
        return members, total

    def _marked(self, mark: str, depth: int) -> tuple[Value, int]:
        kind, rest = mark[:1], mark[1:]
        if kind == "$":
            return self._referred(mark, depth)
        if kind == "u":
            self.undefined = True
            return MISSING, 0
        if kind == "r":
            flags, _, pattern = rest.partition(",")
            return f"/{pattern}/{flags}", 1
        if kind == "d":
            return _date(rest), 1
        if kind in ("s", "g"):
            return f"Symbol({rest})", 1
        if kind in ("f", "e"):
            return rest, 1
        return {_KEY: mark}, 1

    def _referred(self, path: str, depth: int) -> tuple[Value, int]:
        """The value at `path`; what contains itself, or grows too large, ends in a mark."""
        if path in self._entered:
            return self._truncated("contains itself"), 1
        if path not in self._known:
            found = self._at(path)
            self._entered.add(path)
            self._known[path] = (
                (self._truncated("a reference leads nowhere"), 1)
                if isinstance(found, Missing)
                else self._value(found, depth + 2)
            )
            self._entered.remove(path)
        value, size = self._known[path]
        if size > self._left:
            return self._truncated(f"the references repeat more than {MAX_VALUES:,} values"), 1
        return value, size

    def _at(self, path: str) -> Value:
        value: Value = self._root
        for match in _STEP.finditer(path):
            name, index, quoted = match.groups()
            if isinstance(value, list):
                inside = index is not None and int(index) < len(value)
                value = value[int(index)] if inside else MISSING
            elif isinstance(value, dict):
                key = next(part for part in (name, index, quoted) if part is not None)
                value = value.get(key, MISSING)
            else:
                return MISSING
        return value

    def _truncated(self, reason: str) -> JSON:
        self.problem = self.problem or reason
        return {MARK: "truncated", "reason": reason}


def _date(milliseconds: str) -> str:
    """As `Date.toJSON` writes it."""
    try:
        moment = EPOCH + timedelta(milliseconds=int(milliseconds))
    except (ValueError, OverflowError):
        return milliseconds
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
