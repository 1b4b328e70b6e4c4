"""Copies for the caller: what the engine keeps is shared between states and must not change."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeVar, cast

from ttdebug.delta.plain import plain
from ttdebug.model import Change, Event

V = TypeVar("V")

_HOLDERS: Final = frozenset((dict, list))


def own(value: V) -> V:
    """A copy of a JSON value, or MISSING as it is."""
    try:
        return cast(V, _copy(value))
    except RecursionError:
        return cast(V, plain(value))


def _copy(value: object) -> object:
    if type(value) is dict:
        return {key: _copy(item) if type(item) in _HOLDERS else item for key, item in value.items()}
    if type(value) is list:
        return [_copy(item) if type(item) in _HOLDERS else item for item in value]
    return value


def own_event(event: Event) -> Event:
    """An event with data and source of its own."""
    return replace(event, data=own(event.data), source=own(event.source))


def own_change(change: Change) -> Change:
    """A change with values of its own."""
    return replace(change, old=own(change.old), new=own(change.new))
