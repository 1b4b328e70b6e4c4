"""Decorating functions: each call is a span with its arguments, its result or its error."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from ttdebug.recorder.context import Suspended

if TYPE_CHECKING:
    from ttdebug.recorder.span import Span

F = TypeVar("F", bound=Callable[..., object])


class OpenSpan(Protocol):
    """Makes the span of one call: type, name, arguments by name."""

    def __call__(self, type: str, name: str, arguments: dict[str, object], /) -> Span:  # noqa: A002
        """A span that is not entered yet."""
        ...


def traced(span: OpenSpan, function: F, type: str, name: str | None) -> F:  # noqa: A002
    """`function` with a span around each call; works for coroutine functions too.

    That of a generator is open from its first item to its end, and encloses only its own code.
    """
    title = getattr(function, "__qualname__", "call") if name is None else name
    arguments = _arguments_of(function)

    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def each(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            return _each(span(type, title, arguments(args, kwargs)), function(*args, **kwargs))

        return cast(F, each)

    if inspect.isasyncgenfunction(function):

        @functools.wraps(function)
        def wait_each(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            return _wait_each(span(type, title, arguments(args, kwargs)), function(*args, **kwargs))

        return cast(F, wait_each)

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


def _each(span: Span, inside: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """What a generator gives, in its span; `yielded` counts it."""
    spans = Suspended()
    count = 0
    try:
        with span as call:
            step: Callable[[], Any] = partial(next, inside)
            while True:
                try:
                    item = step()
                except StopIteration as end:
                    return call.result(end.value, yielded=count)
                count += 1
                spans.leave()
                try:
                    step = partial(inside.send, (yield item))
                except BaseException as error:
                    step = partial(inside.throw, error)
                finally:
                    spans.enter()
    finally:
        spans.end()


async def _wait_each(span: Span, inside: Any) -> AsyncIterator[Any]:
    """The same for an asynchronous generator."""
    spans = Suspended()
    count = 0
    try:
        with span as call:
            step = inside.__anext__
            while True:
                try:
                    item = await step()
                except StopAsyncIteration:
                    call.result(None, yielded=count)
                    return
                count += 1
                spans.leave()
                try:
                    step = partial(inside.asend, (yield item))
                except BaseException as error:
                    step = partial(inside.athrow, error)
                finally:
                    spans.enter()
    finally:
        spans.end()


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
