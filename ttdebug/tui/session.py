"""What a person adds while looking: breakpoints, watches, bookmarks, where they left.

Kept in their state folder, keyed by the recording's identity, never beside the trace. Reading is
forgiving: a file that cannot be used counts as an empty session.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs

from ttdebug.model import JSON, Position

if TYPE_CHECKING:
    from ttdebug.store.trace import Trace

_VERSION: Final = 1
_REMEMBERED: Final = 100


@dataclass(slots=True)
class Session:
    """One recording's additions; `position` and `marks` are (timeline id, seq)."""

    position: Position | None = None
    points: list[JSON] = field(default_factory=list)
    """Breakpoints as `replay.points` writes them."""
    watches: list[str] = field(default_factory=list)
    marks: dict[str, Position] = field(default_factory=dict)
    mapped: str = ""
    """The watch in the minimap, if one was chosen."""


@dataclass(slots=True)
class Preferences:
    """What holds for all recordings: the theme, and what was typed before."""

    theme: str = ""
    commands: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)

    def remember(self, kind: list[str], text: str) -> None:
        """Put `text` at the end of one of the histories."""
        if text in kind:
            kind.remove(text)
        kind.append(text)
        del kind[:-_REMEMBERED]


def state_folder() -> Path:
    """Where sessions live; the environment's TTDEBUG_STATE names another folder."""
    return Path(os.environ.get("TTDEBUG_STATE") or platformdirs.user_state_dir("ttdebug"))


def session_path(trace: Trace) -> Path:
    """The file for a recording, by where it is and which runs it holds."""
    runs = ",".join(run.id for run in trace.runs[:16])
    identity = f"{trace.source_path.resolve()}\0{runs}"
    name = hashlib.blake2b(identity.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return state_folder() / "sessions" / f"{name}.json"


def load_session(path: Path) -> Session:
    """The session in a file, or an empty one."""
    data = _load(path)
    session = Session()
    with contextlib.suppress(TypeError, ValueError, KeyError, AttributeError):
        points = data.get("points", [])
        session.points = points if isinstance(points, list) else []
        session.watches = [str(path) for path in data.get("watches", [])]
        session.mapped = str(data.get("mapped", ""))
        marks = data.get("marks", {})
        session.marks = {str(name)[:1]: _position(at) for name, at in marks.items()}
        at = data.get("position")
        session.position = _position(at) if at else None
    return session


def save_session(path: Path, session: Session, about: str) -> None:
    """Write a session for one person's eyes; `about` tells a reader of the folder whose it is."""
    data = {"version": _VERSION, "recording": about, **asdict(session)}
    data["position"] = tuple(vars_of(session.position)) if session.position else None
    data["marks"] = {name: vars_of(at) for name, at in session.marks.items()}
    _save(path, data)


def recent(most: int) -> list[tuple[Path, Session]]:
    """The recordings that were open last, the latest first, with what was left in them."""
    files = []
    with contextlib.suppress(OSError):
        for file in (state_folder() / "sessions").glob("*.json"):
            with contextlib.suppress(OSError):
                files.append((file.stat().st_mtime, file))
    found: list[tuple[Path, Session]] = []
    for _, file in sorted(files, reverse=True)[: 2 * most]:
        recording = _load(file).get("recording")
        if isinstance(recording, str) and recording != "-" and len(found) < most:
            found.append((Path(recording), load_session(file)))
    return found


def load_preferences() -> Preferences:
    """The person's preferences, or the defaults."""
    data = _load(state_folder() / "preferences.json")
    known = Preferences()
    for name in ("commands", "conditions", "searches"):
        texts = data.get(name)
        if isinstance(texts, list):
            setattr(known, name, [str(text) for text in texts][-_REMEMBERED:])
    known.theme = str(data.get("theme", ""))
    return known


def save_preferences(preferences: Preferences) -> None:
    """Write the preferences."""
    _save(state_folder() / "preferences.json", {"version": _VERSION, **asdict(preferences)})


def vars_of(position: Position) -> list[int]:
    """A position as stored."""
    return [position.timeline, position.seq]


def _position(raw: Any) -> Position:
    """A stored position; a ValueError or TypeError is the caller's to answer."""
    timeline, seq = raw
    return Position(int(timeline), int(seq))


def _load(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _save(path: Path, data: Mapping[str, object]) -> None:
    """Replace a file at once; a folder that cannot be written costs the memory, not the session."""
    text = json.dumps(data, indent=1, ensure_ascii=True)
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        draft.replace(path)
