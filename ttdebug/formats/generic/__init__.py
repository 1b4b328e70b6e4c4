"""Home-made logs: JSON Lines, a list, or a document of events, in whatever words they use."""

from __future__ import annotations

from ttdebug.formats.generic.reader import GenericReader

READER = GenericReader()
