"""Stored values as JSON, whatever serializer wrote them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from ttdebug.foreign import lenient
from ttdebug.formats.dbos import pickled
from ttdebug.formats.dbos.tables import Cell
from ttdebug.model import JSON

_PICKLE = "py_pickle"
_PORTABLE = "portable_json"
_PICKLED = "gA"
"""How base64 of any pickle since protocol 2 begins."""


class Values:
    """Decodes cells; `warn` is told what could not be, and of which record."""

    def __init__(self, warn: Callable[[str, str], None]) -> None:
        self._warn = warn
        self.pickled = False
        self.opaque = 0

    def decode(self, cell: Cell, record: str) -> JSON:
        """The value; what cannot be read is shown by its serializer and size."""
        if cell.text is None:
            if cell.too_large:
                return self._opaque(cell, "too large to be read", record)
            return None
        try:
            return self._decode(cell, cell.text)
        except ValueError as error:
            return self._opaque(cell, str(error), record)

    def _decode(self, cell: Cell, text: str) -> JSON:
        if cell.serialization == _PICKLE or (
            cell.serialization is None and text.startswith(_PICKLED)
        ):
            self.pickled = True
            return pickled.read(_bytes(text))
        try:
            return lenient.decode(text.encode("utf-8", "surrogatepass")).value
        except lenient.NotJSONError:
            if cell.serialization == _PORTABLE:
                raise
            return text

    def _opaque(self, cell: Cell, reason: str, record: str) -> JSON:
        self.opaque += 1
        self._warn(reason, record)
        return {"$opaque": cell.serialization, "size": cell.size, "reason": reason}


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64 ({error})") from None
