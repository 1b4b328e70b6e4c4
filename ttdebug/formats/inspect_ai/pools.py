"""What a sample stores once and refers to: attachments, pooled messages, pooled API calls."""

from __future__ import annotations

from typing import Final

from ttdebug.foreign.shapes import list_of, object_of
from ttdebug.foreign.values import slim
from ttdebug.model import JSON, Object

MOST_MESSAGES: Final = 2_000_000
MOST_TEXT: Final = 256 << 20
"""What references of one sample may stand for in all: messages, and characters of text."""

_PREFIXES: Final = ("attachment://", "tc://")


class Pools:
    """Resolves the references of one sample."""

    def __init__(self, sample: Object) -> None:
        data = object_of(sample, "events_data")
        older = object_of(sample, "transcript").get("content")
        attachments = sample.get("attachments") or older
        self._attachments = attachments if isinstance(attachments, dict) else {}
        self._messages = list_of(data, "messages") or list_of(sample, "message_pool")
        self._calls = list_of(data, "calls")
        self._resolved: dict[int, JSON] = {}
        self._text = MOST_TEXT
        self._count = MOST_MESSAGES
        self.missing = 0
        self.exceeded = False

    def resolve(self, value: JSON) -> JSON:
        """`value` with every attachment in its place."""
        if isinstance(value, str):
            return self._attached(value) if value.startswith(_PREFIXES) else value
        if isinstance(value, list):
            return [self.resolve(item) if _may_refer(item) else item for item in value]
        if isinstance(value, dict):
            return {
                key: self.resolve(item) if _may_refer(item) else item for key, item in value.items()
            }
        return value

    def shown(self, record: Object) -> Object:
        """A record resolved, with embedded media left out."""
        value = slim(self.resolve(record))
        return value if isinstance(value, dict) else {}

    def messages(self, event: Object) -> list[JSON]:
        """The input of a model call."""
        refs = event.get("input_refs")
        if not isinstance(refs, list):
            given = slim(self.resolve(event.get("input")))
            return given if isinstance(given, list) else []
        return [self._message(at) for at in self._places(refs, len(self._messages))]

    def call(self, event: Object) -> JSON:
        """The raw API call of a model call, None if it was not logged."""
        call = event.get("call")
        if not isinstance(call, dict):
            return None
        refs = call.get("call_refs")
        kept: Object = {key: value for key, value in call.items() if not key.startswith("call_")}
        if isinstance(refs, list):
            pooled = [self._calls[at] for at in self._places(refs, len(self._calls))]
            key = str(call.get("call_key") or "messages")
            kept["request"] = {**object_of(call, "request"), key: pooled}
        return self.shown(kept)

    def _attached(self, text: str) -> str:
        found = self._attachments.get(text.partition("://")[2])
        if not isinstance(found, str):
            self.missing += 1
            return text
        self._text -= len(found)
        if self._text < 0:
            self.exceeded = True
            return text
        return found

    def _message(self, at: int) -> JSON:
        if at not in self._resolved:
            self._resolved[at] = slim(self.resolve(self._messages[at]))
        return self._resolved[at]

    def _places(self, refs: list[JSON], size: int) -> list[int]:
        """The places in a pool of `size` that ranges `[start, end)` name."""
        places: list[int] = []
        for ref in refs:
            if not (isinstance(ref, list) and len(ref) == 2):
                continue
            start, end = ref
            if isinstance(start, int) and isinstance(end, int):
                named = range(max(0, start), min(end, size))
                self.missing += max(0, end - max(start, size))
                self._count -= len(named)
                if self._count < 0:
                    self.exceeded = True
                    break
                places.extend(named)
        return places


def _may_refer(item: JSON) -> bool:
    return isinstance(item, dict | list) or (isinstance(item, str) and item.startswith(_PREFIXES))
