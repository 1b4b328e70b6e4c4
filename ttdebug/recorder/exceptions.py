"""What is recorded of an exception, without running code that came with it."""

from __future__ import annotations

from types import WrapperDescriptorType
from typing import Final, cast

from ttdebug.model import Status
from ttdebug.recorder.forms import type_name

# By name: asyncio is slow to import.
_CANCELLED: Final = ("CancelledError", "GeneratorExit", "KeyboardInterrupt")
_TOLD: Final = "__ttdebug_told__"
_PRINTABLE: Final = frozenset((str, int, float, bool, bytes, type(None)))


def raised(error: object) -> BaseException | None:
    """What is said to be an error, if it is an exception."""
    return cast(BaseException, error) if issubclass(type(error), BaseException) else None


def error_data(told: object) -> dict[str, object]:
    """`type`, `message` and, if known, `at`: the line that raised, as FILE:LINE in NAME.

    What is no exception is a message.
    """
    error = raised(told)
    if error is None:
        return {"message": told}
    data: dict[str, object] = {"type": type_name(type(error)), "message": _message(error)}
    trace = error.__traceback__
    if trace is not None:
        while trace.tb_next is not None:
            trace = trace.tb_next
        code = trace.tb_frame.f_code
        data["at"] = f"{code.co_filename}:{trace.tb_lineno} in {code.co_name}"
    return data


def outcome(error: object) -> Status:
    """How a span or a run ended that `error` left, or None."""
    if error is None:
        return "ok"
    return "cancelled" if type(error).__name__ in _CANCELLED else "error"


def told_before(error: BaseException, run: object) -> bool:
    """Whether `tell` was called for this very exception in the same run."""
    return _own(error).get(_TOLD) is run


def tell(error: BaseException, run: list[None]) -> None:
    """Let the exception itself remember that `run`, a list of its own, was told of it.

    To keep it here would keep its frames alive, and another may have its address later. A list
    survives being pickled where no ttdebug is, and is then no run's.
    """
    _own(error)[_TOLD] = run


def _own(error: BaseException) -> dict[str, object]:
    found: dict[str, object] = object.__getattribute__(error, "__dict__")
    return found


def _message(error: BaseException) -> object:
    """The text of a built-in exception with built-in arguments; else its arguments, as data."""
    native = isinstance(type(error).__str__, WrapperDescriptorType)
    if native and all(type(arg) in _PRINTABLE for arg in error.args):
        return str(error)
    return list(error.args)
