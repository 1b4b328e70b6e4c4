"""A comparison as a document for others: JSON Patch, and a page of HTML that stands alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Final
from unicodedata import category

from ttdebug import delta as deltas
from ttdebug.analyze.words import text_diff
from ttdebug.delta import Delta
from ttdebug.model import MISSING, Change, Value

_MARKS: Final = {"added": "+", "removed": "−", "changed": "~", "moved": "→"}
_TAGS: Final = {"equal": "{}", "deleted": "<del>{}</del>", "inserted": "<ins>{}</ins>"}
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #22262c; background: #fbfaf7; margin: 2rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #d8d4cb; padding: .3rem .6rem; text-align: left;
  vertical-align: top; }}
td, code {{ font-family: ui-monospace, monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; }}
del {{ background: #fbe1e4; color: #b5123a; }}
ins {{ background: #dff2e1; color: #126a3c; text-decoration: none; font-weight: bold; }}
</style></head><body>
<h1>{title}</h1><p>{summary}</p>
<table><thead><tr><th></th><th>Path</th><th>Old</th><th>New</th></tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""


def as_json_patch(old: Value, new: Value) -> Delta:
    """RFC 6902 operations that make `new` of `old`; a state that does not exist is a whole one."""
    if new is MISSING:
        return [] if old is MISSING else [{"op": "remove", "path": ""}]
    if old is MISSING:
        return [{"op": "add", "path": "", "value": new}]
    return deltas.make(old, new)


def as_html(changes: Sequence[Change], title: str) -> str:
    """A page with a row per change; nothing in it can act, whatever the values hold."""
    counted = {kind: sum(change.kind == kind for change in changes) for kind in _MARKS}
    told = ", ".join(f"{count:,} {kind}" for kind, count in counted.items() if count)
    rows = "\n".join(map(row, changes))
    return _PAGE.format(title=_safe(title), summary=told or "No difference", rows=rows)


def row(change: Change) -> str:
    """A change as a row of an HTML table: its kind, its path, the old value and the new one."""
    if change.kind == "changed" and isinstance(change.old, str) and isinstance(change.new, str):
        pieces = text_diff(change.old, change.new)
        old = "".join(_piece(part, text) for part, text in pieces if part != "inserted")
        new = "".join(_piece(part, text) for part, text in pieces if part != "deleted")
    else:
        old, new = _value(change.old, "deleted"), _value(change.new, "inserted")
    path = _safe(change.path or "/")
    mark = f'<td title="{change.kind}">{_MARKS[change.kind]}</td>'
    return f"<tr>{mark}<td>{path}</td><td>{old}</td><td>{new}</td></tr>"


def _value(value: Value, part: str) -> str:
    return "" if value is MISSING else _piece(part, json.dumps(value, ensure_ascii=False, indent=1))


def _piece(part: str, text: str) -> str:
    return _TAGS[part].format(_safe(text))


def _safe(text: str) -> str:
    """Text that is only text in HTML: markup escaped, invisible characters made visible."""
    return escape("".join(_visible(char) for char in text))


def _visible(char: str) -> str:
    if char in "\n\t" or category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return char
    return f"\\u{ord(char):04x}"
