"""The content of messages: its text, and without the media embedded in it."""

from __future__ import annotations

import hashlib

from ttdebug.model import JSON, Object

SHOWN = 500
"""Characters of a message kept in the state; events hold the whole text."""


def joined_text(blocks: list[Object], kind: str = "text") -> str:
    """The text of all blocks of one kind."""
    found = [text for block in blocks if block.get("type") == kind for text in [block.get(kind)]]
    return "\n".join(text for text in found if isinstance(text, str))


def plain_text(content: JSON) -> str:
    """All text of a message, whether it is a string or a list of parts with `text`."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "\n".join(text for text in texts if isinstance(text, str))


def slim(value: JSON) -> JSON:
    """`value` with embedded media replaced by their size and hash."""
    if isinstance(value, list):
        return [slim(item) for item in value]
    if isinstance(value, str):
        return _summary(value) if value.startswith("data:") and ";base64," in value[:100] else value
    if not isinstance(value, dict):
        return value
    data = value.get("data")
    if isinstance(data, str) and ("media_type" in value or value.get("type") == "base64"):
        return {**value, "data": _summary(data)}
    return {
        key: slim(item) if isinstance(item, dict | list | str) else item
        for key, item in value.items()
    }


def rest(holder: Object, *told: str) -> Object:
    """What else a record says beside `told`, without what it leaves empty, media replaced."""
    found: Object = {}
    for key, value in holder.items():
        if key not in told and value is not None and value != [] and value != {}:
            found[key] = slim(value)
    return found


def _summary(data: str) -> str:
    digest = hashlib.blake2b(data.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"[{len(data)} characters of base64, blake2b {digest}]"
