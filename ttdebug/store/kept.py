"""Answers about single events, kept while nobody writes: panes ask them again at each key."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

_MOST: Final = 512
"""Answers kept per question; events are the largest, and some hundred of them stand on a screen."""


class Keeper(Protocol):
    """What may keep answers."""

    live: bool
    _kept: dict[str, Callable[..., Any]]


Self = TypeVar("Self", bound=Keeper)
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def kept(
    ask: Callable[Concatenate[Self, Asked], Answer],
) -> Callable[Concatenate[Self, Asked], Answer]:
    """A question whose last answers are remembered; they are shared, so do not change them."""

    @wraps(ask)
    def answer(self: Self, /, *args: Asked.args, **named: Asked.kwargs) -> Answer:
        if self.live:
            return ask(self, *args, **named)
        known = self._kept.get(ask.__name__)
        if known is None:
            remembering: Callable[..., Any] = lru_cache(_MOST)(partial(ask, self))
            known = self._kept[ask.__name__] = remembering
        found: Answer = known(*args, **named)
        return found

    return answer
