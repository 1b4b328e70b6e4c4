"""The standard library's logging: a handler.

    logging.getLogger().addHandler(TtdebugHandler(rec))

Each log record becomes an event of type `log`, named after its logger, in the span that encloses
the code that logs, and of that span's agent.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from ttdebug.recorder.context import acting
from ttdebug.recorder.exceptions import error_data
from ttdebug.recorder.faults import Faults, guarded
from ttdebug.recorder.handle import Handle

_OURS: Final = "ttdebug"
_KNOWN: Final = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"))


class TtdebugHandler(logging.Handler):
    """Records what is logged, but for what ttdebug itself logs."""

    def __init__(self, rec: Handle, level: int | str = logging.NOTSET) -> None:
        super().__init__(level)
        self._handle = rec
        self._at_work = threading.local()

    @property
    def faults(self) -> Faults:
        """Where the recorder counts what went wrong."""
        return self._handle.faults

    @guarded(None)
    def emit(self, /, record: logging.LogRecord) -> None:
        """Record one log record; one from the middle of recording another is left out."""
        name = record.name
        if name == _OURS or name.startswith(f"{_OURS}.") or getattr(self._at_work, "now", False):
            return
        self._at_work.now = True
        try:
            failed = record.levelno >= logging.ERROR
            handle, line = self._handle, self._handle.line()
            handle.record(
                "log",
                name,
                agent=acting(line) or handle.own,
                data=_data(record),
                line=line,
                status="error" if failed else None,
            )
        finally:
            self._at_work.now = False


def _said(record: logging.LogRecord) -> dict[str, object]:
    """The message; where its arguments do not fit, both as they are."""
    try:
        return {"message": record.getMessage()}
    except Exception:
        return {"message": record.msg, "args": record.args}


def _data(record: logging.LogRecord) -> dict[str, object]:
    at = f"{record.pathname}:{record.lineno} in {record.funcName}"
    data: dict[str, object] = {
        "level": record.levelname,
        **_said(record),
        "at": at,
    }
    if record.exc_info and record.exc_info[1] is not None:
        data["error"] = error_data(record.exc_info[1])
    extra = {key: value for key, value in vars(record).items() if key not in _KNOWN}
    return {**data, "extra": extra} if extra else data
