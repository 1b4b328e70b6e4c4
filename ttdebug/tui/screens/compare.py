"""Two states side by side: options, who wrote what last, and steps of either side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.widget import Widget

from ttdebug import paths
from ttdebug.analyze.compare import Options
from ttdebug.analyze.history import history
from ttdebug.analyze.sides import (
    Comparison,
    Differing,
    Side,
    Sides,
    also_differ,
    compare_sides,
)
from ttdebug.errors import NotFoundError
from ttdebug.model import Position
from ttdebug.replay import positions
from ttdebug.tui.background import Show
from ttdebug.tui.clipboard import copy
from ttdebug.tui.naming import named
from ttdebug.tui.parts.explained import ExplainedPart
from ttdebug.tui.retold import compare_command, elsewhere, overlooked, placed
from ttdebug.tui.screens.page import Page, PageKey
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import line, side_by_side
from ttdebug.view.gate import safe
from ttdebug.view.line import NOWHERE, Span, span
from ttdebug.view.side_by_side import ComparedRows

if TYPE_CHECKING:
    from ttdebug.replay.work import Work
    from ttdebug.tui.ends import Ends
    from ttdebug.view.entries import Entry

_DETAIL: Final = 9
_MOST_DIGITS: Final = 6
MOST: Final = 10_000
"""Differences shown; more are no use to anybody's eyes."""

Find = Callable[["Work"], Sides]


class CompareScreen(Page[Position]):
    """Dismisses with a position to go to."""

    KEYS: ClassVar[tuple[PageKey, ...]] = (
        PageKey("j k down up", "row", "next / previous difference", "row"),
        PageKey("pagedown pageup ctrl+d ctrl+u", "page", "a page down / up"),
        PageKey("enter", "go", "go to the event that wrote this value on this side", "who wrote"),
        PageKey("tab", "side", "the other side", "side"),
        PageKey("a", "agent", "the state of another agent", "agent"),
        PageKey("[ ]", "write", "this side to the write before / after", "writes"),
        PageKey("left right", "event", "this side an event back / on", "event"),
        PageKey("o", "order", "lists are equal if their elements are, in any order", "order"),
        PageKey("d", "digits", "numbers are equal if they are to so many decimals", "digits"),
        PageKey("t", "types", "1 and 1.0 are equal, or not", "types"),
        PageKey("i", "ignore", "leave this path out", "ignore path"),
        PageKey("I", "all", "leave no path out any more"),
        PageKey("y", "copy", "copy this comparison as a command"),
    )

    MAIN = "differences"

    def __init__(self, ends: Ends, find: Find, *, owns: bool = True) -> None:
        super().__init__()
        self._ends = ends
        self._find = find
        self._owns = owns
        self._sides: Sides | None = None
        self._found: Comparison | None = None
        self._others: Sequence[Differing] = ()
        self._options = Options()
        self._agent: str | None = None
        self._detail = LineBox("detail")
        self._explained = ExplainedPart(self, self._detail)

    def parts(self) -> Sequence[Widget]:
        """Names, differences, and the chosen one in full."""
        return [LineBox("names"), VirtualLines("differences"), self._detail]

    def on_mount(self) -> None:
        """Compare."""
        self.main.light(lit=True)
        self._compare()

    def on_unmount(self) -> None:
        """Close the recordings that were opened for this."""
        if self._owns:
            self._ends.close()

    def heading(self) -> Sequence[Span]:
        """Whose states, at which positions."""
        if self._sides is None or self._found is None:
            return [span("compare", "dim")]
        a, b = (safe(told, 60) for told in placed(self._sides))
        owner = self._found.owners[1]
        parts = [span("compare ", "dim"), span(a, "fg bold"), span(" with ", "dim")]
        return [*parts, span(b, "fg bold"), span("   "), span(safe(owner, 40), "dim")]

    def fit_parts(self, width: int, height: int) -> None:
        """The detail takes a third at most."""
        self._detail.styles.height = min(_DETAIL, height // 3)

    def can(self, key: PageKey) -> bool:
        """Another agent's state can be had only if there is one."""
        return key.method != "agent" or len(self._agents) > 1

    @property
    def _agents(self) -> list[str]:
        """The agents that have a state on either side."""
        sides = self._sides
        return list(dict.fromkeys([*sides.a.agents, *sides.b.agents])) if sides else []

    def redraw(self) -> None:
        """Lay the differences out at this width."""
        found, lines = self._found, self.main
        if found is None or not lines.size.width:
            return
        width = lines.size.width
        chosen = self._entry
        rows = ComparedRows(found.old, found.new, found.changes, found.touched, width)
        at = [row for row in range(len(rows)) if chosen and rows.target(row).path == chosen.pointer]
        cursor = at[0] if at else min(max(lines.cursor, 0), rows.differences - 1)
        lines.show(rows, cursor)
        self._draw_head()
        self.moved()

    def _draw_head(self) -> None:
        rows, found = self.main.rows, self._found
        if isinstance(rows, ComparedRows) and found is not None:
            names = found.sides.names
            told = [found.nothing_common() or ""]
            if self._others:
                told.append(f"{side_by_side.also_differing(self._others)}, a shows another agent")
            text = safe(" · ".join(filter(None, told)))
            statement = line.fit((span(" "), span(text, "change")), self.size.width)
            head = side_by_side.head(names, rows.columns, self._side)
            self.box("names").show([statement, head])

    # Comparing

    def _compare(self) -> None:
        options, sides, agent = self._options, self._sides, self._agent

        def work(work: Work) -> Show:
            both = sides or self._find(work)
            found = compare_sides(both, options, agent=agent, limit=MOST)
            others = [] if agent is not None else also_differ(found, options)
            return lambda: self._show(found, others)

        self.load("Comparing", work)

    def _show(self, found: Comparison, others: Sequence[Differing]) -> None:
        self._found, self._sides, self._others = found, found.sides, others
        self.redraw()
        self.say(self._counted())

    def _counted(self) -> str:
        rows = self.main.rows
        parts = [rows.counts()] if isinstance(rows, ComparedRows) else []
        if self._found is not None and len(self._found.changes) == MOST:
            parts = [f"the first {MOST:,} differences"]
        parts += overlooked(self._options)
        return " · ".join(parts)

    def _again(self, options: Options) -> None:
        self._options = options
        self._compare()

    # The chosen difference

    @property
    def _side(self) -> int:
        """Which side keys are about: 0 or 1."""
        return self._explained.side

    @property
    def _entry(self) -> Entry | None:
        lines = self.main
        return lines.rows.entry(lines.cursor) if isinstance(lines.rows, ComparedRows) else None

    def _path(self, entry: Entry) -> paths.Path:
        assert self._found is not None
        state = self._found.old if entry.kind == "removed" else self._found.new
        return named(state, entry.pointer)

    def moved(self) -> None:
        """Show the chosen value in full."""
        entry, found, rows = self._entry, self._found, self.main.rows
        if entry is None or found is None or not isinstance(rows, ComparedRows):
            self._explained.nothing()
        else:
            self._explained.explain(found, entry, rows.name(entry), self._path(entry))

    # Keys

    @property
    def walkable(self) -> int:
        """The differences, which come first."""
        rows = self.main.rows
        return rows.differences if isinstance(rows, ComparedRows) else 0

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        if event.lines.rows.target(event.index) == NOWHERE:
            return
        event.lines.move_to(event.index)
        self.moved()
        if event.twice:
            self.attempt(lambda: self.do_go(0))

    def do_side(self, at: int) -> None:
        """Keys are about the other side."""
        self._explained.side = 1 - self._side
        self._draw_head()
        self._explained.draw()

    def do_go(self, at: int) -> None:
        """Leave for the event that wrote the value on this side."""
        write, side = self._explained.writes[self._side], self._chosen
        if write is None:
            raise NotFoundError("Nothing wrote it on this side")
        if not self._ends.own(side):
            raise NotFoundError(elsewhere(side, write.seq))
        self.leave(Position(side.timeline, write.seq))

    @property
    def _chosen(self) -> Side:
        if self._sides is None:
            raise NotFoundError("Nothing is compared yet")
        return self._sides[self._side]

    def do_event(self, at: int) -> None:
        """This side one event back or on."""
        side = self._chosen
        self._put(self._side, side, positions.step(side.trace, side.position, 1 if at else -1))

    def do_write(self, at: int) -> None:
        """This side to the previous or next write of the chosen path."""
        side, entry, found, number = self._chosen, self._entry, self._found, self._side
        if entry is None or found is None:
            raise NotFoundError("No path is selected")
        path, agent = self._path(entry), found.owners[number]

        def work(work: Work) -> Show:
            writes = history(
                side.trace,
                path,
                timeline=side.timeline,
                agent=agent,
                first=side.seq + 1 if at else 1,
                last=None if at else side.seq - 1,
                reverse=not at,
                work=work,
            )
            write = next(writes, None)
            if write is None:
                where = "after" if at else "before"
                raise NotFoundError(f"No write {where} {side.seq:,} on this side")
            return lambda: self._put(number, side, Position(side.timeline, write.seq))

        self.busy.soon("Looking for a write", work)

    def _put(self, number: int, side: Side, position: Position) -> None:
        assert self._sides is not None
        a, b = self._sides
        moved = side._replace(position=position)
        self._sides = Sides(a, moved) if number else Sides(moved, b)
        self._compare()

    def do_agent(self, at: int) -> None:
        """The next agent that has a state on either side."""
        if self._sides is None or self._found is None:
            raise NotFoundError("Nothing is compared yet")
        agents = self._agents
        if len(agents) < 2:
            raise NotFoundError(f"Only {agents[0]} has a state here")
        now = self._found.owners[1]
        self._agent = agents[(agents.index(now) + 1) % len(agents)]
        self._compare()

    def do_order(self, at: int) -> None:
        """Whether the order of lists counts."""
        self._again(replace(self._options, ignore_order=not self._options.ignore_order))

    def do_digits(self, at: int) -> None:
        """All digits, then 0, 1, 2, … decimals."""
        now = self._options.significant_digits
        following = 0 if now is None else None if now >= _MOST_DIGITS else now + 1
        self._again(replace(self._options, significant_digits=following))

    def do_types(self, at: int) -> None:
        """Whether 1 is 1.0."""
        other = not self._options.ignore_number_types
        self._again(replace(self._options, ignore_number_types=other))

    def do_ignore(self, at: int) -> None:
        """Leave the chosen path out."""
        entry = self._entry
        if entry is None:
            raise NotFoundError("No path is selected")
        left_out = paths.dotted(self._path(entry))
        self._again(replace(self._options, exclude=(*self._options.exclude, left_out)))

    def do_all(self, at: int) -> None:
        """Leave nothing out."""
        self._again(replace(self._options, exclude=()))

    def do_copy(self, at: int) -> None:
        """The comparison as a command line."""
        if self._sides is None:
            raise NotFoundError("Nothing is compared yet")
        copy(self.app, compare_command(self._sides, self._options, self._agent))
        self.say("Copied as a command")
