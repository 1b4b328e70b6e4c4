"""What a terminal is sent for styled cells: of a style only what the one before left otherwise.

A terminal takes some 4 KB at a time, and colours named anew for each word are most of a frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rich.color import Color, ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual.strip import Strip

_NULL: Final = Style.null()
_RESET: Final = "\x1b[0m"


def sequences(console: Console, strips: Iterable[tuple[int, int, Strip]]) -> str:
    """Strips with the cells (x, y) at which they begin, for a terminal in its plain style."""
    system = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
    pen = _NULL
    sent = []
    for x, y, strip in strips:
        sent.append(f"\x1b[{y + 1};{x + 1}H")
        for text, style, _ in strip:
            wanted = style or _NULL
            if wanted is not pen:
                sent.append(_turn(pen, wanted, system))
                pen = wanted
            sent.append(text)
    return "".join([*sent, _RESET])


@lru_cache(4_096)
def _turn(before: Style, after: Style, system: ColorSystem) -> str:
    """From one style to another; attributes can only be taken off all at once."""
    had, has = _attributes(before), _attributes(after)
    colours = zip(_colours(before, system), _colours(after, system), strict=True)
    if had == has:
        codes = [new for old, new in colours if new != old]
    else:
        codes = ["0", *has, *(new for _, new in colours)]
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _attributes(style: Style) -> list[str]:
    """The attributes that an `Ink` knows, as codes."""
    given = (
        style.bold, style.dim, style.italic, style.underline, style.reverse, style.strike,
    )  # fmt: skip
    return [code for code, on in zip("123479", given, strict=True) if on]


def _colours(style: Style, system: ColorSystem) -> tuple[str, str]:
    """The codes of foreground and background, those of the terminal's own where there is none."""
    return (
        _codes(style.color, system, foreground=True) or "39",
        _codes(style.bgcolor, system, foreground=False) or "49",
    )


def _codes(colour: Color | None, system: ColorSystem, *, foreground: bool) -> str:
    if colour is None:
        return ""
    return ";".join(colour.downgrade(system).get_ansi_codes(foreground))
