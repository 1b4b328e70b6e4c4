"""Actions as calls of tools, and the files that SWE-agent's own editor leaves."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import NamedTuple

from ttdebug.foreign.shapes import embedded, object_of, objects_in, text_of
from ttdebug.formats.conversation import Conversation
from ttdebug.formats.conversation.editors import follow_edit
from ttdebug.formats.conversation.shell import follow_shell
from ttdebug.model import Object

_OWN = frozenset(
    {
        "create", "edit", "insert", "open", "goto", "scroll_up", "scroll_down", "find_file",
        "search_dir", "search_file", "submit", "str_replace_editor", "undo_edit", "exit_cost",
        "exit_format", "exit_context", "exit_forfeit",
    }
)  # fmt: skip
"""Commands that are tools of the agent; everything else is for the shell."""

_LINES = re.compile(r"edit\s+(\d{1,7}):(\d{1,7})[ \t]*\n(.*?)(?:\n?end_of_edit\s*)?\Z", re.DOTALL)
_REFUSED = ("Your proposed edit has introduced", "Your edit was not applied", "No replacement")


class Call(NamedTuple):
    """An action as a tool call."""

    id: str | None
    name: str
    args: Object


def call_of(action: str, message: Object) -> Call:
    """What an action calls; the `message` it came from may say it as a function call."""
    calls = objects_in(message.get("tool_calls"))
    if calls:
        function = object_of(calls[0], "function")
        args = embedded(function.get("arguments"))
        name = text_of(function, "name") or "tool"
        known: Object = args if isinstance(args, dict) else {"arguments": args}
        return Call(text_of(calls[0], "id"), name, {**known, "action": action})
    words = action.split(None, 1)
    own = bool(words) and words[0] in _OWN
    return Call(None, words[0] if own else "bash", {"command": action})


def follow(conversation: Conversation, call: Call, observation: str, state: Object) -> None:
    """What an action did to files, given the state of the environment."""
    if any(refusal in observation for refusal in _REFUSED):
        return
    action = text_of(call.args, "action") or text_of(call.args, "command") or ""
    path = text_of(state, "open_file")
    if call.name == "create":
        name = text_of(call.args, "filename") or action.removeprefix("create").strip()
        if name:
            conversation.write_file(_absolute(conversation, name), "")
    elif call.name == "edit" and path is not None and path != "n/a":
        _edit(conversation, _absolute(conversation, path), action, call.args)
    elif call.name == "str_replace_editor":
        args = call.args if "path" in call.args else _parsed(action)
        follow_edit(conversation, call.name, args)
    elif call.name == "bash":
        follow_shell(conversation, action)


def _edit(conversation: Conversation, path: str, action: str, args: Object) -> None:
    """An edit of the open file, by lines or by a passage to replace."""
    lines = _LINES.match(action)
    if lines is None:
        search, replace = text_of(args, "search"), args.get("replace")
        if search is not None and isinstance(replace, str):
            edit: Object = {"path": path, "old_str": search, "new_str": replace}
            follow_edit(conversation, "edit", edit)
        return
    known = conversation.file(path)
    if known is None:
        conversation.touch_file(path, lines[3])
        return
    content = known.split("\n")
    content[int(lines[1]) - 1 : int(lines[2])] = lines[3].split("\n")
    conversation.write_file(path, "\n".join(content))


def _absolute(conversation: Conversation, path: str) -> str:
    if conversation.cwd is None:
        return path
    return posixpath.normpath(posixpath.join(conversation.cwd, path))


def _parsed(action: str) -> Object:
    """The options of `str_replace_editor COMMAND PATH --old_str ...` as written for a shell."""
    try:
        words = shlex.split(action[:100_000])[1:]
    except ValueError:
        return {}
    args: Object = dict(zip(("command", "path"), words, strict=False))
    options = iter(words[2:])
    for name in options:
        value = next(options, None)
        if name.startswith("--") and value is not None:
            args[name[2:]] = int(value) if name == "--insert_line" and value.isdigit() else value
    return args
