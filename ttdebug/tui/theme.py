"""Colour: three palettes of the same tokens, and how style words become terminal styles.

A style is words: a token, `on:TOKEN`, attributes; nothing else is a colour. Without colour the
same words become attributes.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as PageColor
from textual.filter import LineFilter
from textual.theme import Theme

Palette: TypeAlias = dict[str, str]

_TOKENS: Final = (
    "bg surface raised line rail fg dim faint accent band onband sel change change_bg chip"
    " on_change added added_bg removed removed_bg error bp model tool msg bar bar_model bar_tool"
    " bar_error bar_value veil"
)

_DARK: Final = (
    "0F1319 151A22 1A202A 2C3542 3D4858 D9DEE6 9BA5B4 7F8A9A 7FB4FF 1B3557 FFFFFF 222B38 FFC663"
    " 3A2C10 FFC663 1B1300 8FE3B0 142B20 FF8178 34191B FF7A70 F58FC3 B9A6F7 63C5BD A9BBD3 5A6677"
    " 6A6199 3C726E B4534E 7D6439 4B5563"
)
_LIGHT: Final = (
    "FBFAF7 F3F1EC FFFFFF D8D4CB BDB8AD 22262C 565D67 666D77 0A58C4 D6E6FB 0B1B33 E9E6DF 7D5300"
    " FCEBCB B45F00 FFFFFF 126A3C DFF2E1 B5123A FBE1E4 B3261E A5246F 6A3FC0 0B6B66 3F5878 949189"
    " 9182C4 5E9A95 C9584E B98A3E B9B5AC"
)
_CONTRAST: Final = (
    "000000 000000 0A0A0A 6E6E6E 8C8C8C E8E8E8 CFCFCF BDBDBD FFFFFF 00427F FFFFFF 333333 FFB000"
    " 3D2B00 FFB000 000000 6CC3FF 002C47 FF8F5E 431700 FF8F5E FF9BD2 C9B8FF 7FE0D6 E0E0E0 8C8C8C"
    " 8F83C4 5A9E97 FF8F5E B07A00 5A5A5A"
)


def _palette(colours: str) -> Palette:
    return {token: f"#{hue}" for token, hue in zip(_TOKENS.split(), colours.split(), strict=True)}


PALETTES: Final[dict[str, Palette]] = {
    "dark": _palette(_DARK),
    "light": _palette(_LIGHT),
    "contrast": _palette(_CONTRAST),
}
DEFAULT: Final = "dark"

_ATTRIBUTES: Final = frozenset(("bold", "italic", "underline", "strike", "reverse"))
_ON_COLOURED_ROW: Final = {"faint": "dim", "rail": "dim", "line": "dim"}
_ON_CURSOR_ROW: Final = {**_ON_COLOURED_ROW, "fg": "onband", "rail": "accent", "line": "accent"}
"""Quiet tokens are raised on a coloured row, so that their contrast holds there."""

_WITHOUT_COLOUR: Final[dict[str, str]] = {
    "faint": "dim", "line": "dim", "rail": "dim", "bar": "dim", "veil": "dim",
    "chip": "reverse bold", "on:band": "reverse", "on:accent": "reverse",
    "on:added_bg": "underline",
    "on:removed_bg": "strike", "accent": "bold", "onband": "bold",
}  # fmt: skip


class VeilFilter(LineFilter):
    """One grey for everything."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style

    def apply(self, segments: list[Segment], background: PageColor) -> list[Segment]:
        """The same text in one style."""
        return [Segment(text, self._style, control) for text, _, control in segments]


class Ink:
    """Style words to terminal styles, for one palette; every answer is remembered."""

    def __init__(self, theme: str = DEFAULT, *, colour: bool = True, glyphs: bool = True) -> None:
        self.theme = theme
        self.glyphs = glyphs
        self.colour = colour
        self.palette = PALETTES[theme]
        grey = Style(
            color=Color.parse(self.palette["veil"]), bgcolor=Color.parse(self.palette["bg"])
        )
        self._veil = (VeilFilter(grey if colour else Style(dim=True)),)
        self._known: dict[tuple[str, str], Style] = {}

    def style(self, words: str, row: str = "") -> Style:
        """The style for `words` in a row whose background is token `row` ("" is the page)."""
        key = (words, row)
        known = self._known.get(key)
        if known is None:
            known = self._mix(words, row) if self.colour else self._plain(words, row)
            self._known[key] = known
        return known

    def veil(self, *, veiled: bool) -> tuple[LineFilter, ...]:
        """The filter that greys what lies behind a dialog, if it is veiled."""
        return self._veil if veiled else ()

    def _mix(self, words: str, row: str) -> Style:
        front, back = "fg", row or "bg"
        attributes: dict[str, bool] = {}
        raised = _ON_CURSOR_ROW if row == "band" else _ON_COLOURED_ROW
        for word in words.split():
            if word in _ATTRIBUTES:
                attributes[word] = True
            elif word.startswith("on:"):
                back = word[3:]
            elif word == "chip":
                front, back = "on_change", "chip"
                attributes["bold"] = True
            else:
                front = word
        if back in ("band", "sel", "change_bg"):
            front = raised.get(front, front)
        return Style(
            color=Color.parse(self.palette.get(front, self.palette["fg"])),
            bgcolor=Color.parse(self.palette.get(back, self.palette["bg"])),
            **attributes,  # type: ignore[arg-type]  # only names of boolean attributes get in
        )

    def _plain(self, words: str, row: str) -> Style:
        attributes: set[str] = set()
        for word in [*words.split(), *([f"on:{row}"] if row else [])]:
            plain = word if word in _ATTRIBUTES else _WITHOUT_COLOUR.get(word, "")
            attributes.update(plain.split())
        if "reverse" in attributes:
            attributes.discard("dim")
        return Style(**dict.fromkeys(attributes, True))  # type: ignore[arg-type]  # as above


def textual_themes() -> list[Theme]:
    """The palettes as Textual themes, so that `$bg`, `$accent`... are the same tokens in tcss."""
    return [_textual_theme(name, palette) for name, palette in PALETTES.items()]


def _textual_theme(name: str, palette: Palette) -> Theme:
    variables = {f"ttd-{token.replace('_', '-')}": hue for token, hue in palette.items()}
    return Theme(
        name=f"ttdebug-{name}",
        primary=palette["accent"],
        accent=palette["accent"],
        foreground=palette["fg"],
        background=palette["bg"],
        surface=palette["surface"],
        panel=palette["raised"],
        warning=palette["change"],
        error=palette["error"],
        success=palette["added"],
        dark=name != "light",
        variables=variables,
    )
