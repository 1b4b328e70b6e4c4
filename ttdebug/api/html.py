"""What notebooks show: small tables that inherit a light or a dark page's colours.

Every text of a trace is gated and escaped; nothing in it can act.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from ttdebug.view.gate import escape_json, safe

SHOWN: Final = 20
"""Rows a notebook shows of a list."""

_LONGEST: Final = 2_000  # characters of a JSON value
_CELL: Final = 200
_STYLE: Final = """<style>
.ttdebug { color: inherit; line-height: 1.4; overflow-x: auto; }
.ttdebug table { border-collapse: collapse; background: none; color: inherit; margin: .3em 0; }
.ttdebug th, .ttdebug td { border: 0; border-bottom: 1px solid rgba(128,128,128,.35);
  padding: .15em .8em .15em 0; text-align: left; vertical-align: top; background: none;
  color: inherit; white-space: pre-wrap; overflow-wrap: break-word; }
.ttdebug td, .ttdebug pre { font-family: ui-monospace, monospace; font-size: .92em; }
.ttdebug th { font-weight: normal; opacity: .7; }
.ttdebug pre { background: none; color: inherit; margin: .3em 0; white-space: pre-wrap; }
.ttdebug del { background: rgba(220,60,80,.18); text-decoration: none; }
.ttdebug ins { background: rgba(40,160,90,.22); text-decoration: none; }
.ttdebug .dim { opacity: .7; }
</style>"""


def block(*parts: str) -> str:
    """Pieces of HTML as one output."""
    return f'<div class="ttdebug">{_STYLE}{"".join(parts)}</div>'


def title(text: str) -> str:
    """A head line."""
    return f"<div><b>{text_of(text)}</b></div>"


def note(text: str) -> str:
    """A line in the background."""
    return f'<div class="dim">{text_of(text)}</div>'


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows of texts under their names."""
    names = "".join(f"<th>{text_of(name)}</th>" for name in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{text_of(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def changes(rows: Iterable[str]) -> str:
    """Rows of changes, as they were rendered."""
    head = "<tr><th></th><th>path</th><th>old</th><th>new</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def value(found: object) -> str:
    """A JSON value, cut where it gets long."""
    text = escape_json(json.dumps(found, ensure_ascii=False, indent=1))
    more = f"\n… +{len(text) - _LONGEST:,} characters" if len(text) > _LONGEST else ""
    return f"<pre>{escape(text[:_LONGEST])}{more}</pre>"


def text_of(cell: object) -> str:
    """Any cell as text that is only text."""
    if cell is None:
        return ""
    return escape(safe(f"{cell:,}" if type(cell) is int else str(cell), _CELL))
