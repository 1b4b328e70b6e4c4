"""What objects tell of themselves without running the user's code: their fields, their base."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final, cast


def opened(value: object) -> object:
    """A dataclass, attrs or pydantic instance as the dict of its fields, all else as it is.

    It has the same JSON form and can be compared field by field.
    """
    kind = type(value)
    if kind is dict or issubclass(kind, Enum):
        return value
    try:
        found = fields(kind, value)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return value
    return value if found is None else found


def fields(kind: type, value: object) -> dict[object, object] | None:
    """The fields of a dataclass, attrs or pydantic instance or a named tuple, None for others."""
    if issubclass(kind, tuple):
        names = getattr(kind, "_fields", None)
        if not isinstance(names, tuple):
            return None
        return dict(zip(names, tuple.__iter__(cast("tuple[object]", value)), strict=False))
    if isinstance(found := getattr(kind, "__dataclass_fields__", None), dict):
        return _read(value, found)
    if isinstance(found := getattr(kind, "__attrs_attrs__", None), tuple):
        return _read(value, [attribute.name for attribute in found])
    if isinstance(getattr(kind, "__pydantic_fields__", getattr(kind, "__fields__", None)), dict):
        own = object.__getattribute__(value, "__dict__")
        return dict(own) if isinstance(own, dict) else None
    return None


def _read(value: object, names: Iterable[str]) -> dict[object, object]:
    found: dict[object, object] = {}
    for name in names:
        try:
            found[name] = object.__getattribute__(value, name)
        except AttributeError:  # declared, not set
            continue
    return found


# The value behind an instance of a subclass, read by the base class itself.
BASES: Final[tuple[tuple[type, Callable[[object], object]], ...]] = (
    (dict, lambda value: dict(dict.items(cast("dict[object, object]", value)))),
    (list, lambda value: list(list.__iter__(cast("list[object]", value)))),
    (tuple, lambda value: tuple(tuple.__iter__(cast("tuple[object]", value)))),
    (str, lambda value: str.__str__(cast(str, value))),
    (int, lambda value: int.__int__(cast(int, value))),
    (float, lambda value: float.__float__(cast(float, value))),
)
