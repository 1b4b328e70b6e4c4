"""How the condition field looks while it is typed, and what it begins with."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ttdebug import paths

if TYPE_CHECKING:
    from ttdebug.tui.desk import Desk

_TOKENS: Final = re.compile(
    r"(?P<string>\"[^\"]*\"?|'[^']*'?)"
    r"|(?P<logic>\b(?:and|or|not|in|then|within|before|after|without|no)\b)"
    r"|(?P<constant>\b(?:null|true|false|None|True|False)\b)"
    r"|(?P<operator>[=!<>]=?|[-+*/%])"
    r"|(?P<root>\b(?:event|state|before|states)(?=[.\[]))"
)
_STYLES: Final = {
    "string": "tool",
    "logic": "fg bold",
    "constant": "change",
    "operator": "dim",
    "root": "msg",
}


def highlight(text: str) -> Sequence[tuple[int, int, str]]:
    """Stretches of a condition with their styles; the checker decides what is right."""
    return [
        (match.start(), match.end(), _STYLES[match.lastgroup or "operator"])
        for match in _TOKENS.finditer(text)
    ]


def prefilled(desk: Desk) -> str:
    """A condition that this event meets: by the selected path's value, else by what it is."""
    seen = desk.selection.seen
    if seen is not None and desk.selection.path is not None and seen.owner is not None:
        path = desk.selection.named(desk.selection.path)
        value = paths.resolve(seen.after, path)
        if value is None or isinstance(value, bool | int | float | str):
            shown = json.dumps(value) if not isinstance(value, str) else json.dumps(value[:60])
            return f"state.{paths.dotted(path)} == {shown}"
        return f"changed(state.{paths.dotted(path)})"
    if seen is None:
        return 'event.type == "error"'
    kind = f"event.type == {json.dumps(seen.event.type)}"
    name = seen.event.name
    return f"{kind} and event.name == {json.dumps(name[:60])}" if name else kind
