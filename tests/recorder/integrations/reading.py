"""What an integration recorded, in short forms that tests can compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from ttdebug.model import JSON, Event, Value
from ttdebug.store.trace import Trace


class Recorded:
    """A finished recording; use it in a `with` block."""

    def __init__(self, path: Path) -> None:
        self._trace = Trace.open(path)
        self.events: Sequence[Event] = list(self._trace.events())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._trace.close()

    def __getitem__(self, seq: int) -> Event:
        return self.events[seq - 1]

    def lines(self) -> list[str]:
        """Each event as its type and name, indented by how deep it stands; ends are left out."""
        return [
            "  " * self._depth(event) + f"{event.type} {event.name or ''}".rstrip()
            for event in self.events
            if event.opening is None and event.type not in ("run.start", "run.end")
        ]

    def _depth(self, event: Event) -> int:
        depth = 0
        while event.parent is not None:
            event, depth = self[event.parent], depth + 1
        return depth

    def all(self, type_: str, name: str | None = None) -> list[Event]:
        """Events of a type, and of a name if one is given."""
        return [
            event
            for event in self.events
            if event.type == type_ and (name is None or event.name == name)
        ]

    def one(self, type_: str, name: str | None = None) -> Event:
        """The only event of a type."""
        (found,) = self.all(type_, name)
        return found

    def end(self, event: Event) -> Event:
        """What closed a span."""
        assert event.closing is not None
        return self[event.closing]

    def causes(self, event: Event) -> list[tuple[str, str | None, str | None]]:
        """Type and name of what led to an event, and by which rule, but for its own opening."""
        return [
            (self[edge.seq].type, self[edge.seq].name, edge.rule)
            for edge in self._trace.causes(event.seq)
            if edge.seq != event.opening
        ]

    def state(self, event: Event, agent: str | None = None) -> Value:
        """The state just after an event, of its agent if not of another."""
        return self._trace.state(event.seq, agent or event.agent or "")

    def states(self, agent: str, key: str) -> list[JSON]:
        """The values of one key of an agent's state, one after the other."""
        found: list[JSON] = []
        for event in self.events:
            state = self.state(event, agent)
            value = state.get(key) if isinstance(state, dict) else None
            if value is not None and value not in found[-1:]:
                found.append(value)
        return found
