"""A report in Markdown, for an issue or a review."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ttdebug.formats.export import Part
from ttdebug.view.gate import safe
from ttdebug.view.pages import outline

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def lines(part: Part) -> Iterator[bytes]:
    """The document, a line at a time."""
    for text in _lines(part):
        yield text.encode() + b"\n"


def _lines(part: Part) -> Iterator[str]:
    yield f"# {_plain(safe(part.trace.source_path.name))}"
    yield ""
    for warning in part.trace.warnings:
        yield f"> {_plain(safe(warning))}"
        yield ""
    for run in part.runs:
        for label, text in outline.facts(part, run):
            yield f"- **{label}**: {_plain(text)}"
        yield ""
    yield "| seq | elapsed | agent | type | event | changes | took |"
    yield "|---:|---:|---|---|---|---|---:|"
    told: list[str] = []
    for event in part.events():
        row = outline.row(part, event)
        name = f"**{_plain(row.name)}** " if row.name else ""
        mark = "✕ " if row.failed else ""
        cells = (row.seq, row.elapsed, _plain(row.agent), _plain(row.type),
                 f"{mark}{name}{_plain(row.text)}", row.changed, row.took)  # fmt: skip
        yield f"| {' | '.join(cells)} |"
        changes = list(outline.changes(part, event))
        if changes:
            told.append(f"- {row.seq} {_plain(row.name or row.type)}")
            told += [f"  - {_change(change)}" for change in changes]
    if told:
        yield ""
        yield "## Changes"
        yield ""
        yield from told


def _change(change: outline.Change) -> str:
    values = [_plain(value) for value in (change.old, change.new) if value]
    return f"{change.mark} {_plain(change.path)} {' → '.join(values)}".rstrip()


def _plain(text: str) -> str:
    """Text in which nothing is Markdown."""
    return _SPECIAL.sub(r"\\\1", text)
