"""What readers hand on to the writer about an event, under the names it has there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from ttdebug.model import Edge, Status, Value


class Spanning(TypedDict, total=False):
    """What an event is to a span: its beginning, or its end, how it ended and how long it took."""

    opens: bool
    closes: int | None
    status: Status | None
    duration: int | None


class Facts(Spanning, total=False):
    """The same, what led to the event, and its agent's state after it."""

    causes: Iterable[Edge]
    state: Value
