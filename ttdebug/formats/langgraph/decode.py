"""From a row's serializer name and blob to JSON, without running anything the file names."""

from __future__ import annotations

from ttdebug.foreign import lenient
from ttdebug.foreign.shapes import list_of
from ttdebug.formats.langgraph import objects
from ttdebug.formats.langgraph.packed import Unpacker
from ttdebug.model import JSON, Object

PICKLE = "pickles are programs and are never loaded"


class Decoder:
    """Decodes the values of one file; what it returns is shared and must not be changed."""

    def __init__(self) -> None:
        self._unpacker = Unpacker()

    def decode(self, kind: str | None, blob: bytes | str | None) -> JSON:
        """The value of one cell. `kind` None is guessed. ValueError if the blob is damaged."""
        data = blob.encode("utf-8", "surrogatepass") if isinstance(blob, str) else blob
        if kind in ("null", "empty") or not data:
            return None
        if kind is None:
            kind = guess(data)
        if kind == "msgpack":
            return self._unpacker.unpack(data)
        if kind == "json":
            return parse(data)
        if kind in ("bytes", "bytearray"):
            return objects.binary(data)
        if kind == "pickle":
            return objects.refused("pickle", len(data), PICKLE)
        why = "encrypted" if "+" in kind else "unknown serializer"
        return objects.refused(kind, len(data), why)


def guess(data: bytes) -> str:
    """The serializer of a table without a type column (2024): JSON, or a pickle."""
    return "json" if data.lstrip()[:1] in (b"{", b"[", b'"') else "pickle"


def parse(data: bytes) -> JSON:
    """JSON text with LangChain's constructor records flattened; ValueError if damaged."""
    return _revive(lenient.decode(data).value)


def _revive(value: JSON) -> JSON:
    if isinstance(value, list):
        return [_revive(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "lc" in value and isinstance(value.get("id"), list):
        return _record(value)
    return {key: _revive(item) for key, item in value.items()}


def _record(value: Object) -> JSON:
    """One `{"lc": 1, "type": ..., "id": [path...]}` record; lc 2 may carry `args`."""
    parts = [str(part) for part in list_of(value, "id")]
    module, name = ".".join(parts[:-1]), parts[-1] if parts else ""
    if value.get("type") != "constructor":
        rest = {key: _revive(item) for key, item in value.items() if key not in ("lc", "id")}
        return {objects.TYPE: ".".join(parts), **rest}
    arguments = [_revive(item) for item in list_of(value, "args")]
    keywords = _revive(value.get("kwargs") or {})
    if arguments and not keywords:
        one = len(arguments) == 1
        return objects.constructed(module, name, arguments[0] if one else arguments)
    if arguments and isinstance(keywords, dict):
        keywords = {**keywords, "args": arguments}
    return objects.constructed(module, name, keywords)
