"""What the typed commands do; those that are another name for an action go there."""

from __future__ import annotations

from collections.abc import Sequence

from ttdebug import paths
from ttdebug.errors import UsageError
from ttdebug.model import MISSING
from ttdebug.replay import positions
from ttdebug.tui import commands
from ttdebug.tui.doing.base import Doing
from ttdebug.tui.theme import PALETTES


class CommandDoing(Doing):
    """Runs lines of the command line."""
