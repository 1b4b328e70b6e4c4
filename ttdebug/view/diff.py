"""The diff pane: what one event changed, or how two positions differ, as lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from ttdebug.delta import Delta
from ttdebug.model import MISSING, Change, Event, Value
from ttdebug.view import cells, diff_lines, entries, glyphs, line, numbers, values
from ttdebug.view.diff_groups import Group, Groups
from ttdebug.view.gate import Safe, safe
from ttdebug.view.line import BLANK, NOWHERE, Draw, LazyRows, Line, Rows, Target, span

WRITES_SHOWN = 6
ROOMY = 200
"""Entries that may take several lines each; in longer diffs every entry is one line."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write of the selected path, for the list at the bottom."""

    seq: int
    type: str
    name: str | None
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Writes:
    """The newest writes of `path` (dotted), newest first, and how many older ones there are."""

    path: str
    shown: Sequence[Write]
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Step:
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


@dataclass(frozen=True, slots=True)
class Pair:
    """How two positions differ; `left` and `right` name them, `2,390` or `fix-budget 2,390`."""

    left: str
    right: str
    owner: str
    before: Value
    after: Value
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Options:
    """What the reader chose.

    `watched` are JSON Pointers whose change is the loud one. With a `height` the writes stand at
    the bottom of that many lines. `writes` is asked only if there is room for them. `keys` says
    which key unfolds or walks, which means nothing on paper.
    """

    watched: Sequence[str] = ()
    unfolded: bool = False
    height: int = 0
    seq: int | None = None
    keys: bool = True
    writes: Callable[[], Writes | None] = field(default=lambda: None)


_DEFAULT = Options()
_Row = tuple[Draw, Target]


def step_rows(step: Step, width: int, options: Options = _DEFAULT) -> Rows:
    """The pane for one event; only lines that are asked for are drawn."""
    if step.delta is None:
        return no_state_rows(step.event.seq, step.last_snapshot, width)
    head = [_row(partial(_step_title, step, width))]
    if any(op["path"] == "" and op["op"] == "add" for op in step.delta) and step.before is MISSING:
        return LazyRows([*head, *_first(step, width)], width)
    found = entries.of_delta(step.before, step.after, step.delta)
    rows = _body(head, Groups(step.before, step.after, found), width, options)
    if step.others:
        rows += [_row(lambda: BLANK), _row(partial(_others, step.others, width))]
    return LazyRows(_with_writes(rows, width, options), width)


def pair_rows(pair: Pair, width: int, options: Options = _DEFAULT) -> Rows:
    """The pane for two positions, in the same form."""
    head = [_row(partial(_pair_title, pair, width))]
    groups = Groups(pair.before, pair.after, entries.of_changes(pair.changes))
    return LazyRows(_with_writes(_body(head, groups, width, options), width, options), width)


def change_rows(before: Value, after: Value, changes: Sequence[Change], width: int) -> Rows:
    """Only the changes, without a title: for printing."""
    groups = Groups(before, after, entries.of_changes(changes))
    return LazyRows(_body([], groups, width, Options(keys=False)), width)


def no_state_rows(seq: int, last_snapshot: int | None, width: int) -> Rows:
    """The pane where no state was recorded, with the key that leads to one."""
    text = f" No state was recorded at {numbers.seq(seq)}."
    found = [[span(text, "dim")]]
    if last_snapshot is not None:
        found[0] += [
            span(" "),
            span("[", "accent bold"),
            span(" goes to the last snapshot, ", "dim"),
        ]
        found[0].append(span(numbers.seq(last_snapshot), "fg"))
    lines = [tuple(parts) for parts in found]
    if line.width(lines[0]) > width and last_snapshot is not None:
        lines = [lines[0][:1], (span(" "), *lines[0][2:])]
    target = Target(seq=last_snapshot)
    return line.FixedRows([(text, target) for text in lines], width)


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
    return LazyRows(
        [
            (
                partial(diff_lines.entry_line, entry, key, room, width, entry is chosen),
                Target(entry.pointer),
            )
            for entry, key in zip(picked, keys, strict=True)
        ],
        width,
    )


def _row(draw: Draw, target: Target = NOWHERE) -> _Row:
    return draw, target


def _body(head: list[_Row], groups: Groups, width: int, options: Options) -> list[_Row]:
    counts = groups.counts()
    unchanged = groups.unchanged()
    rows = [*head, _row(partial(diff_lines.counts_line, counts, unchanged, width))]
    chosen = groups.loudest(options.watched)
    few = len(groups.entries) <= ROOMY
    in_groups = 0
    for group in groups.ordered(chosen):
        rows.append(_row(lambda: BLANK))
        rows += _group(groups, group, width, few=few, loud=chosen, unfolded=options.unfolded)
        in_groups += len(group.siblings)
    rest = unchanged - in_groups
    if rest > 0 and not options.unfolded:
        rows += [
            _row(lambda: BLANK),
            _row(partial(diff_lines.rest_line, rest, width, keys=options.keys)),
        ]
    return rows


def _group(
    groups: Groups,
    group: Group,
    width: int,
    *,
    few: bool,
    loud: entries.Entry | None,
    unfolded: bool,
) -> list[_Row]:
    rows: list[_Row] = []
    if group.place:
        head = partial(diff_lines.group_line, groups.title(group), groups.lengths(group), width)
        rows.append(_row(head, Target(group.pointer)))
    keys = [groups.key(group, entry) for entry in group.entries[:ROOMY]]
    room = diff_lines.key_cells(keys, width)
    for index, entry in enumerate(group.entries):
        target = Target(entry.pointer)
        key = keys[index] if index < ROOMY else groups.key(group, entry)
        is_loud = entry is loud
        first = partial(diff_lines.entry_line, entry, key, room, width, is_loud, few)
        rows.append(_row(first, target))
        if few:
            more = diff_lines.more_lines(entry, key, room, width, loud=is_loud)
            rows += [_row(partial(_same, text), target) for text in more]
    if group.siblings and not unfolded:
        rows.append(_row(partial(diff_lines.siblings_line, group.siblings, width)))
    elif unfolded:
        for name in group.siblings:
            value = groups.sibling(group, name)
            draw = partial(diff_lines.sibling_line, safe(name, 80), value, room, width)
            rows.append(_row(draw, Target(group.child(name))))
    return rows


def _same(text: Line) -> Line:
    return text


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
    parts = [span(" ")]
    shown = names[:4]
    for index, name in enumerate(shown):
        if index:
            parts.append(span(" and " if index == len(names) - 1 else ", ", "faint"))
        parts.append(span(safe(name, 40), "dim"))
    if len(names) > len(shown):
        parts.append(span(f" and {len(names) - len(shown)} more agents", "faint"))
    return line.fit([*parts, span(" did not change here", "faint")], width)


def _first(step: Step, width: int) -> list[_Row]:
    """A first snapshot changes nothing; its top level is shown instead."""
    state = step.after
    owner = safe(step.owner, 40)
    if not isinstance(state, dict | list):
        text = (span(f" First state of {owner}: ", "dim"), span(values.short(state)))
        return [_row(partial(_same, text))]
    what = numbers.plural(len(state), "key" if isinstance(state, dict) else "element")
    rows = [_row(partial(_same, (span(f" First state of {owner}: {what}", "dim"),)))]
    rows.append(_row(lambda: BLANK))
    segments = list(state) if isinstance(state, dict) else [str(i) for i in range(len(state))]
    keys = [safe(segment, 80) for segment in segments[:ROOMY]]
    room = diff_lines.key_cells(keys, width)
    root = Groups(MISSING, state, []).root
    for segment in segments:
        value = state[segment] if isinstance(state, dict) else state[int(segment)]
        draw = partial(diff_lines.sibling_line, safe(segment, 80), value, room, width)
        rows.append(_row(draw, Target(root.child(segment))))
    return rows


def _with_writes(rows: list[_Row], width: int, options: Options) -> list[_Row]:
    """The writes of the selected path below, at the bottom if the height is known."""
    spare = options.height - len(rows) - 2 if options.height else WRITES_SHOWN + 2
    writes = options.writes() if spare >= 2 else None
    if writes is None or not writes.shown:
        return rows
    shown = writes.shown[: max(1, min(spare - 1, WRITES_SHOWN))]
    earlier = writes.earlier + len(writes.shown) - len(shown)
    found = [_row(partial(_writes_title, safe(writes.path, 200), width))]
    room = (_widest([write.old for write in shown]), _widest([write.new for write in shown]))
    for write in shown:
        draw = partial(write_line, write, width, room, here=write.seq == options.seq)
        found.append(_row(draw, Target(seq=write.seq)))
    if earlier and spare - 1 > len(shown):
        text = (span(f" {glyphs.FOLDED} {earlier:,} earlier", "faint"),)
        found.append(_row(partial(_same, text)))
    blanks = max(1, options.height - len(rows) - len(found)) if options.height else 1
    return [*rows, *[_row(lambda: BLANK)] * blanks, *found]


def _writes_title(path: Safe, width: int) -> Line:
    keys = [span("[ ]", "accent bold"), span(" walk ", "dim")]
    room = width - len(" writes of ") - line.width(keys) - 2
    named = span(cells.fit_left(path, max(room, 8)), "fg bold")
    return line.sides([span(" writes of ", "faint"), named], keys, width)


def _widest(found: Sequence[Value]) -> int:
    return max(cells.width(values.short(value, 24)) for value in found)


def write_line(write: Write, width: int, room: tuple[int, int], *, here: bool) -> Line:
    """One write: `2,417 ◄ apply_discount   1657.76 → null`.

    `room` is the widest old and new value; `here` marks the event the cursor is at.
    """
    kind = glyphs.kind(write.type)
    seq = cells.pad_left(numbers.seq(write.seq), 6)
    old = cells.pad_left(values.short(write.old, 40), min(room[0], width // 4))
    new = cells.pad(values.short(write.new, 80), min(room[1], max(8, width // 4)))
    left = [
        span(seq, "fg bold" if here else "dim"),
        span("  "),
        span(kind.glyph, kind.family),
        span(" "),
        span(safe(write.name or write.type, 80)),
    ]
    right = [
        span(old, "removed" if here else "dim"),
        span("  → ", "dim"),
        span(new, "change bold" if here else "fg"),
        span(" "),
    ]
    found = line.sides(left, right, width)
    return line.mark(found, width, "other") if here else found
