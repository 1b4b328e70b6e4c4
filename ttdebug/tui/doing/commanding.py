"""What the typed commands do; those that are another name for an action go there."""

from __future__ import annotations

from ttdebug.tui.doing.base import Doing


class CommandDoing(Doing):
    """Runs lines of the command line."""
