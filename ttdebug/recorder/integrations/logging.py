"""The standard library's logging: a handler.

    logging.getLogger().addHandler(TtdebugHandler(rec))

Each log record becomes an event of type `log`, named after its logger, in the span that encloses
the code that logs, and of that span's agent, whose `state=` is captured as at its other events.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from ttdebug.recorder.actor import Actor
from ttdebug.recorder.context import around
from ttdebug.recorder.exceptions import error_data
from ttdebug.recorder.faults import Faults, guarded
from ttdebug.recorder.handle import Handle
from ttdebug.recorder.lines import Line

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
            line = self._handle.line(asked=False)
            actor, agent = _speaker(self._handle, line)
            actor.record(
                "log",
                name,
                agent=agent,
                data=_data(record),
                line=line,
                status="error" if record.levelno >= logging.ERROR else None,
                raised=record.exc_info[1] if record.exc_info else None,
            )
        finally:
            self._at_work.now = False


def _speaker(actor: Actor, line: Line) -> tuple[Actor, str]:
    """Who records what is logged here, and as whom.

    A framework's span says whose it is. Where the state of the agent around it is captured, it is
    that agent's all the same: what the code in there changes would be seen only after the span.
    """
    named = None
    for frame in around(line):
        if frame.actor is None:
            named = named or frame.agent
        elif named is None:
            return frame.actor, frame.agent
        else:
            actor = frame.actor
            break
    return actor, actor.own if named is None or actor.captures(None) else named


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
