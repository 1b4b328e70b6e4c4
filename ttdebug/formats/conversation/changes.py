"""Files as patches leave them."""

from __future__ import annotations

import posixpath

from ttdebug.foreign.shapes import text_of
from ttdebug.formats.conversation.patches import (
    FilePatch,
    excerpt,
    parse_hunks,
    parse_patch,
    patched,
)
from ttdebug.formats.conversation.state import Conversation
from ttdebug.model import Object


def apply_envelope(conversation: Conversation, text: str, directory: str | None) -> None:
    """What a patch that went well did; `directory` is where its paths begin."""
    for patch in parse_patch(text):
        _apply(conversation, patch, directory)


def apply_changes(conversation: Conversation, changes: Object) -> None:
    """The same, from the `changes` that an end event lists by path."""
    for path, change in changes.items():
        if not isinstance(change, dict):
            continue
        kind = text_of(change, "type")
        if kind == "add":
            content = change.get("content")
            patch = FilePatch(path, "add", content if isinstance(content, str) else "")
        elif kind == "delete":
            patch = FilePatch(path, "delete")
        else:
            lines = (text_of(change, "unified_diff") or "").splitlines()
            moved = text_of(change, "move_path")
            patch = FilePatch(path, "update", hunks=parse_hunks(lines), moved=moved)
        _apply(conversation, patch, None)


def _apply(conversation: Conversation, patch: FilePatch, directory: str | None) -> None:
    path = _absolute(patch.path, directory)
    if patch.action == "add":
        conversation.write_file(path, patch.content)
        return
    if patch.action == "delete":
        conversation.remove_file(path)
        return
    before = conversation.file(path)
    after = None if before is None else patched(before, patch.hunks)
    if patch.moved is not None:
        conversation.remove_file(path)
        path = _absolute(patch.moved, directory)
    if after is not None:
        conversation.write_file(path, after)
    elif patch.hunks or patch.moved is not None:
        conversation.touch_file(path, excerpt(patch.hunks))


def _absolute(path: str, directory: str | None) -> str:
    if directory is None or not directory.startswith("/"):
        return path
    return posixpath.normpath(posixpath.join(directory, path))
