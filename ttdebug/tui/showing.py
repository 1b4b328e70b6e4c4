"""Puts the desk on the screen: header, footer, rules, minimap, and the panes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ttdebug.replay import positions
from ttdebug.replay.outcome import Stayed
from ttdebug.tui import footer
from ttdebug.tui.keymap import key_label
from ttdebug.tui.layout import LEAST, SIDES, TABS, Shape, Zone
from ttdebug.tui.parts.drawer import DrawerPart
from ttdebug.tui.parts.map import MapPart
from ttdebug.tui.parts.sides import SidePart
from ttdebug.tui.parts.timeline import TimelinePart
from ttdebug.tui.titles import file_title, run_title
from ttdebug.tui.widgets.rule import Part, Rule, Tab
from ttdebug.view import frame, line
from ttdebug.view.drawer import WORDS_AT
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import NOWHERE, span
from ttdebug.view.matches import Matches

if TYPE_CHECKING:
    from ttdebug.model import Position
    from ttdebug.replay.outcome import Outcome
    from ttdebug.tui.screens.main import MainScreen
    from ttdebug.tui.widgets.lines import VirtualLines

Kind = Literal["breakpoint", "plain", "warning", "error"]

_TITLES: dict[str, str] = {
    "timeline": "Timeline",
    "diff": "Diff",
    "state": "State",
    "event": "Event",
    "causality": "Causality",
}


class Showing:
    """What stands on the main screen."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self.desk = screen.desk
        self.arrangement = screen.arrangement
        self.timeline = TimelinePart(screen)
        self.sides = SidePart(screen)
        self.map = MapPart(screen)
        self.drawer = DrawerPart(screen)
        self._stop: frame.Stop | None = None
        self._footer: tuple[list[frame.Key], list[frame.Key], int] | None = None

    # Moving

    def follow(self, outcome: Outcome, *, stop: frame.Stop | None = None) -> None:
        """Show where a motion led, or say why it led nowhere."""
        if isinstance(outcome, Stayed):
            self.say(outcome.told(self.key_of), kind="warning")
            return
        if outcome.note and stop is None:
            stop = frame.Stop(outcome.note)
        self.position(stop)

    def go(self, position: Position, *, told: str = "") -> None:
        """Jump somewhere and show it; `told` is what to say there."""
        stop = frame.Stop(told) if told else None
        self.follow(self.desk.navigator.to(position), stop=stop)

    def stops_changed(self) -> None:
        """Breakpoints or watches are others: count, and draw all that shows them."""
        self.desk.points_changed()
        if len(self.desk.points):
            self.screen.guide.happened("breakpoint")
        self.screen.counting.start()
        self.arrangement.lay_out()

    def searched(self) -> None:
        """Another text is sought, or none: mark it in the panes that show what was recorded."""
        sought = self.desk.sought
        for name in ("timeline", *SIDES, "list"):
            start = {"timeline": self.timeline.text_at, "list": WORDS_AT}.get(name, 0)
            self.screen.lines(name).sought = None if sought is None else (sought.each, start)
            self.screen.lines(name).forget()
        self.sides.sought(None if sought is None else Matches(sought.each))

    def marks_changed(self) -> None:
        """Marks in timeline, minimap and drawer are others."""
        self.timeline.rebuild()
        self.map.rebuild()
        self.drawer.show_list()
        self.drawer.rules()

    def position(self, stop: frame.Stop | None = None) -> None:
        """Show the desk's position: the row first, then what it means."""
        self._stop = stop
        self.screen.following.moved()
        if stop is not None and stop.kind == "breakpoint":
            self.screen.guide.happened("stopped")
        self.timeline.follow()
        self.sides.load()
        self.map.follow()
        self.drawer.follow()
        self.header()
        self.footer()

    def grown(self, *, slowly: bool) -> None:
        """There are more events; `slowly` leaves out what takes a while to read."""
        self.timeline.rebuild()
        if not slowly:
            self.map.rebuild()
            self.drawer.grown()
            self.screen.counting.again()
        self.header()

    def again(self) -> None:
        """Show the same position in another way; what the header says stays."""
        self.position(self._stop)

    def everything(self) -> None:
        """Lay all of it out again: the size, the theme or what is shown has changed."""
        if self.arrangement.shape is None:
            return
        self.timeline.rebuild()
        self.sides.load()
        self.map.rebuild()
        self.drawer.rebuild()
        self.rules()
        self.header()
        self.footer()
        self.guide()

    # Frame

    def say(self, text: str, *, kind: Kind = "plain", why: str = "", brief: str = "") -> None:
        """One sentence in the header; it stays until the next motion."""
        self._stop = frame.Stop(text, why, kind, brief)
        self.header()

    def scanning(self, what: str, done: int, total: int) -> None:
        """How far a scan is, where a stop would be told."""
        share = f" of {total:,}  {100 * done // total}%" if total else ""
        amount = f"  {done:,}{share}" if done else ""
        self.say(f"{what}{amount}", why="esc stops")
        self.footer()

    def select_row(self, lines: VirtualLines, by: int) -> None:
        """Move a pane's own cursor to another row that stands for something."""
        rows, index = lines.rows, lines.cursor
        step = 1 if by > 0 else -1
        goal = index
        for _ in range(abs(by)):
            index = goal + step
            while 0 <= index < len(rows) and rows.target(index) == NOWHERE:
                index += step
            if not 0 <= index < len(rows):
                break
            goal = index
        if goal != lines.cursor and goal >= 0:
            self.sides.point(lines, goal)

    def header(self) -> None:
        """File, run, timeline, why we stopped, position."""
        desk, width = self.desk, self.screen.size.width
        trace, position, lineage = desk.trace, desk.position, desk.lineage
        elapsed = trace.event(position.seq).elapsed if position.seq else None
        where = frame.Where(
            file=file_title(trace.source_path),
            run=run_title(trace, desk.run),
            timeline=desk.timeline.name,
            seq=position.seq,
            last=lineage.last,
            percent=positions.percent(trace, position),
            elapsed=elapsed,
            total=desk.total_elapsed,
            live=self.screen.following.word,
        )
        self.screen.box("header").show([frame.header(where, self._stop, width)])

    def footer(self) -> None:
        """The keys that work now, or what is being typed."""
        screen = self.screen
        width = screen.size.width
        if screen.letter is not None:
            left, right = [frame.Key("a z", "which bookmark")], [frame.Key("esc", "cancel")]
        else:
            narrow = self.arrangement.shape is None or self.arrangement.shape.narrow
            left, right = footer.keys(
                screen.keymap, self.arrangement.zone, screen.why_not, self.words(), narrow=narrow
            )
            if screen.count.text:
                left.insert(0, frame.Key(screen.count.text, "times"))
        drawn = (left, right, width)
        if drawn != self._footer:
            self._footer = drawn
            screen.box("footer").show([frame.footer(left, right, width)])

    def guide(self) -> None:
        """The tour's next hint, above the footer."""
        guide = self.screen.guide
        if guide.text:
            told = [span(f" {guide.step}  ", "accent bold"), span(safe(guide.text))]
            width = self.screen.size.width
            self.screen.box("guide").show([line.fit(told, width)])

    def words(self) -> dict[str, str]:
        """What the footer's placeholders say now."""
        zone = self.arrangement.zone
        path = self.desk.selection.name
        return {
            "path": path or "",
            "row": {"state": "path", "causality": "event", "drawer": "row"}.get(zone, ""),
            "choose": {"causality": "go there", "drawer": "open"}.get(zone, ""),
            "stop": self._stops(),
            "unchanged": "" if zone != "diff" else "fold" if self.desk.unfolded else "unfold",
        }

    def _stops(self) -> str:
        screen = self.screen
        if screen.scans.running or screen.player.playing:
            return "stop"
        return "stop reading" if screen.following.reading else ""

    def key_of(self, action_id: str) -> str:
        """The key of an action as people write it."""
        keys = self.screen.keymap.keys(action_id)
        return key_label(keys[0]) if keys else action_id

    def rules(self) -> None:
        """Titles and tabs on the rules."""
        screen, shape = self.screen, self.arrangement.shape
        if shape is None:
            return
        zone = self.arrangement.zone
        rule = screen.query_one("#rule", Rule)
        if shape.panes.count(0) == 2:
            tabs = tuple(Tab(one, _TITLES[one], active=one == zone) for one in TABS)
            right = safe(self.desk.timeline.name) if zone == "timeline" else lit("")
            rule.show([Part(0, shape.width, tabs, right, focused=True)])
        else:
            rule.show(self._pane_titles(shape, zone), below=shape.dividers)
        self.drawer.rules()

    def _pane_titles(self, shape: Shape, zone: Zone) -> list[Part]:
        first, second, third = shape.panes
        right = safe(self.desk.timeline.name) + " · all events" if shape.wide else lit("")
        sides = tuple(Tab(one, _TITLES[one], active=one == self.arrangement.tab) for one in SIDES)
        return [
            Part(0, first, (Tab("timeline", "Timeline"),), right, focused=zone == "timeline"),
            Part(first + 1, second, sides, focused=zone in SIDES),
            Part(
                first + second + 2, third, (Tab("causality", "Causality"),),
                focused=zone == "causality",
            ),
        ]  # fmt: skip

    def too_small(self, width: int, height: int) -> None:
        """The only thing there is room for."""
        need = f"Needs {LEAST[0]}x{LEAST[1]}, is {width}x{height}"
        self.screen.box("small").show([(span(need, "dim"),)])

    def point(self, lines: VirtualLines, index: int) -> None:
        """The mouse chose a line of a pane."""
        name = lines.id
        if name == "timeline":
            self.go(self.desk.at(self.desk.lineage.seq_at(index)))
        elif name in (*SIDES, "causality"):
            self.sides.point(lines, index)
        else:
            lines.move_to(index)
