"""What a tool call gave back, and what it changed: files, todos."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.formats.conversation import Conversation
from ttdebug.formats.conversation.edits import Edit, edited
from ttdebug.model import JSON, Object, Status

STATUS: dict[str | None, Status] = {"success": "ok", "error": "error", "cancelled": "cancelled"}
"""How calls end; those that are scheduled, validating, executing or awaiting approval have not."""

_MARKS_OF_A_PART = ("offset", "limit", "start_line", "end_line")


def response_of(call: Object) -> JSON:
    """The response within a call's result parts; alone if there is one, as its text if it can."""
    result = call.get("result")
    responses: list[JSON] = []
    for part in objects_in(result):
        response = object_of(object_of(part, "functionResponse"), "response")
        alone = next(iter(response.values())) if len(response) == 1 else None
        responses.append(alone if isinstance(alone, str) else response or part)
    if not responses:
        return result
    return responses[0] if len(responses) == 1 else responses


class Workspace:
    """Files as tools read and wrote them; what was only read is the base of later edits."""

    def __init__(self) -> None:
        self._read: dict[str, str] = {}

    def succeed(self, conversation: Conversation, call: Object) -> None:
        """Make the change that a successful call made."""
        name, args = text_of(call, "name"), object_of(call, "args")
        path = text_of(args, "file_path") or text_of(args, "absolute_path")
        todos = args.get("todos")
        if name == "write_todos" and isinstance(todos, list):
            conversation.plan(todos)
        elif name == "read_file" and path is not None:
            self._note_read(path, args, response_of(call))
        elif name in ("write_file", "replace", "edit") and path is not None:
            self._write(conversation, path, args, object_of(call, "resultDisplay"))

    def _note_read(self, path: str, args: Object, response: JSON) -> None:
        whole = not any(args.get(mark) is not None for mark in _MARKS_OF_A_PART)
        if whole and isinstance(response, str) and "truncated" not in response[:200]:
            self._read[path] = response

    def _write(self, conversation: Conversation, path: str, args: Object, display: Object) -> None:
        content = display.get("newContent", args.get("content"))
        if not isinstance(content, str):
            old, new = args.get("old_string"), args.get("new_string")
            if not isinstance(old, str) or not isinstance(new, str):
                return
            known = conversation.file(path)
            before = self._read.get(path) if known is None else known
            content = edited(before, [Edit(old, new, _everywhere(args))])
            if content is None:
                conversation.touch_file(path, new)
                return
        conversation.write_file(path, content)
        self._read.pop(path, None)


def _everywhere(args: Object) -> bool:
    expected = args.get("expected_replacements")
    return args.get("allow_multiple") is True or (isinstance(expected, int) and expected > 1)
