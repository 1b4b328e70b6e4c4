"""The context diff: what a model was told in two calls, message by message."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Final

from ttdebug.analyze.context import ContextDiff, MessageChange, MessageKind
from ttdebug.analyze.prompts import Call, Message
from ttdebug.analyze.words import text_diff
from ttdebug.view import cells, diff, glyphs, line, numbers, words
from ttdebug.view.gate import Safe, lit, safe, safe_lines
from ttdebug.view.line import BLANK, Block, LazyRows, Line, Rows, Span, Target, span

_MARKS: Final[dict[MessageKind, Safe]] = {
    "injected": glyphs.CHANGE["added"],
    "dropped": glyphs.CHANGE["removed"],
    "changed": glyphs.CHANGE["changed"],
    "truncated": glyphs.CHANGE["changed"],
    "kept": lit(" "),
}
_STYLES: Final[dict[MessageKind, str]] = {
    "injected": "added",
    "dropped": "removed",
    "changed": "change",
    "truncated": "change",
    "kept": "faint",
}
_KINDS: Final[tuple[MessageKind, ...]] = ("injected", "dropped", "changed", "truncated", "kept")
_TEXT_LINES: Final = 6
_MOST_LINES: Final = 200
"""Lines of an unfolded message; the Event tab has the whole."""
_ROLE: Final = 11
_KIND: Final = 11
_INDENT: Final = 3


def context_rows(found: ContextDiff, width: int, *, unfolded: bool = False) -> Rows:
    """All of a context diff; kept messages are folded and long texts cut unless `unfolded`."""
    blocks = [
        line.still(_title(found, width)),
        line.still(_counts(found, width)),
        *(line.still(text) for text in _sources(found, width)),
    ]
    if found.settings:
        old, new = found.old.settings, found.new.settings
        rows = diff.change_rows(old, new, found.settings, width)
        blocks += [line.still(BLANK), line.still((span(" settings", "fg bold"),))]
        blocks += [line.still(rows.line(at)) for at in range(2, len(rows))]
    blocks.append(line.still(BLANK))
    kept: list[MessageChange] = []
    for change in found.messages:
        if change.kind == "kept" and not unfolded:
            kept.append(change)
            continue
        blocks += _fold(found, kept, width)
        kept = []
        blocks += _message(found, change, width, unfolded=unfolded)
    return LazyRows([*blocks, *_fold(found, kept, width)], width)


def _title(found: ContextDiff, width: int) -> Line:
    old, new = found.old, found.new
    left = [span(" "), span("Context", "fg bold"), span("  ")]
    if new.event.agent:
        left += [span(safe(new.event.agent, 40), "fg"), span("  ")]
    left += [
        span(numbers.seq(old.event.seq), "dim"),
        span(" → ", "dim"),
        span(numbers.seq(new.event.seq), "fg bold"),
    ]
    return line.sides(left, [*_tokens(old, new), span(" ")], width)


def _tokens(old: Call, new: Call) -> list[Span]:
    """What the prompts took, or how long they are where that was not recorded."""
    if old.tokens is not None and new.tokens is not None:
        counts = (old.tokens, new.tokens)
        what = "tokens"
    else:
        counts = (_length(old), _length(new))
        what = "characters"
    return [
        span(f"{counts[0]:,}", "dim"),
        span(" → ", "dim"),
        span(f"{counts[1]:,}", "fg"),
        span(f" {what}", "dim"),
    ]


def _length(call: Call) -> int:
    return sum(len(message.text) for message in call.messages)


def _counts(found: ContextDiff, width: int) -> Line:
    counts = found.counts()
    parts = [span(" ")]
    for kind in _KINDS:
        if counts.get(kind):
            style = "faint" if kind == "kept" else f"{_STYLES[kind]} bold"
            mark = "" if kind == "kept" else _MARKS[kind]
            parts += [span(f"{mark}{counts[kind]:,}", style), span(f" {kind}  ", "dim")]
    if found.same:
        parts.append(span("The model was told the same", "dim"))
    return line.fit(parts, width)


def _sources(found: ContextDiff, width: int) -> Iterator[Line]:
    """Where messages that were not recorded with a call come from."""
    owners = {call.owner for call in (found.old, found.new) if call.source == "state"}
    for owner in sorted(filter(None, owners)):
        told = f" What the model was told was not recorded: messages of the state of {owner}"
        yield line.fit((span(safe(told), "faint italic"),), width)


def _fold(found: ContextDiff, kept: list[MessageChange], width: int) -> list[Block]:
    """Neighbouring kept messages on one line, with their roles."""
    if not kept:
        return []
    roles = [found.new.messages[one.new or 0].role for one in islice(kept, 12)]
    told = [
        span(" "),
        span(glyphs.FOLDED, "faint"),
        span(f" {len(kept):,} kept  ", "faint"),
        span(safe(" ".join(roles), 200), "faint"),
    ]
    return [line.still(line.fit(told, width))]


def _message(
    found: ContextDiff, change: MessageChange, width: int, *, unfolded: bool
) -> list[Block]:
    old, new = found.texts(change)
    head = partial(_head, change, old, new, width)
    target = Target(seq=(found.new if new else found.old).event.seq)
    below = _below(change, old, new, width - _INDENT - 1, _MOST_LINES if unfolded else _TEXT_LINES)
    return [
        line.one(head, target),
        *(line.still((span(" " * _INDENT), *text), target) for text in below),
    ]


def _head(change: MessageChange, old: Message | None, new: Message | None, width: int) -> Line:
    message = new or old
    assert message is not None
    number = change.new if change.new is not None else change.old
    left = [
        span(" "),
        span(_MARKS[change.kind], f"{_STYLES[change.kind]} bold"),
        span(cells.pad_left(f"{number}", 4), "faint"),
        span("  "),
        span(cells.pad(cells.fit(safe(message.role or "–", 40), _ROLE - 1), _ROLE), "fg bold"),
        span(cells.pad(lit(change.kind), _KIND), _STYLES[change.kind]),
    ]
    right = span(numbers.plural(len(message.text), "character"), "faint")
    if change.kind in ("changed", "truncated") and old is not None and new is not None:
        right = span(f"{len(old.text):,} → {len(new.text):,} characters", "faint")
    return line.sides(left, [right, span(" ")], width)


def _below(
    change: MessageChange, old: Message | None, new: Message | None, width: int, most: int
) -> list[Line]:
    """What a message says, or word by word how it changed."""
    if old is not None and new is not None and change.kind in ("changed", "truncated"):
        pieces = text_diff(old.text, new.text)
        if most <= _TEXT_LINES:
            pieces = words.excerpt(pieces, width * 3)
        found = words.lines(pieces, width, most)
        return found or [(span("not in what it says", "faint italic"),)]
    message = new or old
    assert message is not None
    style = "dim" if change.kind == "kept" else "removed" if new is None else "fg"
    lines = _wrapped(message.text, width)
    shown: list[Line] = [(span(text, style),) for text in islice(lines, most)]
    if next(lines, None) is not None:
        shown[-1] = (*line.fit(shown[-1], width - 2), span(" …", "faint"))
    return shown


def _wrapped(text: str, width: int) -> Iterator[Safe]:
    for part in safe_lines(text.strip()):
        yield from cells.wrap(part, width)
