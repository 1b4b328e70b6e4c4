"""Columns as what they must be: a damaged file may hold anything in any of them."""

from __future__ import annotations

from ttdebug.errors import TraceError


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
