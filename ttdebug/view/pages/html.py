"""A report as one file of HTML: it needs no other file, runs nothing, and fetches nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Final

from ttdebug.formats.export import Part
from ttdebug.model import Event, Object
from ttdebug.view.gate import escape_json, safe
from ttdebug.view.pages import outline

_HEAD: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root {{ color-scheme: light dark; --fg: light-dark(#22262c, #d7dde5);
  --dim: light-dark(#6b7280, #8b95a3); --bg: light-dark(#fbfaf7, #0f131a);
  --band: light-dark(#efece5, #1a212b); --line: light-dark(#d8d4cb, #2a323d);
  --bad: light-dark(#b5123a, #ff7b72); --good: light-dark(#126a3c, #7ee2a8);
  --change: light-dark(#8a5a00, #ffc663); --accent: light-dark(#1f5fbf, #7ab3ff); }}
body {{ font: 14px/1.45 system-ui, sans-serif; color: var(--fg); background: var(--bg);
  margin: 2rem auto; max-width: 84rem; padding: 0 1rem; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }}
dt {{ color: var(--dim); }} dd {{ margin: 0; }}
summary, .head {{ display: grid; gap: 0 .8rem; padding: .1rem .4rem; align-items: baseline;
  grid-template-columns: 4.5rem 6rem 8rem 7rem 1fr 6rem 4.5rem; }}
summary {{ cursor: pointer; list-style: none; border-bottom: 1px solid var(--line); }}
summary > *, .head > * {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
summary:hover, details[open] > summary {{ background: var(--band); }}
.head {{ position: sticky; top: 0; background: var(--bg); color: var(--dim); }}
.n, summary > .change {{ text-align: right; }}
.n {{ font-variant-numeric: tabular-nums; color: var(--dim); }}
.dim {{ color: var(--dim); }} .change {{ color: var(--change); }}
.failed summary span {{ color: var(--bad); }} .warning {{ color: var(--change); }}
pre, td {{ font: 12.5px/1.5 ui-monospace, monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; margin: 0; }}
.more {{ padding: .5rem .4rem 1rem 5.7rem; }}
td {{ padding: .05rem 1.2rem .05rem 0; vertical-align: top; }}
td:nth-child(-n+2) {{ white-space: nowrap; }}
del {{ color: var(--bad); }} ins {{ color: var(--good); text-decoration: none; }}
@media (max-width: 60rem) {{ summary, .head {{ grid-template-columns: 3.5rem 7rem 1fr; }}
  summary > :is(:nth-child(2), :nth-child(3), :nth-child(6), :nth-child(7)),
  .head > :is(:nth-child(2), :nth-child(3), :nth-child(6), :nth-child(7)) {{ display: none; }} }}
</style></head><body>
<h1>{title}</h1>
"""
_COLUMNS: Final = (
    ("n", "seq"), ("n", "elapsed"), ("", "agent"), ("", "type"), ("", "event"), ("n", "changes"),
    ("n", "took"),
)  # fmt: skip


def lines(part: Part) -> Iterator[bytes]:
    """The page, a piece at a time."""
    for text in _lines(part):
        yield text.encode() + b"\n"


def _lines(part: Part) -> Iterator[str]:
    yield _HEAD.format(title=escape(safe(part.trace.source_path.name)))
    for warning in part.trace.warnings:
        yield f'<p class="warning">{escape(safe(warning))}</p>'
    for run in part.runs:
        facts = outline.facts(part, run)
        told = "".join(f"<dt>{label}</dt><dd>{escape(text)}</dd>" for label, text in facts)
        yield f"<dl>{told}</dl>"
    head = "".join(f'<span class="{style}">{name}</span>' for style, name in _COLUMNS)
    yield f'<div class="head">{head}</div>'
    for event in part.events():
        yield _event(part, event)
    yield "</body></html>"


def _event(part: Part, event: Event) -> str:
    row = outline.row(part, event)
    name = f"<b>{escape(row.name)}</b> " if row.name else ""
    cells = (
        ("n", row.seq),
        ("n", row.elapsed),
        ("dim", escape(row.agent)),
        ("dim", f"{row.glyph} {escape(row.type)}"),
        ("", name + escape(row.text)),
        ("change", row.changed),
        ("n", row.took),
    )
    shown = "".join(f'<span class="{style}">{text}</span>' for style, text in cells)
    style = ' class="failed"' if row.failed else ""
    inside = _changes(part, event) + _values(event)
    return (
        f'<details{style} id="e{event.seq}"><summary>{shown}</summary>'
        f'<div class="more">{inside}</div></details>'
    )


def _changes(part: Part, event: Event) -> str:
    rows = "".join(
        f"<tr><td>{change.mark}</td><td>{escape(change.path)}</td>"
        f"<td><del>{escape(change.old)}</del></td><td><ins>{escape(change.new)}</ins></td></tr>"
        for change in outline.changes(part, event)
    )
    return f"<table>{rows}</table>" if rows else ""


def _values(event: Event) -> str:
    held: tuple[tuple[str, Object], ...] = (("data", event.data), ("source", event.source))
    return "".join(
        f'<p class="dim">{name}</p><pre>{escape(_json(value))}</pre>'
        for name, value in held
        if value
    )


def _json(value: Object) -> str:
    return escape_json(json.dumps(value, ensure_ascii=False, indent=1))
