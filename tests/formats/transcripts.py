"""Lines of Claude Code transcripts, made up for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ttdebug.model import JSON, Object

SESSION = "11111111-2222-3333-4444-555555555555"


class Transcript:
    """Builds a transcript line by line; each line follows the one before unless told."""

    def __init__(self, session: str = SESSION, **shared: JSON) -> None:
        self.lines: list[Object] = []
        self._session = session
        self._shared = shared
        self._last: str | None = None

    def line(self, type: str, uuid: str, *, after: str | None = "", **more: JSON) -> Object:  # noqa: A002
        """A line of any type with the fields that all have."""
        number = len(self.lines)
        line: Object = {
            "type": type,
            "uuid": uuid,
            "parentUuid": self._last if after == "" else after,
            "sessionId": self._session,
            "timestamp": f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}.000Z",
            "cwd": "/repo",
            "version": "2.1.0",
            "isSidechain": False,
            **self._shared,
            **more,
        }
        self.lines.append(line)
        self._last = uuid
        return line

    def prompt(self, uuid: str, text: str, *, after: str | None = "", **more: JSON) -> Object:
        """The user types."""
        message: Object = {"role": "user", "content": text}
        return self.line("user", uuid, after=after, message=message, **more)

    def answer(
        self,
        uuid: str,
        *blocks: Object,
        message: str = "",
        after: str | None = "",
        **more: JSON,
    ) -> Object:
        """A line of an API message; lines that share `message` are one message."""
        body: Object = {
            "id": message or f"msg-{uuid}",
            "model": "model-1",
            "role": "assistant",
            "content": list(blocks),
            "usage": {"input_tokens": 10, "output_tokens": len(self.lines)},
        }
        return self.line("assistant", uuid, after=after, message=body, **more)

    def result(
        self,
        uuid: str,
        call: str,
        content: JSON,
        details: JSON = None,
        *,
        error: bool = False,
        after: str | None = "",
    ) -> Object:
        """The result of a tool call; an `error` if it failed."""
        block: Object = {"type": "tool_result", "tool_use_id": call, "content": content}
        if error:
            block["is_error"] = True
        message: Object = {"role": "user", "content": [block]}
        return self.line("user", uuid, after=after, message=message, toolUseResult=details)

    def write(self, path: Path) -> Path:
        """The transcript as a file."""
        return write(path, self.lines)


def write(path: Path, lines: Iterable[JSON]) -> Path:
    """Any values as JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def text(content: str) -> Object:
    """A text block."""
    return {"type": "text", "text": content}


def use(call: str, name: str, **args: JSON) -> Object:
    """A tool_use block."""
    return {"type": "tool_use", "id": call, "name": name, "input": args}
