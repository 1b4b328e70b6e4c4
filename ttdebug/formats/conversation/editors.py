"""Files as the usual editing tools of agents leave them, from nothing but their arguments."""

from __future__ import annotations

from ttdebug.formats.conversation.changes import apply_envelope
from ttdebug.formats.conversation.edits import Edit, edited
from ttdebug.formats.conversation.patches import patch_in
from ttdebug.formats.conversation.state import Conversation
from ttdebug.model import JSON, Object

_WRITERS = frozenset({"write", "write_file", "create_file", "file_write", "save_file"})
_PATHS = ("path", "file_path", "filepath", "filename", "absolute_path")
_WHOLE = ("file_text", "content", "contents", "text")
_OLD = ("old_str", "old_string", "old_text")
_NEW = ("new_str", "new_string", "new_text")


def follow_edit(conversation: Conversation, name: str, args: Object) -> None:
    """What a call of an editing tool did, if it is one and went well.

    Understood are replacements of text, whole files (`create`, `write_file`...), insertions by
    line, and patches in the envelope of apply_patch.
    """
    patch = patch_in(args) if "patch" in name else None
    if patch is not None:
        apply_envelope(conversation, patch, conversation.cwd)
        return
    path = _first(args, _PATHS)
    if path is None:
        return
    command = args.get("command")
    old, new = _first(args, _OLD), _first(args, _NEW)
    whole = _first(args, _WHOLE)
    line = args.get("insert_line")
    if whole is not None and (command == "create" or name.lower() in _WRITERS):
        conversation.write_file(path, whole)
    elif new is not None and isinstance(line, int) and command == "insert":
        _replace(conversation, path, _inserted(conversation.file(path), line, new), new)
    elif old is not None and command in (None, "str_replace", "replace", "edit"):
        new = new or ""
        _replace(conversation, path, edited(conversation.file(path), [Edit(old, new)]), new)


def _replace(conversation: Conversation, path: str, after: str | None, new: str) -> None:
    if after is None:
        conversation.touch_file(path, new)
    else:
        conversation.write_file(path, after)


def _inserted(before: str | None, line: int, new: str) -> str | None:
    """`before` with `new` after its first `line` lines."""
    if before is None:
        return None
    lines = before.splitlines(keepends=True)
    place = max(0, min(line, len(lines)))
    return "".join([*lines[:place], new if new.endswith("\n") else new + "\n", *lines[place:]])


def _first(args: Object, names: tuple[str, ...]) -> str | None:
    values: list[JSON] = [args.get(name) for name in names]
    return next((value for value in values if isinstance(value, str)), None)
