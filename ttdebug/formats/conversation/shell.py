"""Files that a shell command writes word for word: here-documents sent to a file."""

from __future__ import annotations

import posixpath
import re

from ttdebug.formats.conversation.state import Conversation

MAX_COMMAND = 1 << 20

_HEREDOC = re.compile(
    r"""^[ \t]*cat\b(?P<before>[^\n<|;&]*)<<-?[ \t]*(?P<quote>['"]?)(?P<mark>\w+)(?P=quote)"""
    r"""(?P<after>[^\n<|;&]*)\n(?P<body>.*?)^[ \t]*(?P=mark)[ \t]*$""",
    re.MULTILINE | re.DOTALL,
)
_TARGET = re.compile(r"""(>>?)[ \t]*(?:"([^"]+)"|'([^']+)'|([^\s<>"']+))""")
_EXPANDED = re.compile(r"[$`]")


def follow_shell(conversation: Conversation, command: str) -> None:
    """What a command that went well wrote with `cat << MARK > FILE`.

    Where the shell may have put something else into the text or the name, nothing is assumed.
    """
    if len(command) > MAX_COMMAND or "<<" not in command:
        return
    for match in _HEREDOC.finditer(command):
        target = _TARGET.search(match["before"]) or _TARGET.search(match["after"])
        if target is None or (not match["quote"] and _EXPANDED.search(match["body"])):
            continue
        path = target[2] or target[3] or target[4]
        if _EXPANDED.search(path) or path.startswith("~"):
            continue
        if conversation.cwd is not None and conversation.cwd.startswith("/"):
            path = posixpath.normpath(posixpath.join(conversation.cwd, path))
        if target[1] == ">":
            conversation.write_file(path, match["body"])
            continue
        known = conversation.file(path)
        if known is None:
            conversation.touch_file(path, match["body"])
        else:
            conversation.write_file(path, known + match["body"])
