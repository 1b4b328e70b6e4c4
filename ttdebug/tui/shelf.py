"""The recordings to choose from: grouped by place, filtered by what is typed, sorted as wished."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from ttdebug.formats import discovery
from ttdebug.formats.discovery import About, Found
from ttdebug.tui.session import Session, recent
from ttdebug.view.recordings import Listed

HERE: Final = "This folder"
RECENT: Final = "Recent"
SAMPLES: Final = "Samples"
_RECENT: Final = 12
_FOLDED: Final = 6
"""Recordings of a group that are shown while there are others and nothing is typed."""


@dataclass(slots=True, eq=False)
class Item:
    """A file on the shelf; `about` comes later, or `refused` says it is no recording."""

    found: Found
    group: str
    left: str = ""
    about: About | None = field(default=None)
    refused: bool = False

    @property
    def listed(self) -> Listed:
        """As the list shows it."""
        found = self.found
        age = time.time() - found.changed
        return Listed(found.name, found.size, age, self.about, self.left)


class Heading(NamedTuple):
    """The row above a group."""

    group: str
    number: int


class More(NamedTuple):
    """The row that stands for the rest of a folded group."""

    group: str
    number: int


class Gap(NamedTuple):
    """An empty row between two groups."""


Row = Item | Heading | More | Gap

_ORDERS: Final[dict[str, Callable[[Item], float | str]]] = {
    "newest": lambda item: -item.found.changed,
    "largest": lambda item: -item.found.size,
    "most events": lambda item: -((item.about and item.about.events) or 0),
    "most errors": lambda item: -(item.about.faults if item.about else 0),
    "name": lambda item: item.found.name.lower(),
}


class Shelf:
    """All that was found, and which rows stand for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.items: list[Item] = []
        self.order = next(iter(_ORDERS))
        self.filter = ""
        self._unfolded: set[str] = set()

    def look(self) -> None:
        """Find files: in the folder, where one was before, and where tools keep theirs."""
        found = [Item(one, HERE) for one in discovery.in_folder(self._folder)]
        here = {item.found.path.resolve(): item for item in found}
        for path, session in recent(_RECENT):
            one = discovery.at(path)
            if path in here:
                here[path].left = _left(session)
            elif one is not None:
                found.append(Item(one, RECENT, _left(session)))
        for place in discovery.homes():
            found += [Item(one, place.name) for one in discovery.in_place(place)]
        ours = samples()
        if ours is not None and not ours.is_relative_to(self._folder.resolve()):
            found += [Item(one, SAMPLES) for one in discovery.in_folder(ours)]
        self.items = found

    def sort(self) -> None:
        """Take the next order."""
        names = list(_ORDERS)
        self.order = names[(names.index(self.order) + 1) % len(names)]

    def unfold(self, group: str) -> None:
        """Show all of a group."""
        self._unfolded.add(group)

    def rows(self) -> list[Row]:
        """The rows, group by group."""
        words = self.filter.lower().split()
        groups: dict[str, list[Item]] = {}
        for item in self.items:
            if not item.refused and all(word in _searchable(item) for word in words):
                groups.setdefault(item.group, []).append(item)
        found: list[Row] = []
        for group, items in groups.items():
            items.sort(key=_ORDERS[self.order])
            found += [*([Gap()] if found else []), Heading(group, len(items))]
            folds = len(groups) > 1 and not words and group not in self._unfolded
            shown = _FOLDED if folds and len(items) > _FOLDED + 1 else len(items)
            found += items[:shown]
            if shown < len(items):
                found.append(More(group, len(items) - shown))
        return found

    def unread(self) -> Iterator[Item]:
        """Those of which nothing is known yet, in the order of the rows."""
        rows = self.rows()
        shown = [row for row in rows if isinstance(row, Item)]
        rest = [item for item in self.items if item not in shown]
        for item in (*shown, *rest):
            if item.about is None and not item.refused:
                yield item


def samples() -> Path | None:
    """The folder of recordings that come with ttdebug."""
    package = Path(__file__).resolve().parent.parent
    places = (package / "sample_traces", package.parent / "sample_traces")
    return next((place for place in places if place.is_dir()), None)


def _left(session: Session) -> str:
    """Where a person left a recording, in words."""
    parts = [f"at {session.position.seq:,}"] if session.position is not None else []
    for count, word in ((len(session.points), "breakpoint"), (len(session.watches), "watch")):
        if count:
            ending = "" if count == 1 else "es" if word == "watch" else "s"
            parts.append(f"{count} {word}{ending}")
    if session.marks:
        parts.append(f"bookmarks {' '.join(sorted(session.marks))}")
    return ", ".join(parts)


def _searchable(item: Item) -> str:
    about = item.about
    texts = [item.found.name, item.group]
    if about is not None:
        texts += [about.format, about.title or "", about.project or ""]
    return " ".join(texts).lower()
