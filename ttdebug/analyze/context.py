"""How what a model was told changed from one call to another: message by message, and settings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal, TypeAlias
from zlib import crc32

from ttdebug.analyze import sequences
from ttdebug.analyze.compare import compare
from ttdebug.analyze.prompts import NO_SETTINGS, Call, Message
from ttdebug.analyze.signatures import number
from ttdebug.delta.equality import canonical
from ttdebug.model import Change
from ttdebug.paths import split_pointer

MessageKind: TypeAlias = Literal["kept", "injected", "dropped", "changed", "truncated"]

_LEAST_ALIKE: Final = 0.3
"""Share of words two messages of a role have in common to count as one that was changed."""

_CUT: Final = re.compile(
    r"truncat|omit|elided|snip|shortened|…|\.\.\."
    r"|\d\s*(?:more )?(?:characters|chars|bytes|lines|tokens|words)",
    re.IGNORECASE,
)
"""What stands where a text was cut: an ellipsis, or a few words such as `[12 lines omitted]`."""

_LONGEST_CUT: Final = 80
_WORD: Final = re.compile(r"\w+")
_WORDS_READ: Final = 4_000
_BITS: Final = 512


@dataclass(frozen=True, slots=True)
class MessageChange:
    """What became of a message; `old` and `new` are its numbers in the two prompts, from 0.

    `truncated` messages are a beginning, an end, or both with a mark between, of what they were.
    """

    kind: MessageKind
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class ContextDiff:
    """How the prompt of one call became that of another; `settings` are all but the messages."""

    old: Call
    new: Call
    messages: Sequence[MessageChange]
    settings: Sequence[Change]

    def counts(self) -> dict[MessageKind, int]:
        """How many messages there are of each kind."""
        return dict(Counter(change.kind for change in self.messages))

    @property
    def same(self) -> bool:
        """Whether the model was told the same with the same settings."""
        return not self.settings and all(one.kind == "kept" for one in self.messages)

    def texts(self, change: MessageChange) -> tuple[Message | None, Message | None]:
        """The two messages of a change."""
        old = None if change.old is None else self.old.messages[change.old]
        new = None if change.new is None else self.new.messages[change.new]
        return old, new


def context_diff(old: Call, new: Call) -> ContextDiff:
    """Compare what a model was told in two calls."""
    messages = _grouped(_changes(old.messages, new.messages))
    settings = [
        change
        for change in compare(old.settings, new.settings)
        if not NO_SETTINGS.intersection(split_pointer(change.path))
    ]
    return ContextDiff(old, new, messages, settings)


def is_truncated(old: str, new: str) -> bool:
    """Whether a text is what is left of a longer one that was cut."""
    if not new.strip() or len(new) >= len(old):
        return False
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    mark = new[head : len(new) - tail]
    if not mark:
        return not head or not tail or _CUT.search(new) is not None
    return bool(head or tail) and len(mark) <= _LONGEST_CUT and _CUT.search(mark) is not None


def _changes(old: Sequence[Message], new: Sequence[Message]) -> Iterator[MessageChange]:
    pairs = sequences.align(_tokens(old), _tokens(new))
    here = there = 0
    for a, b in [*pairs, (len(old), len(new))]:
        yield from (MessageChange("dropped", at, None) for at in range(here, a))
        yield from (MessageChange("injected", None, at) for at in range(there, b))
        if a < len(old):
            yield from _pair(old[a], new[b], a, b)
        here, there = a + 1, b + 1


def _grouped(changes: Iterable[MessageChange]) -> list[MessageChange]:
    """Of neighbours that only came or went, those that went first."""
    found: list[MessageChange] = []
    for _, some in groupby(changes, key=lambda one: one.old is None or one.new is None):
        found += sorted(some, key=lambda one: one.old is None)
    return found


def _pair(old: Message, new: Message, a: int, b: int) -> Iterator[MessageChange]:
    """What became of a message that was paired with one of its role."""
    if old.content == new.content:
        yield MessageChange("kept", a, b)
    elif is_truncated(old.text, new.text):
        yield MessageChange("truncated", a, b)
    elif (old.id is not None and old.id == new.id) or _alike(old, new):
        yield MessageChange("changed", a, b)
    else:
        yield MessageChange("dropped", a, None)
        yield MessageChange("injected", None, b)


def _alike(old: Message, new: Message) -> bool:
    if old.role == "system":
        return True
    before, after = _words(old.text), _words(new.text)
    return (before & after).bit_count() >= _LEAST_ALIKE * (before | after).bit_count()


def _tokens(messages: Sequence[Message]) -> sequences.Tokens:
    whole = [number(message.content) for message in messages]
    action = [
        number(canonical([message.role, message.id])) if message.id else key
        for message, key in zip(messages, whole, strict=True)
    ]
    kind = [number(canonical(message.role)) for message in messages]
    return sequences.Tokens(kind, action, whole, [_words(message.text) for message in messages])


def _words(text: str) -> int:
    bits = 0
    for match in _WORD.finditer(text, 0, _WORDS_READ):
        bits |= 1 << crc32(match[0].encode("utf-8", "replace")) % _BITS
    return bits


def _common(a: str, b: str) -> int:
    """How many leading characters two texts share."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
