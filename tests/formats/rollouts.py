"""Lines of Codex rollouts, made up for tests."""

from __future__ import annotations

import json
from pathlib import Path

from tests.formats.transcripts import write
from ttdebug.model import JSON, Object

THREAD = "019e0000-0000-7000-8000-000000000001"


class Rollout:
    """Builds a rollout line by line, a second apart."""

    def __init__(self, thread: str = THREAD, **meta: JSON) -> None:
        self.lines: list[Object] = []
        self.add("session_meta", {"id": thread, "cwd": "/repo", "cli_version": "0.130.0", **meta})

    def add(self, kind: str, payload: JSON, **more: JSON) -> None:
        """A line of any kind."""
        time = f"2026-01-01T00:{len(self.lines) // 60:02d}:{len(self.lines) % 60:02d}.000Z"
        self.lines.append({"timestamp": time, "type": kind, "payload": payload, **more})

    def item(self, kind: str, **fields: JSON) -> None:
        """A response item."""
        self.add("response_item", {"type": kind, **fields})

    def event(self, kind: str, **fields: JSON) -> None:
        """An event message."""
        self.add("event_msg", {"type": kind, **fields})

    def says(self, role: str, text: str) -> None:
        """A message as a response item."""
        kind = "output_text" if role == "assistant" else "input_text"
        self.item("message", role=role, content=[{"type": kind, "text": text}])

    def call(self, call: str, name: str, output: JSON = "done", **args: JSON) -> None:
        """A function call and its output."""
        self.item("function_call", call_id=call, name=name, arguments=json.dumps(args))
        self.item("function_call_output", call_id=call, output=output)

    def write(self, path: Path) -> Path:
        """The rollout as a file."""
        return write(path, list(self.lines))
