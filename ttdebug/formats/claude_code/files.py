"""What a tool did to a file, from its structured result."""

from __future__ import annotations

from typing import NamedTuple

from ttdebug.foreign.shapes import text_of
from ttdebug.formats.conversation.edits import Edit, edited
from ttdebug.model import JSON, Object


class FileWrite(NamedTuple):
    """A file and its content after a tool wrote it."""

    path: str
    content: str


def file_write(args: Object, result: JSON, known: str | None) -> FileWrite | None:
    """The file that a successful call wrote, with its whole content afterwards.

    `result` is the line's toolUseResult, `known` the content written last. None for tools that
    write nothing, and where the content cannot be told.
    """
    details = result if isinstance(result, dict) else {}
    path = text_of(details, "filePath") or text_of(args, "file_path")
    if path is None or "file" in details:
        return None
    content = details.get("content", args.get("content"))
    if isinstance(content, str):
        return FileWrite(path, content)
    original = details.get("originalFile")
    before = original if isinstance(original, str) else known
    edits = _edits(args, details)
    if not edits:
        return None
    after = edited(before, edits)
    return None if after is None else FileWrite(path, after)


def written_path(args: Object, result: JSON) -> str | None:
    """The path a call is about, to look up what is known of it."""
    details = result if isinstance(result, dict) else {}
    return text_of(details, "filePath") or text_of(args, "file_path")


def _edits(args: Object, details: Object) -> list[Edit]:
    """The replacements of Edit and MultiEdit, in order."""
    listed = details.get("edits", args.get("edits"))
    sources = listed if isinstance(listed, list) else [{**args, **details}]
    edits = []
    for source in sources:
        if not isinstance(source, dict):
            continue
        old = source.get("oldString", source.get("old_string"))
        new = source.get("newString", source.get("new_string"))
        if isinstance(old, str) and isinstance(new, str):
            everywhere = source.get("replaceAll", source.get("replace_all")) is True
            edits.append(Edit(old, new, everywhere))
    return edits
