"""The text gate: every string from a trace passes here before a screen, a pipe or a message.

What a terminal could act on, or a reader could not see, becomes a visible escape; nothing else
changes. The gate knows no widths and no styles.
"""

from __future__ import annotations

import re
import unicodedata

MARKS_KEPT = 4
"""Combining marks kept on one character; scripts need three, an attack piles up hundreds."""

LONGEST = 4_096
"""Default cap of one gated text in characters; a screen row never needs more."""

_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u0482\u2010-\u2027\u2030-\u205e"
    "\u2190-\u23ff\u2500-\u2b73\u3001-\u3029\u3041-\u3096\u30a1-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9ffc\uac00-\ud7a3\uff01-\uff5e]*"
)
_SHORT = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}
_PRESENTATION = ("\ufe0e", "\ufe0f")
_INVISIBLE = frozenset(
    map(
        ord,
        "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u3164\uffa0"
        "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07"
        "\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f",
    )
) | frozenset(range(0xE0100, 0xE01F0))
"""Characters without ink that are not of a hidden category: fillers and variation selectors."""

NEWER_EMOJI = frozenset(
    map(
        ord,
        "\U0001f6d8\U0001f6dc\U0001fa75\U0001fa76\U0001fa77\U0001fa87\U0001fa88\U0001fa89"
        "\U0001fa8a\U0001fa8e\U0001fa8f\U0001faad\U0001faae\U0001faaf\U0001fabb\U0001fabc"
        "\U0001fabd\U0001fabe\U0001fabf\U0001fac6\U0001fac8\U0001facd\U0001face\U0001facf"
        "\U0001fada\U0001fadb\U0001fadc\U0001fadf\U0001fae8\U0001fae9\U0001faea\U0001faef"
        "\U0001faf7\U0001faf8",
    )
)
"""Emoji of Unicode 15 to 17, which older Pythons take for unassigned; all are two cells wide."""

_HIDDEN_CATEGORIES = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
_MARK_CATEGORIES = frozenset(["Mn", "Me", "Mc"])


class Safe(str):
    """Text that may reach a terminal. Only this module makes it; parts and sums stay safe."""

    __slots__ = ()

    def __add__(self, other: str) -> Safe:
        return Safe(str.__add__(self, other if isinstance(other, Safe) else safe(other)))


def safe(text: str, limit: int = LONGEST) -> Safe:
    r"""Gate one line of text; over `limit` characters it ends in an ellipsis and a count.

    Newlines and tabs become `\n` and `\t`: views that show lines split first (`safe_lines`).
    """
    if isinstance(text, Safe):
        return text
    rest = len(text) - limit
    if rest > 0:
        return Safe(f"{safe(text[:limit])}… +{rest:,} characters")
    if (text.isascii() and text.isprintable()) or _PLAIN.fullmatch(text):
        return Safe(text)
    return Safe(_cut_marks(_visible(text)))


def lit(text: str) -> Safe:
    """Our own words, or a part of text that is safe already, as `Safe`; never text from a trace."""
    return Safe(text)


def safe_lines(text: str, limit: int = 2_000) -> list[Safe]:
    """Gate text that is shown as lines; past `limit` lines one line says how many are left."""
    parts = text.replace("\r\n", "\n").split("\n", limit)
    if len(parts) <= limit:
        return [safe(part) for part in parts]
    rest = parts.pop().count("\n") + 1
    return [*(safe(part) for part in parts), Safe(f"… +{rest:,} lines")]


def escape_json(text: str) -> str:
    r"""Serialised JSON with everything hidden as `\uXXXX` escapes; the value stays the same.

    `text` is valid JSON, so a hidden character other than the newlines between tokens can only
    stand inside a string, where the escape means the same character.
    """
    if _PLAIN.fullmatch(text):
        return text
    parts = text.split("\n")
    return "\n".join(part if _PLAIN.fullmatch(part) else _json_line(part) for part in parts)


def hidden(character: str) -> bool:
    """Whether a character may not reach a terminal as it is."""
    code = ord(character)
    if code < 0x7F:
        return code < 0x20
    if code in _INVISIBLE:
        return True
    category = unicodedata.category(character)
    return category in _HIDDEN_CATEGORIES and code not in NEWER_EMOJI


def is_mark(character: str) -> bool:
    """Whether a character is drawn on top of the one before it."""
    return unicodedata.category(character) in _MARK_CATEGORIES


def _escape(code: int) -> str:
    if code in _SHORT:
        return _SHORT[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_REMEMBERED = 20_000
"""Code points whose fate is remembered; a trace may hold all there are."""


class _Visible(dict[int, str | int]):
    """A `str.translate` table that fills itself with what the gate decides per code point."""

    def __missing__(self, code: int) -> str | int:
        if len(self) >= _REMEMBERED:
            self.clear()
        result: str | int = _escape(code) if hidden(chr(code)) else code
        self[code] = result
        return result


_TABLE = _Visible()


def _visible(text: str) -> str:
    for selector in _PRESENTATION:
        if selector in text:
            text = _drop_presentation(text, selector)
    return text.translate(_TABLE)


def _drop_presentation(text: str, selector: str) -> str:
    """Drop single emoji/text selectors after a symbol: they ask for a font, and say nothing.

    Selectors after anything else, or piled, could carry a message: they stay and are escaped.
    """
    kept: list[str] = []
    for index, character in enumerate(text):
        if character == selector and index:
            follows_symbol = unicodedata.category(text[index - 1])[0] == "S"
            piled = text[index + 1 : index + 2] in _PRESENTATION
            if follows_symbol and not piled:
                continue
        kept.append(character)
    return "".join(kept)


def _cut_marks(text: str) -> str:
    """Keep marks on their character, show a mark without one, and cut piles of them."""
    if not _has_marks(text):
        return text
    kept: list[str] = []
    run, based = 0, False
    for character in text:
        if not is_mark(character):
            kept.append(character)
            based, run = True, 0
        elif not based:
            kept.append(_escape(ord(character)))
        else:
            run += 1
            if run <= MARKS_KEPT:
                kept.append(character)
            elif run == MARKS_KEPT + 1:
                kept.append("…")
    return "".join(kept)


def _has_marks(text: str) -> bool:
    return any(character > "\u02ff" and is_mark(character) for character in text)


def _json_line(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if character > "\u02ff" and is_mark(character) else 0
        if hidden(character) or run > MARKS_KEPT:
            kept.append(_json_escape(ord(character)))
        else:
            kept.append(character)
    return "".join(kept)


def _json_escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
