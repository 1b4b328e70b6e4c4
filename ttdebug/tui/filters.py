"""The last gate before the terminal: no control, bidi, zero-width or tag character passes here.

The first gate is `ttdebug.view.gate`; this one does not care who let a character through.
"""

from __future__ import annotations

import re
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_RANGES: Final = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F),
    (0x2028, 0x202E), (0x2060, 0x206F), (0xD800, 0xDFFF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB), (0xE0000, 0xE0FFF),
)  # fmt: skip
UNSAFE: Final = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in _RANGES) + "]")


class SafetyFilter(LineFilter):
    """Drops characters that act on a terminal instead of showing; the second layer of the gate."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, unsafe characters removed; the same list if there were none."""
        if not UNSAFE.search("".join([segment.text for segment in segments])):
            return segments
        return [
            Segment(UNSAFE.sub("", segment.text), segment.style, segment.control)
            for segment in segments
        ]


class ColourlessFilter(LineFilter):
    """NO_COLOR: keeps bold, dim, underline, strike and reverse, drops every colour."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with colours taken off their styles."""
        return [Segment(text, _bare(style), control) for text, style, control in segments]


def _bare(style: Style | None) -> Style | None:
    return None if style is None else style.without_color
