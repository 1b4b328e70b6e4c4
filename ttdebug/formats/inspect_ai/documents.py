"""A JSON document that patches change, each of them applied once.

Inspect takes a difference at the end of every span, so that an outer span tells again what its
inner ones told. A patch therefore belongs to the document as it was when its span began; where
spans overlapped, the result holds what the others changed meanwhile.
"""

from __future__ import annotations

from ttdebug.foreign.shapes import objects_in
from ttdebug.formats.patches import Patcher, PatchError
from ttdebug.model import JSON, Object

_VALUED = ("add", "replace", "test")


class Document:
    """The document now, and as it was when each open span began."""

    def __init__(self, value: JSON) -> None:
        self.value = value
        self._marks: dict[str, JSON] = {}

    def mark(self, span: str) -> None:
        """A span begins."""
        self._marks[span] = self.value

    def forget(self, span: str) -> None:
        """A span ended."""
        self._marks.pop(span, None)

    def change(self, span: str | None, changes: JSON, patcher: Patcher) -> None:
        """Apply what a span changed; raises PatchError, and changes nothing, where it cannot.

        A patch that does not fit the beginning of its span is tried on the document of now.
        """
        patch: list[JSON] = [_standard(op) for op in objects_in(changes)]
        if span in self._marks:
            try:
                self.value = patcher.patched(self._marks[span], patch)
            except PatchError:
                pass
            else:
                return
        self.value = patcher.patched(self.value, patch)


def _standard(op: Object) -> Object:
    """An operation of RFC 6902: Inspect leaves out null values and adds the replaced ones."""
    plain = {key: value for key, value in op.items() if key != "replaced"}
    if op.get("op") in _VALUED:
        plain.setdefault("value", None)
    return plain
