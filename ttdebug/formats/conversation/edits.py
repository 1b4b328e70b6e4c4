"""Edits of a text by replacing passages of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace `old` by `new`, once or everywhere; an empty `old` writes an empty file."""

    old: str
    new: str
    everywhere: bool = False


def edited(before: str | None, edits: Iterable[Edit]) -> str | None:
    """`before` with every edit made; None where one does not fit. An empty old text creates."""
    content = before
    for old, new, everywhere in edits:
        if not old and not content:
            content = new
        elif content is None or old not in content:
            return None
        else:
            content = content.replace(old, new, -1 if everywhere else 1)
    return content
