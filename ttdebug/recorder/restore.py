"""The way back from the JSON forms of `serialise` to Python values."""

from __future__ import annotations

import base64
import json
import pathlib
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, cast
from uuid import UUID

from ttdebug.model import JSON, MARK, Object
from ttdebug.paths import escape

_REDACTED: Final = re.compile(r"\[redacted:[^\]:]+:[0-9a-f]+\]")


def restore(value: JSON) -> object:
    """The Python value behind a JSON form; forms that lost something stay as they are.

    So tuples, sets, deques, bytes, times, decimals, fractions, UUIDs, paths and numbers come back
    as they were. Dataclasses, attrs and pydantic objects and named tuples come back as a dict of
    their fields, instances of other subclasses (`defaultdict`, `Counter`, a str of your own) as
    their base: they have no mark. Enums, arrays and instances of plain classes stay marks.
    """
    if isinstance(value, list):
        return [restore(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(MARK)
    if kind is None:
        return {key: restore(item) for key, item in value.items()}
    back = _RESTORE.get(kind) if isinstance(kind, str) else None
    return value if back is None else back(value)


def losses(value: JSON) -> Iterator[tuple[str, str]]:
    """What of a recorded value does not come back whole: JSON Pointer, and why in a word.

    A mark that `restore` leaves as it is (`truncated`, `object`, `enum`, ...), or `redacted`. What
    comes back as a dict of its fields, or as its base, is whole, and not among them.
    """
    waiting = [("", value)]
    while waiting:
        pointer, item = waiting.pop()
        if isinstance(item, str) and _REDACTED.search(item):
            yield pointer, "redacted"
        elif isinstance(item, list):
            waiting += [(f"{pointer}/{at}", one) for at, one in enumerate(item)][::-1]
        elif isinstance(item, dict):
            kind = item.get(MARK)
            if isinstance(kind, str) and kind not in _RESTORE:
                yield pointer, kind
            else:
                waiting += [(f"{pointer}/{escape(key)}", one) for key, one in item.items()][::-1]


def _restored_items(form: Object) -> list[object]:
    items = form["items"]
    return [restore(item) for item in items] if isinstance(items, list) else []


def _restored_dict(form: Object) -> object:
    return {restore(key): restore(item) for key, item in cast("list[list[JSON]]", form["items"])}


def _restored_float(form: Object) -> float:
    return float(cast(str, form["value"]))


def _restored_complex(form: Object) -> complex:
    real, imag = restore(form["real"]), restore(form["imag"])
    return complex(cast(float, real), cast(float, imag))


def _restored_bytes(form: Object) -> bytes:
    return base64.b64decode(cast(str, form["base64"]))


def _restored_datetime(form: Object) -> datetime:
    moment = datetime.fromisoformat(cast(str, form["value"]))
    return moment.replace(fold=1) if form.get("fold") else moment


def _restored_time(form: Object) -> time:
    moment = time.fromisoformat(cast(str, form["value"]))
    return moment.replace(fold=1) if form.get("fold") else moment


def _restored_timedelta(form: Object) -> timedelta:
    days, seconds, micro = (form[name] for name in ("days", "seconds", "microseconds"))
    return timedelta(cast(int, days), cast(int, seconds), cast(int, micro))


def _restored_path(form: Object) -> object:
    kind = form["type"]
    native = "WindowsPath" if sys.platform == "win32" else "PosixPath"
    if kind in ("PurePosixPath", "PureWindowsPath", native):
        path: pathlib.PurePath = getattr(pathlib, str(kind))(form["value"])
        return path
    return form


def _restored_text(form: Object) -> object:
    return json.loads(cast(str, form["json"]))


_RESTORE: Final[dict[str, Callable[[Object], object]]] = {
    "tuple": lambda form: tuple(_restored_items(form)),
    "set": lambda form: set(_restored_items(form)),
    "frozenset": lambda form: frozenset(_restored_items(form)),
    "deque": lambda form: deque(_restored_items(form), cast("int | None", form["maxlen"])),
    "dict": _restored_dict,
    "int": lambda form: int(cast(str, form["value"]), 0),
    "float": _restored_float,
    "complex": _restored_complex,
    "str": _restored_text,
    "bytes": _restored_bytes,
    "bytearray": lambda form: bytearray(_restored_bytes(form)),
    "datetime": _restored_datetime,
    "date": lambda form: date.fromisoformat(cast(str, form["value"])),
    "time": _restored_time,
    "timedelta": _restored_timedelta,
    "decimal": lambda form: Decimal(cast(str, form["value"])),
    "fraction": lambda form: Fraction(cast(str, form["value"])),
    "uuid": lambda form: UUID(cast(str, form["value"])),
    "path": _restored_path,
}
