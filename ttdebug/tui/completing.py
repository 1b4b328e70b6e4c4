"""State paths that continue what was typed on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ttdebug.replay.completion import complete

if TYPE_CHECKING:
    from ttdebug.tui.desk import Desk

_ROOT: Final = "state."


def completions(desk: Desk, typed: str, limit: int = 8) -> list[str]:
    """Paths of the state here that begin with what was typed."""
    text = _ROOT + typed
    found = complete(text, len(text), desk.trace, desk.position)
    word = text[found.start :].lstrip(".[").casefold()
    fitting = (one for one in found.candidates if one.text.lstrip("[").casefold().startswith(word))
    return [(text[: found.start] + one.insert).removeprefix(_ROOT) for one in fitting][:limit]
