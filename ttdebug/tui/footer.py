"""Which keys work now, in words: made from the action registry for the footer and for help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ttdebug.tui.actions import BY_ID, HINTS, RIGHT_HINTS, Hint
from ttdebug.tui.keymap import Keymap, key_label
from ttdebug.tui.layout import Zone
from ttdebug.view.frame import Key

if TYPE_CHECKING:
    from collections.abc import Iterable

WhyNot = Callable[[str], str | None]
"""Why an action can do nothing now, or None if it can."""


def keys(
    keymap: Keymap, zone: Zone, why_not: WhyNot, words: Mapping[str, str], *, narrow: bool
) -> tuple[list[Key], list[Key]]:
    """What the footer shows in a zone: from the left, and at the right end.

    `words` fills the placeholders of the registry's hints; a hint with an empty word is left out.
    """
    left = [_hint(hint, keymap, zone, why_not, words, narrow) for hint in HINTS]
    right = [_hint(hint, keymap, zone, why_not, words, narrow) for hint in RIGHT_HINTS]
    return _present(left), _present(right)


def _present(found: Iterable[Key | None]) -> list[Key]:
    return [key for key in found if key is not None]


def _hint(
    hint: Hint,
    keymap: Keymap,
    zone: Zone,
    why_not: WhyNot,
    words: Mapping[str, str],
    narrow: bool,
) -> Key | None:
    shown = [name for name in hint.ids if zone in BY_ID[name].zones and why_not(name) is None]
    pressed = [key_label(found[0]) for name in shown if (found := keymap.keys(name, zone))]
    if not pressed:
        return None
    does = hint.short if narrow and hint.short else hint.words
    if "{" in does:
        name = does[does.index("{") + 1 : does.index("}")]
        if not words.get(name):
            return None
        does = does.replace("{" + name + "}", words[name])
    return Key(" ".join(pressed), does)
