"""What the reference recordings hold, counted in the files themselves, one table per folder.

A dot in a table's name is a slash in the folder's.

A table maps a file to the format it is read as, its events by type, calls closed by their result
(`pairs`), calls without one (`open`), results without a call (`orphans`), events that changed a
state (`changes`), timelines, and single values: `[agent, seq, path, value]`. An optional `warning`
is how the first one begins; without it there must be none.

`python -m tests.formats.acceptance FOLDER` prints what the readers find, to compare by hand.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support import SHARED
from ttdebug import formats, paths
from ttdebug.store.trace import Trace

TRACES = SHARED / "traces"
TABLES = Path(__file__).parent
BESIDE = frozenset(("graph.json", "metadata.json", "children.jsonl"))
"""Files of Burr's folders beside the log."""


def folders() -> list[str]:
    """Folders of recordings that have a table."""
    return sorted(table.stem for table in TABLES.glob("*.json"))


def place(folder: str) -> Path:
    """The folder that a table is about."""
    return TRACES / folder.replace(".", "/")


def table(folder: str) -> dict[str, Any]:
    """What is known of the files in a folder, by name."""
    found: dict[str, Any] = json.loads((TABLES / f"{folder}.json").read_text())
    return found


def entries() -> list[tuple[str, str]]:
    """Every folder and file in any table."""
    return [(folder, name) for folder in folders() for name in table(folder)]


def recordings(folder: str) -> set[str]:
    """Names of all files in a folder, beside those that go with another file."""
    return {
        str(path.relative_to(place(folder)))
        for path in place(folder).rglob("*")
        if path.is_file() and "subagents" not in path.parts and path.name not in BESIDE
    }


def found(trace: Trace) -> dict[str, Any]:
    """The same of a conversion, without the values."""
    events = list(trace.events())
    closed = {event.opening for event in events if event.opening is not None}
    calls = [event for event in events if event.type == "tool.call"]
    results = [event for event in events if event.type == "tool.result"]
    return {
        "format": trace.format,
        "events": dict(sorted(Counter(event.type for event in events).items())),
        "pairs": sum(event.seq in closed for event in calls),
        "open": sum(event.seq not in closed for event in calls),
        "orphans": sum(event.opening is None for event in results),
        "changes": sum(bool(event.changes) for event in events),
        "timelines": len(trace.timelines),
    }


def value(trace: Trace, agent: str, seq: int, path: str) -> Any:
    """One value of an agent's state just after an event, on the timeline that recorded it."""
    return paths.resolve(trace.state(seq, agent, trace.event(seq).timeline_id), paths.parse(path))


def show(folder: str) -> None:
    """Print what the readers find in a folder."""
    for name in sorted(recordings(folder)):
        with formats.open(place(folder) / name) as trace:
            print(json.dumps({name: found(trace)}), *trace.warnings[:3], sep="\n  ")
