"""Every error ttdebug raises on purpose.

A message is one line that says what is wrong, where, and what to do next. Text that comes from a
trace may stand in a message raw; whoever prints it passes it through the text gate first.
"""

from __future__ import annotations


class TtdebugError(Exception):
    """Base of all expected errors; front ends print the message and keep running."""

    exit_code = 2


class UsageError(TtdebugError):
    """The request itself is off: an unknown run, a malformed position, an impossible option."""


class PathSyntaxError(UsageError):
    """A state path that cannot be parsed; `column` is 0-based in the text given."""

    def __init__(self, message: str, text: str, column: int) -> None:
        super().__init__(message)
        self.text = text
        self.column = column


class ConditionError(UsageError):
    """A condition that cannot be parsed or checked; `column` is 0-based in the text given."""

    def __init__(self, message: str, text: str, column: int, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.text = text
        self.column = column
        self.suggestion = suggestion


class NotFoundError(TtdebugError):
    """A well-formed question without an answer: no such event, no hit, nothing written there."""

    exit_code = 1


class TraceError(TtdebugError):
    """A file that cannot be read as a trace, or only in part."""

    exit_code = 3


class GoneError(TraceError):
    """A file that was deleted or replaced while it was open."""


class OverwrittenError(TraceError):
    """A file whose bytes are another recording's since it was opened: nothing of it is left."""


class Cancelled(TtdebugError):  # noqa: N818 - an outcome the user asked for, not a fault
    """Long work was stopped by the user."""

    exit_code = 130
