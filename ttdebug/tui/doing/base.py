"""What every handler has at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ttdebug.tui.arrangement import Arrangement
    from ttdebug.tui.desk import Desk
    from ttdebug.tui.screens.main import MainScreen
    from ttdebug.tui.showing import Showing


class Doing:
    """A handler of some of the screen's actions."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen

    @property
    def desk(self) -> Desk:
        """The recording, where we stand, what was added."""
        return self.screen.desk

    @property
    def arrangement(self) -> Arrangement:
        """What is open, and which part has the keys."""
        return self.screen.arrangement

    @property
    def showing(self) -> Showing:
        """What stands on the screen."""
        return self.screen.showing
