"""The diff pane: what one event changed, or how two positions differ, as lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import NamedTuple

from ttdebug import paths
from ttdebug.delta import Delta
from ttdebug.model import MISSING, Change, Event, Value
from ttdebug.view import cells, diff_lines, entries, glyphs, line, names, numbers, values
from ttdebug.view.diff_body import ROOMY, Body
from ttdebug.view.diff_groups import Groups
from ttdebug.view.gate import safe
from ttdebug.view.line import BLANK, NOWHERE, Block, LazyRows, Line, Rows, Target, span
from ttdebug.view.summary import summary
from ttdebug.view.writes import SHOWN, Writes, blocks

__all__ = [
    "Options",
    "Pair",
    "Step",
    "brief",
    "change_rows",
    "fault_lines",
    "no_state_rows",
    "pair_rows",
    "step_rows",
]


class Step(NamedTuple):
    """What one event did to the state of `owner`.

    `previous` is the event before on this timeline; `others` have state and did not change;
    `last_snapshot` is where the owner's state was last written, if not here.
    """

    event: Event
    owner: str
    before: Value
    after: Value
    delta: Delta | None
    previous: int | None = None
    others: Sequence[str] = ()
    last_snapshot: int | None = None


class Pair(NamedTuple):
    """How two positions differ; `left` and `right` name them, `2,390` or `fix-budget 2,390`.

    `touched` are JSON Pointers that were written in between and are as they were.
    """

    left: str
    right: str
    owner: str
    before: Value
    after: Value
    changes: Sequence[Change]
    touched: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What the reader chose.

    `watched` are JSON Pointers whose change is the loud one. With a `height` the writes stand at
    the bottom of that many lines. `writes` is asked only if there is room for them, with the rows
    above. `keys` says which key unfolds or walks, which means nothing on paper.
    """

    watched: Sequence[str] = ()
    unfolded: bool = False
    height: int = 0
    seq: int | None = None
    keys: bool = True
    writes: Callable[[Rows], Writes | None] = field(default=lambda _: None)


_DEFAULT = Options()
_FAULT_LINES = 3
_OTHERS = 4
"""More agents than this that did not change are only counted."""


def step_rows(step: Step, width: int, options: Options = _DEFAULT) -> Rows:
    """The pane for one event; only lines that are asked for are drawn."""
    fault = fault_lines(step.event, width)
    if step.delta is None:
        rest = no_state_rows(step.event.seq, step.last_snapshot, width, keys=options.keys)
        told = [(rest.line(index), rest.target(index)) for index in range(len(rest))]
        return line.FixedRows([*((text, NOWHERE) for text in fault), *told], width)
    title = line.one(partial(_step_title, step, width))
    top = [title, *map(line.still, fault)]
    if step.before is MISSING:
        return LazyRows([*top, *_first(step, width)], width)
    found = entries.of_delta(step.before, step.after, step.delta)
    rows = [*top, *_body(Groups(step.before, step.after, found), width, options)]
    if step.others:
        rows += [line.still(BLANK), line.one(partial(_others, step.others, width))]
    return _with_writes(rows, width, options)


def fault_lines(event: Event, width: int) -> list[Line]:
    """What an event that failed says went wrong; no lines for any other."""
    told = summary(event).text if glyphs.failed(event) else ""
    parts = islice(cells.wrap(told, max(width - 2, 1)), _FAULT_LINES) if told else ()
    return [(span(" "), span(part, "error")) for part in parts]


def pair_rows(pair: Pair, width: int, options: Options = _DEFAULT) -> Rows:
    """The pane for two positions, in the same form."""
    found = [*entries.of_changes(pair.changes), *entries.of_touched(pair.touched, pair.after)]
    groups = Groups(pair.before, pair.after, found)
    title = line.one(partial(_pair_title, pair, width))
    return _with_writes([title, *_body(groups, width, options)], width, options)


def change_rows(
    before: Value, after: Value, changes: Sequence[Change], width: int, touched: Sequence[str] = ()
) -> Rows:
    """Only the changes, without a title: for printing."""
    found = [*entries.of_changes(changes), *entries.of_touched(touched, after)]
    groups = Groups(before, after, found)
    return LazyRows(_body(groups, width, Options(keys=False)), width)


def no_state_rows(seq: int, last_snapshot: int | None, width: int, *, keys: bool = True) -> Rows:
    """The pane where no state was recorded, with the key that leads to one."""
    fact = span(f" No state was recorded at {numbers.seq(seq)}.", "dim")
    if last_snapshot is None:
        return line.FixedRows([((fact,), NOWHERE)], width)
    hint = [span("[", "accent bold"), span(" goes to the last snapshot, ", "dim")]
    if not keys:
        hint = [span("The last snapshot is ", "dim")]
    hint.append(span(numbers.seq(last_snapshot)))
    whole: Line = (fact, span(" "), *hint)
    lines = [whole] if line.width(whole) <= width else [(fact,), (span(" "), *hint)]
    return line.FixedRows([(text, Target(seq=last_snapshot)) for text in lines], width)


def brief(step: Step, width: int, height: int, options: Options = _DEFAULT) -> Rows:
    """The first `height` changes, one line each with its whole path; the watched one first."""
    if step.delta is None or step.before is MISSING:
        return line.FixedRows([], width)
    found = entries.of_delta(step.before, step.after, step.delta)
    groups = Groups(step.before, step.after, found)
    chosen = groups.loudest(options.watched)
    picked = sorted(found, key=lambda entry: (entry is not chosen, entry.kind == "equal"))[:height]
    keys = [groups.path(entry) for entry in picked]
    room = diff_lines.key_cells(keys, width)
    rows = [
        line.one(
            partial(diff_lines.entry_line, entry, key, room, width, entry is chosen),
            Target(entry.pointer),
        )
        for entry, key in zip(picked, keys, strict=True)
    ]
    return LazyRows(rows, width)


def _body(groups: Groups, width: int, options: Options) -> list[Block]:
    loud = groups.loudest(options.watched)
    return Body(groups, width, loud, unfolded=options.unfolded).blocks(keys=options.keys)


def _step_title(step: Step, width: int) -> Line:
    event = step.event
    kind = glyphs.event_kind(event)
    name = safe(event.name or event.type, 80)
    left = [span(" "), span(safe(step.owner, 40)), span("  "), span(kind.glyph, kind.family)]
    right = [span(numbers.seq(step.previous or 0), "dim"), span(" → ", "dim")]
    right.append(span(numbers.seq(event.seq), "dim"))
    return line.sides([*left, span(" "), span(name, "fg bold")], [*right, span(" ")], width)


def _pair_title(pair: Pair, width: int) -> Line:
    left = [span(" "), span(safe(pair.owner, 40), "fg bold"), span("  anchor", "dim")]
    right = [
        span(safe(pair.left, 60), "dim"),
        span(" → ", "dim"),
        span(safe(pair.right, 60), "dim"),
    ]
    return line.sides(left, [*right, span(" ")], width)


def _others(names: Sequence[str], width: int) -> Line:
    if len(names) > _OTHERS:
        return line.fit([span(f" {len(names):,} others did not change here", "faint")], width)
    parts = [span(" ")]
    for index, name in enumerate(names):
        if index:
            parts.append(span(" and " if index == len(names) - 1 else ", ", "faint"))
        parts.append(span(safe(name, 40), "dim"))
    return line.fit([*parts, span(" did not change here", "faint")], width)


def _first(step: Step, width: int) -> list[Block]:
    """A first snapshot changes nothing; its top level is shown instead."""
    state = step.after
    owner = safe(step.owner, 40)
    if not isinstance(state, dict | list):
        return [line.still((span(f" First state of {owner}: ", "dim"), span(values.short(state))))]
    what = numbers.plural(len(state), "key" if isinstance(state, dict) else "element")
    title = line.still((span(f" First state of {owner}: {what}", "dim"),))
    segments = list(state) if isinstance(state, dict) else [str(at) for at in range(len(state))]
    room = diff_lines.key_cells([safe(segment, 80) for segment in segments[:ROOMY]], width)

    def draw(index: int) -> Line:
        name = segments[index]
        return diff_lines.sibling_line(safe(name, 80), names.child(state, name), room, width)

    rows = Block(
        len(segments), draw, lambda index: Target(paths.pointer(segments[index : index + 1]))
    )
    return [title, line.still(BLANK), rows]


def _with_writes(rows: list[Block], width: int, options: Options) -> Rows:
    """The writes of the selected path below, at the bottom if the height is known."""
    above = LazyRows(rows, width)
    taken = len(above)
    spare = options.height - taken - 2 if options.height else SHOWN + 2
    found = options.writes(above) if spare >= 2 else None
    if found is None or not found.shown:
        return above
    below = blocks(found, width, spare, options.seq)
    gap = max(1, options.height - taken - len(below)) if options.height else 1
    blank = Block(gap, lambda _: BLANK, lambda _: NOWHERE)
    return LazyRows([*rows, blank, *below], width)
