"""Payloads: what workflows and activities were given and returned, as they were encoded."""

from __future__ import annotations

import base64
import binascii

from ttdebug.foreign import lenient
from ttdebug.model import JSON, MARK, Object

_NULL = "binary/null"
_PLAIN = "binary/plain"


def decoded(value: JSON) -> JSON:
    """`value` with every payload in it replaced by what it says.

    A list of payloads becomes their values; a single one is not a list. What cannot be read, such
    as an encrypted payload, is shown by its encoding and size.
    """
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    several = value.get("payloads")
    if isinstance(several, list) and len(value) == 1:
        values = [decoded(payload) for payload in several]
        return values[0] if len(values) == 1 else values
    encoding = _encoding(value)
    if encoding is not None:
        return _content(encoding, value.get("data"))
    return {key: decoded(inner) for key, inner in value.items()}


def _encoding(value: Object) -> str | None:
    """The encoding of what is a payload."""
    metadata = value.get("metadata")
    if not isinstance(metadata, dict) or not value.keys() <= {"metadata", "data"}:
        return None
    encoding = metadata.get("encoding")
    data = _bytes(encoding)
    return None if data is None else data.decode("utf-8", "replace")


def _content(encoding: str, text: JSON) -> JSON:
    if encoding == _NULL:
        return None
    data = _bytes("" if text is None else text)
    if data is None:
        return {"$opaque": encoding, "data": text}
    if encoding == _PLAIN:
        return {MARK: "bytes", "base64": text}
    if encoding.startswith("json/"):
        try:
            return lenient.decode(data).value
        except lenient.NotJSONError:
            return lenient.text(data)
    return {"$opaque": encoding, "size": len(data)}


def _bytes(text: JSON) -> bytes | None:
    if not isinstance(text, str):
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
