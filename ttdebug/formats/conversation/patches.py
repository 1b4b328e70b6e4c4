"""Patches as agents write them: the envelope of `apply_patch`, and the hunks of unified diffs.

```
*** Begin Patch
*** Update File: path        (or Add File, Delete File; then perhaps *** Move to: path)
@@ where
 context
-old
+new
*** End Patch
```
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from ttdebug.model import JSON

BEGIN, END = "*** Begin Patch", "*** End Patch"
_HEADERS: tuple[tuple[str, FileAction], ...] = (
    ("*** Add File: ", "add"),
    ("*** Update File: ", "update"),
    ("*** Delete File: ", "delete"),
)
_MOVE = "*** Move to: "
_GAP = "\n[...]\n"
_MAX_SEARCH = 4_000_000

FileAction: TypeAlias = Literal["add", "update", "delete"]


class Hunk(NamedTuple):
    """Consecutive lines before and after, with the context that both share."""

    old: list[str]
    new: list[str]


class FilePatch(NamedTuple):
    """What a patch does to one file; `content` is the whole text of an added one."""

    path: str
    action: FileAction
    content: str = ""
    hunks: tuple[Hunk, ...] = ()
    moved: str | None = None


def patch_in(args: JSON) -> str | None:
    """The envelope within the arguments of a call: alone, in a field, or in a shell command."""
    if isinstance(args, dict):
        args = list(args.values())
    for value in args if isinstance(args, list) else [args]:
        found = patch_in(value) if isinstance(value, list) else _envelope(value)
        if found is not None:
            return found
    return None


def _envelope(value: JSON) -> str | None:
    if not isinstance(value, str) or (start := value.find(BEGIN)) < 0:
        return None
    end = value.find(END, start)
    return value[start:end] if end >= 0 else value[start:]


def parse_patch(text: str) -> list[FilePatch]:
    """The files of an envelope, in order; lines that belong to none are passed over."""
    patches: list[FilePatch] = []
    path: str = ""
    action: FileAction | None = None
    moved: str | None = None
    lines: list[str] = []

    def finish() -> None:
        if action == "add":
            added = "".join(f"{line[1:]}\n" for line in lines if line.startswith("+"))
            patches.append(FilePatch(path, action, added))
        elif action is not None:
            patches.append(FilePatch(path, action, hunks=parse_hunks(lines), moved=moved))

    for line in text.splitlines():
        header = next((one for one in _HEADERS if line.startswith(one[0])), None)
        if header is not None:
            finish()
            path, action, moved = line[len(header[0]) :].strip(), header[1], None
            lines = []
        elif line.startswith(_MOVE):
            moved = line[len(_MOVE) :].strip()
        elif not line.startswith("***"):
            lines.append(line)
    finish()
    return patches


def parse_hunks(lines: list[str]) -> tuple[Hunk, ...]:
    """The hunks among the lines of a diff; what stands before the first `@@` counts as one."""
    hunks = [Hunk([], [])]
    for line in lines:
        if line.startswith("@@"):
            hunks.append(Hunk([], []))
        elif line.startswith("+") and not line.startswith("+++ "):
            hunks[-1].new.append(line[1:])
        elif line.startswith("-") and not line.startswith("--- "):
            hunks[-1].old.append(line[1:])
        elif not line or line.startswith(" "):
            hunks[-1].old.append(line[1:])
            hunks[-1].new.append(line[1:])
    return tuple(hunk for hunk in hunks if hunk.old or hunk.new)


def patched(before: str, hunks: tuple[Hunk, ...]) -> str | None:
    """`before` with all hunks made, each found after the one before it; None if one is not."""
    lines = before.split("\n")
    if sum(len(hunk.old) for hunk in hunks) * len(lines) > _MAX_SEARCH:
        return None
    start = 0
    for old, new in hunks:
        place = _find(lines, old, start)
        if place is None:
            return None
        lines[place : place + len(old)] = new
        start = place + len(new)
    return "\n".join(lines)


def excerpt(hunks: tuple[Hunk, ...]) -> str:
    """The lines around each edit, as they are afterwards."""
    return _GAP.join("\n".join(hunk.new) for hunk in hunks)


def _find(lines: list[str], block: list[str], start: int) -> int | None:
    if not block:
        return len(lines) - 1 if lines[-1:] == [""] else len(lines)
    for place in range(start, len(lines) - len(block) + 1):
        if lines[place : place + len(block)] == block:
            return place
    return None
