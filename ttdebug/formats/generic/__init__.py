"""Home-made logs: JSON Lines, a list, a document or a table of events, in whatever words."""

from __future__ import annotations

from ttdebug.formats.generic.reader import GenericReader

READER = GenericReader()
