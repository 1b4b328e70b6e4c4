"""Decorating functions: each call is a span with its arguments, its result or its error."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from ttdebug.recorder.span import Span

F = TypeVar("F", bound=Callable[..., object])


class OpenSpan(Protocol):
    """Makes the span of one call: type, name, arguments by name."""

    def __call__(self, type: str, name: str, arguments: dict[str, object], /) -> Span:  # noqa: A002
        """A span that is not entered yet."""
        ...


def traced(span: OpenSpan, function: F, type: str, name: str | None) -> F:  # noqa: A002
    """`function` with a span around each call; works for coroutine functions too."""
    title = name or getattr(function, "__qualname__", None) or "call"
    arguments = _arguments_of(function)

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def wait(*args: Any, **kwargs: Any) -> Any:
            with span(type, title, arguments(args, kwargs)) as call:
                return call.result(await function(*args, **kwargs))

        return cast(F, wait)

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with span(type, title, arguments(args, kwargs)) as call:
            return call.result(function(*args, **kwargs))

    return cast(F, run)


def _arguments_of(
    function: Callable[..., object],
) -> Callable[[tuple[object, ...], dict[str, object]], dict[str, object]]:
    """How the arguments of a call are named; `self` and `cls` are left out."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return _by_position

    def by_name(args: tuple[object, ...], kwargs: dict[str, object]) -> dict[str, object]:
        try:
            bound = signature.bind(*args, **kwargs).arguments
        except TypeError:  # the call itself is going to say so
            return _by_position(args, kwargs)
        first = next(iter(bound), None)
        return {key: value for key, value in bound.items() if key != first or key not in _OWN}

    return by_name


_OWN = ("self", "cls")


def _by_position(args: tuple[object, ...], kwargs: dict[str, object]) -> dict[str, object]:
    return {**{str(at): value for at, value in enumerate(args)}, **kwargs}
