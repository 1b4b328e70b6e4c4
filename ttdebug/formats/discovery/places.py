"""Where recordings are: in a folder one works in, and where the tools people use leave them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ttdebug.formats.places import may_be_recording

_SKIPPED: Final = frozenset(("node_modules", "__pycache__", "site-packages", "venv"))
_DEEPEST: Final = 3
_MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a recording. `format` is what its place says it is, None if it does not.

    `size` is bytes, `changed` seconds since the epoch, `name` how to show it in its place.
    """

    path: Path
    name: str
    size: int
    changed: float
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which a tool keeps what it recorded, one file per run."""

    name: str
    folder: Path
    pattern: str
    format: str


def homes() -> list[Place]:
    """The places of the tools that are known, as these tools' own settings name them."""
    home = Path.home()
    claude = Path(os.environ.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    codex = Path(os.environ.get("CODEX_HOME") or home / ".codex")
    gemini = home / ".gemini"
    return [
        Place("Claude Code", claude / "projects", "*/*.jsonl", "claude-code"),
        Place("Codex", codex / "sessions", "*/*/*/rollout-*.jsonl*", "codex"),
        Place("Codex, archived", codex / "archived_sessions", "rollout-*.jsonl*", "codex"),
        Place("Gemini CLI", gemini / "tmp", "*/chats/session-*.json*", "gemini-cli"),
    ]


def in_place(place: Place) -> list[Found]:
    """What a tool left in its place, the newest first, at most a few thousand."""
    try:
        paths = list(place.folder.glob(place.pattern))
    except OSError:
        return []
    found = (_found(path, path.name, place.format) for path in paths)
    return sorted(filter(None, found), key=lambda one: -one.changed)[:_MOST]


def in_folder(folder: Path) -> list[Found]:
    """Files of a folder, and of those a few levels below it, that could be recordings."""
    found: list[Found] = []
    for path in _walk(folder):
        one = _found(path, str(path.relative_to(folder)), None)
        if one is not None:
            found.append(one)
        if len(found) >= _MOST:
            break
    return sorted(found, key=lambda one: -one.changed)


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(
            one for one in folders if depth < _DEEPEST and one not in _SKIPPED and one[0] != "."
        )
        for name in sorted(files):
            path = Path(place) / name
            if may_be_recording(path) and name[0] != ".":
                yield path


def at(path: Path) -> Found | None:
    """One file by its path; None if it is gone."""
    return _found(path, path.name, None)


def _found(path: Path, name: str, format: str | None) -> Found | None:  # noqa: A002 - as in Found
    with suppress(OSError):
        status = path.stat()
        return Found(path, name, status.st_size, status.st_mtime, format)
    return None
