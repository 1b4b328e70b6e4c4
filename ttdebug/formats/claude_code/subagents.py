"""Transcripts of sub-agents in files of their own: which there are and whose calls they served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ttdebug.foreign import lenient
from ttdebug.foreign.shapes import text_of
from ttdebug.formats.claude_code.entries import read_entry
from ttdebug.formats.reader import Report
from ttdebug.formats.source import Source, split_lines

MAX_FILES = 2000
COMPACTION = "acompact"


@dataclass(frozen=True, slots=True)
class SideFile:
    """`agent-ID.jsonl`: its label relative to the session's file, and the line it continues."""

    path: Path
    agent_id: str
    label: str
    root_parent: str | None
    start: int | None

    @property
    def agent(self) -> str:
        """What the agent is called in the recording."""
        return f"agent-{self.agent_id}"

    @property
    def compacts(self) -> bool:
        """Whether it wrote the summary of a compaction."""
        return self.agent_id.startswith(COMPACTION)

    def source(self) -> Source:
        """Its lines."""
        return Source(self.path, self.path)


def companions(session: Path) -> list[Path]:
    """Files that may hold sub-agents of the session recorded in `session`.

    None for a sub-agent's own file and for standard input.
    """
    if session.name.startswith(("agent-", "-")):
        return []
    inside = session.parent / session.name.partition(".jsonl")[0] / "subagents"
    found = [*_agents_in(inside), *_agents_in(session.parent)]
    return found[:MAX_FILES]


def side_files(session: Path, session_id: str | None) -> dict[str, SideFile]:
    """The session's sub-agents by agent id; files beside it count if they name the session."""
    found: dict[str, SideFile] = {}
    for path in companions(session):
        file = _look(path, session, session_id)
        if file is not None:
            found.setdefault(file.agent_id, file)
    return found


def _agents_in(directory: Path) -> Iterator[Path]:
    try:
        found = (path for path in directory.glob("agent-*.jsonl") if path.is_file())
        yield from sorted(islice(found, MAX_FILES))
    except OSError:
        return


def _look(path: Path, session: Path, session_id: str | None) -> SideFile | None:
    try:
        with path.open("rb") as stream:
            first = next(split_lines(stream, Report()), None)
        value = lenient.decode(first.data).value if first else None
    except (OSError, lenient.NotJSONError):
        return None
    if not isinstance(value, dict):
        return None
    entry = read_entry(1, value)
    if path.parent == session.parent and text_of(value, "sessionId") != session_id:
        return None
    agent_id = entry.agent_id or path.stem.removeprefix("agent-")
    label = str(path.relative_to(session.parent))
    return SideFile(path, agent_id, label, entry.parent, entry.time)
