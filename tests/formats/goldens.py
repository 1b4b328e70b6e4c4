"""What conversions gave when they were last looked at: shapes and hashes, no text of the files.

`python -m tests.formats.goldens` writes them anew; look at the difference before committing it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.support import SHARED
from ttdebug import formats
from ttdebug.model import JSON
from ttdebug.store.trace import Trace

FOLDER = Path(__file__).parent / "golden"
SOURCES = {
    "claude-rewind": "claude-code/rewind-then-compact-small.jsonl",
    "claude-edge-cases": "claude-code/edge-cases-small.jsonl",
    "claude-record-types": "claude-code/record-type-coverage.jsonl",
    "generic-atof": "generic-jsonl/nat-atof-events.jsonl",
    "generic-spans": "generic-jsonl/raaf-span-start-end.jsonl",
}


def digest(value: object) -> str:
    """A short hash of any JSON value."""
    text = json.dumps(value, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def shape(trace: Trace) -> JSON:
    """Everything that must not change by accident, in small."""
    events: list[JSON] = []
    for event in trace.events():
        causes: list[JSON] = [[edge.seq, edge.kind, edge.rule] for edge in trace.causes(event.seq)]
        events.append(
            {
                "seq": event.seq,
                "type": event.type,
                "name": event.name and digest(event.name),
                "agent": event.agent and digest(event.agent),
                "timeline": event.timeline,
                "parent": event.parent,
                "causes": causes,
                "status": event.status,
                "data": digest(event.data),
                "line": event.source.get("line"),
            }
        )
    states: dict[str, JSON] = {
        f"{timeline}/{digest(agent)}": digest(trace.state(trace.last_seq, agent, timeline))
        for timeline in trace.timelines
        for agent in trace.agents_with_state(timeline)
    }
    return {"events": events, "states": states}


def source(name: str) -> Path:
    """The recording behind a golden conversion."""
    return SHARED / "traces" / SOURCES[name]


def dumped(shaped: JSON) -> str:
    """One event per line, so that a difference can be read."""
    assert isinstance(shaped, dict)
    events = shaped["events"]
    assert isinstance(events, list)
    rows = ",\n".join("  " + json.dumps(event) for event in events)
    states = json.dumps(shaped["states"], indent=1)
    return f'{{"events": [\n{rows}\n],\n"states": {states}}}\n'


def main() -> None:
    """Write all goldens."""
    FOLDER.mkdir(exist_ok=True)
    for name in SOURCES:
        with formats.open(source(name)) as trace:
            (FOLDER / f"{name}.json").write_text(dumped(shape(trace)))


if __name__ == "__main__":
    main()
