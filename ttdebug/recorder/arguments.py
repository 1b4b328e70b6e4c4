"""What an agent may have passed by mistake: it is left out and counted, all else is recorded.

Nothing here runs code of the agent's, but for iterating over several causes or tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from math import isfinite
from pathlib import Path
from typing import Final, TypeVar, cast, get_args

from ttdebug.errors import UsageError
from ttdebug.model import Edge
from ttdebug.recorder.faults import Faults
from ttdebug.recorder.forms import type_name
from ttdebug.recorder.redaction import Redact
from ttdebug.store.writer import Durability

F = TypeVar("F", bound=Callable[..., object])

_CAUSE: Final = "the number of an event, a span, or several of these"
_ONE: Final = (str, bytes, bytearray, dict)  # can be iterated over, but are not several


def path(given: object, otherwise: Path, faults: Faults) -> Path:
    """Where to record to."""
    try:
        return otherwise if given is None else Path(given)  # type: ignore[arg-type]  # or it raises
    except TypeError:
        _refuse("path", "a text or a Path", given, faults)
        return otherwise


def durability(given: object, faults: Faults) -> Durability:
    """What an acknowledged event survives; what the default does where it is no such word."""
    words = get_args(Durability)
    if type(given) is str and given in words:
        return cast(Durability, given)
    _refuse("durability", '"process", "power" or "batch"', given, faults)
    return "process"


def redact(given: object, faults: Faults) -> bool | Redact:
    """Whether to hide secrets; they are hidden where it is not clear."""
    if isinstance(given, (bool, Redact)):
        return given
    _refuse("redact", "True, False or a Redact", given, faults)
    return True


def function(name: str, given: F | None, faults: Faults) -> F | None:
    """A function of the agent's that the recorder is to call."""
    if given is None or callable(given):
        return given
    _refuse(name, "a function", given, faults)
    return None


def seconds(name: str, given: object, faults: Faults) -> float:
    """A time above 0; 0 if none is wanted."""
    if given is None:
        return 0.0
    kind = type(given)
    found = 0.0
    if issubclass(kind, timedelta):
        found = cast(timedelta, given).total_seconds()
    elif issubclass(kind, (int, float)) and kind is not bool:
        found = float(cast(float, given))
    if found > 0 and isfinite(found):
        return found
    _refuse(name, "seconds or a timedelta above 0", given, faults)
    return 0.0


def count(name: str, given: object, faults: Faults) -> int:
    """A number above 0; 0 if none is wanted."""
    if given is None:
        return 0
    if type(given) is int and given > 0:
        return given
    _refuse(name, "a whole number above 0", given, faults)
    return 0


def tags(given: object, text: Callable[[object], str], faults: Faults) -> tuple[str, ...]:
    """Tags, of which a text is one; `text` makes one of anything."""
    if issubclass(type(given), str):
        return (text(given),)
    several = _several(given)
    if several is None:
        _refuse("tags", "several texts", given, faults)
        return ()
    return tuple(map(text, several))


def causes(
    given: object, seq_of: Callable[[object], int | None], last: int, faults: Faults
) -> list[Edge]:
    """Edges from the events that `cause=` names, of which `last` is the newest there is.

    `seq_of` tells which event something stands for: 0 is one that was not recorded.
    """
    known = seq_of(given)
    several: Iterable[object] | None = (given,) if known is not None else _several(given)
    if several is None:
        _refuse("cause", _CAUSE, given, faults)
        return []
    found = []
    for each in several:
        seq = seq_of(each)
        if seq is None:
            _refuse("cause", _CAUSE, each, faults)
        elif not 0 <= seq <= last:
            faults.add(UsageError(f"cause= is event {seq}, and {last} is the newest: left out"))
        elif seq:
            found.append(Edge(seq, "recorded"))
    return found


def _several(given: object) -> list[object] | None:
    if issubclass(type(given), _ONE):
        return None
    try:
        return list(cast("Iterable[object]", given))
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None


def _refuse(name: str, wanted: str, given: object, faults: Faults) -> None:
    shown = f'"{given[:40]}"' if type(given) is str else type_name(type(given))
    faults.add(UsageError(f"{name}= is {wanted}, not {shown}: it was left out"))
