"""The diff from the anchor to the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.model import MISSING
from ttdebug.view import diff

if TYPE_CHECKING:
    from ttdebug.model import Position
    from ttdebug.tui.desk import Desk
    from ttdebug.tui.panes import Layout, Seen


def layout(desk: Desk, seen: Seen, options: diff.Options) -> Layout:
    """How the owner's state at the anchor differs from what it is here."""
    from ttdebug.analyze.compare import compare
    from ttdebug.analyze.touched import touched

    assert desk.anchor is not None
    assert seen.owner is not None
    anchor = desk.anchor
    before = desk.trace.state(anchor.seq, seen.owner, anchor.timeline) if anchor.seq else MISSING
    pair = diff.Pair(
        left=_name(desk, anchor),
        right=_name(desk, seen.position),
        owner=seen.owner,
        before=before,
        after=seen.after,
        changes=compare(before, seen.after),
        touched=touched(desk.trace, anchor, seen.position, seen.owner, before, seen.after),
    )
    return lambda width: diff.pair_rows(pair, width, options)


def _name(desk: Desk, position: Position) -> str:
    number = f"{position.seq:,}" if position.seq else "start"
    if desk.anchor is not None and desk.anchor.timeline != desk.position.timeline:
        return f"{desk.trace.timelines[position.timeline].name} {number}"
    return number
