"""What actions do: a `do_...` per action id, and a `no_...` where it can refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ttdebug.tui.screens.main import MainScreen


def handlers(screen: MainScreen) -> list[object]:
    """One of each, besides the one for breakpoints."""
    from ttdebug.tui.doing.branching import BranchDoing
    from ttdebug.tui.doing.commanding import CommandDoing
    from ttdebug.tui.doing.comparing import CompareDoing
    from ttdebug.tui.doing.frame import FrameDoing
    from ttdebug.tui.doing.keeping import KeepDoing
    from ttdebug.tui.doing.looking import LookDoing
    from ttdebug.tui.doing.playing import PlayDoing
    from ttdebug.tui.doing.rows import RowDoing
    from ttdebug.tui.doing.travelling import TravelDoing

    return [
        TravelDoing(screen),
        RowDoing(screen),
        LookDoing(screen),
        CompareDoing(screen),
        BranchDoing(screen),
        KeepDoing(screen),
        PlayDoing(screen),
        CommandDoing(screen),
        FrameDoing(screen),
    ]
