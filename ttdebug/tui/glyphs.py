"""The ASCII switch: every glyph of the screen has a stand-in of one cell for fonts that lack it."""

from __future__ import annotations

from typing import Final

_PAIRS: Final = (
    ("◇►◄»✕↻◆◈·", "o><mxr*e."),
    ("●○◌▲✓∅▸▾⋯…", "@-l!+!>v.$"),
    ("→←↑↓›", "><^v/"),
    ("−×≠", "-x#"),
    ("“”‘’", "\"\"''"),
    ("─━│┃┊┄┈┬┴┼├└╰╭┌┐╵╷", "-=||:-.+++|`|,,,''"),
    ("▌▎▏▔", ">!|-"),
    ("▁▂▃▄▅▆▇█", ".:-=+*#%"),
    ("–—", "--"),
)
_BRAILLE: Final = range(0x2800, 0x2900)

ASCII: Final[dict[int, str]] = {
    ord(glyph): plain
    for glyphs, plains in _PAIRS
    for glyph, plain in zip(glyphs, plains, strict=True)
} | {code: "." if code > _BRAILLE.start else " " for code in _BRAILLE}


def to_ascii(text: str) -> str:
    """The text with our glyphs replaced, one cell for one cell."""
    return text if text.isascii() else text.translate(ASCII)
