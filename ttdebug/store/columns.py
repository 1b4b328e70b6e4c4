"""Columns as what they must be: a damaged file may hold anything in any of them."""

from __future__ import annotations

from ttdebug.errors import TraceError
from ttdebug.model import Status
from ttdebug.store.schema import STATUSES


def integer(value: object) -> int:
    """A number; raises TraceError for anything else."""
    if not isinstance(value, int):
        raise TraceError(f"a number was expected, not {type(value).__name__}; the file is damaged")
    return value


def optional(value: object) -> int | None:
    """A number or nothing; raises TraceError for anything else."""
    return None if value is None else integer(value)


def text(value: object) -> str:
    """A text; raises TraceError for anything else."""
    if not isinstance(value, str):
        raise TraceError(f"text was expected, not {type(value).__name__}; the file is damaged")
    return value


def status(value: object) -> Status | None:
    """The status behind its number, or none; raises TraceError for anything else."""
    number = optional(value)
    if number is None:
        return None
    if not 0 <= number < len(STATUSES):
        raise TraceError(f"there is no status {number}; the file is damaged")
    return STATUSES[number]
