"""The reader of Redux DevTools exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ttdebug.errors import TraceError
from ttdebug.foreign import lenient
from ttdebug.formats.documents import read_document
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.redux_devtools.session import Actions, Lifted
from ttdebug.formats.source import Source
from ttdebug.model import JSON, Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_ACTIONS = re.compile(rb'^\s*\{\s*"payload"\s*:\s*("\s*\[\s*\{\s*\\"|\[\s*\{\s*")type')


class ReduxReader(Reader):
    """The lifted state of a store, plain or written with jsan; or its actions alone."""

    name = "redux-devtools"
    title = "Redux DevTools export"
    recovers = "actions with the full state after each, also of skipped and failed ones"
    version = 2

    def sniff(self, head: Head) -> float:
        """By the fields of the lifted state, or of the extension's payload."""
        keys = set(head.keys)
        if "actionsById" in keys and {"computedStates", "stagedActionIds", "monitorState"} & keys:
            return 0.97
        if keys and keys <= {"payload", "preloadedState"} and _ACTIONS.match(head.data):
            return 0.9
        return 0.9 if keys == {"payload", "preloadedState"} else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the actions in the order in which they were staged."""
        document = read_document(source, report)
        if document is None:
            raise TraceError("it is not one JSON object")
        name = lenient.storable(source.path.name.partition(".")[0] or "store")
        inner = _parsed(document.get("payload"), report)
        if isinstance(inner, dict) and "actionsById" in inner:
            document = inner
        if "payload" in document:
            base = _parsed(document.get("preloadedState"), report)
            actions = inner if isinstance(inner, list) else []
            Actions(writer, report, name).write(actions, base, document)
        else:
            Lifted(writer, report, name, document).write()


def _parsed(value: JSON, report: Report) -> JSON | Object:
    """A value of the payload, which may be JSON inside a string."""
    if not isinstance(value, str):
        return value
    try:
        return lenient.decode(value.encode("utf-8", "surrogatepass")).value
    except lenient.NotJSONError as error:
        report.warn(f"the JSON inside a string is damaged: {error}")
        return None
