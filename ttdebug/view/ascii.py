"""The ASCII switch: every glyph of the screen has a stand-in of one cell for fonts that lack it."""

from __future__ import annotations

from ttdebug.view.gate import Safe, lit

_PAIRS = (
    ("◇►◄◂»✕↻◆◈·", "o><<mxr*e."),
    ("●○◌▲✓∅▸▾⋯…", "@-l!+!>v.$"),
    ("→←↑↓›", "><^v/"),
    ("−×≠", "-x#"),
    ("“”‘’", "\"\"''"),
    ("─━│┃┊┄┈┬┴┼├└╰╭┌┐╵╷", "-=||:-.+++|`|,,,''"),
    ("▌▎▏▔", ">!|-"),
    ("▁▂▃▄▅▆▇█", ".:-=+*#%"),
    ("–—", "--"),
)
_BRAILLE = range(0x2800, 0x2900)

_TABLE: dict[int, str] = {
    ord(glyph): plain
    for glyphs, plains in _PAIRS
    for glyph, plain in zip(glyphs, plains, strict=True)
} | {code: "." if code > _BRAILLE.start else " " for code in _BRAILLE}


def to_ascii(text: str) -> Safe:
    """Safe text with our glyphs replaced, one cell for one cell."""
    return lit(text if text.isascii() else text.translate(_TABLE))
