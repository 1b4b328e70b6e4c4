"""The one screen of panes: puts parts where the shape says and sends keys to their actions.

What an action does stands in `ttdebug.tui.doing`, what a pane shows in `ttdebug.tui.showing`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from ttdebug.errors import TtdebugError
from ttdebug.tui import doing, layout
from ttdebug.tui.actions import ACTIONS, BY_ID, Action
from ttdebug.tui.asking import Asking
from ttdebug.tui.compositing import SideBySide
from ttdebug.tui.counting import Counting, HitsCounted
from ttdebug.tui.doing.stopping import StopDoing
from ttdebug.tui.drifting import DriftFound, Drifting
from ttdebug.tui.following import Following, Grown
from ttdebug.tui.guide import Guide
from ttdebug.tui.keymap import Count, Keymap, key_name
from ttdebug.tui.layout import SIDES, TABS, Shape, Zone
from ttdebug.tui.loader import Loaded, LoadFailed
from ttdebug.tui.playback import Playback
from ttdebug.tui.scans import ScanEnded, ScanProgressed, Scans
from ttdebug.tui.screens.modal import Modal, hand_over
from ttdebug.tui.searching import Searching
from ttdebug.tui.session import Preferences
from ttdebug.tui.showing import Showing
from ttdebug.tui.widgets.lines import LineBox, Painted, VirtualLines
from ttdebug.tui.widgets.minimap import Minimap
from ttdebug.tui.widgets.rule import Divider, Rule

if TYPE_CHECKING:
    from ttdebug.tui.app import TerminalApp
    from ttdebug.tui.desk import Desk
    from ttdebug.view.tour import Hint

Do = Callable[[int | None], None]
WhyNot = Callable[[], str | None]


class MainScreen(Screen[None], inherit_bindings=False):
    """Timeline, Diff/State/Event and Causality under a minimap and above a drawer."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = None

    def __init__(self, desk: Desk, guide: Sequence[Hint] = (), *, follow: bool = False) -> None:
        super().__init__()
        self._compositor = SideBySide()
        self.desk = desk
        self.guide = Guide(guide)
        self.keymap = Keymap.load()
        self.zone: Zone = "timeline"
        self.tab: Zone = "diff"
        self.drawer = "breakpoints"
        self.plotted = True
        self.maximised = False
        self.shape: Shape | None = None
        self.count = Count()
        self.letter: Callable[[str], None] | None = None
        self.scans = Scans(self)
        self.counting = Counting(self)
        self.searching = Searching(self)
        self.drifting = Drifting(self)
        self.asking = Asking(self)
        self.player = Playback(self)
        self.following = Following(self, tailing=follow)
        self.showing = Showing(self)
        self._stale = False
        self._key_at = 0.0
        self._do: dict[str, Do] = {}
        self._why_not: dict[str, WhyNot] = {}
        self.stopping = StopDoing(self)
        self._collect([self.stopping, *doing.handlers(self)])

    def _collect(self, handlers: list[object]) -> None:
        """Find who does each action: `do_next_event`, and `no_next_event` for why it cannot."""
        for action in ACTIONS:
            for handler in handlers:
                do = getattr(handler, action.method, None)
                if do is not None:
                    self._do[action.id] = do
                why_not = getattr(handler, action.method.replace("do_", "no_", 1), None)
                if why_not is not None:
                    self._why_not[action.id] = why_not

    def compose(self) -> ComposeResult:
        """All parts; the shape decides which are shown."""
        yield LineBox("header", row="surface")
        yield Minimap("minimap")
        yield Rule("rule")
        with Horizontal(id="body"):
            yield VirtualLines("timeline")
            yield Divider("first")
            for side in SIDES:
                yield VirtualLines(side)
            yield Divider("second")
            yield VirtualLines("causality")
        yield Rule("below")
        yield LineBox("changed")
        yield LineBox("watch")
        with Horizontal(id="drawer"):
            yield VirtualLines("list")
            yield Divider("third")
            yield VirtualLines("watches")
        yield LineBox("guide", row="raised")
        yield LineBox("footer", row="surface")
        yield LineBox("small")

    @property
    def preferences(self) -> Preferences:
        """What holds for all recordings."""
        preferences: Preferences = self.app.preferences  # type: ignore[attr-defined]  # TerminalApp
        return preferences

    def on_mount(self) -> None:
        """Count hits and look for drift once the first frame is there."""
        self.call_after_refresh(self.counting.start)
        self.call_after_refresh(self.drifting.start)
        self.following.start()

    @property
    def since_key(self) -> float:
        """Seconds since a key was pressed; work that can wait does."""
        return time.perf_counter() - self._key_at

    def veil(self, *, veiled: bool) -> None:
        """Step back behind a dialog, or come to the front again."""
        self.set_class(veiled, "veiled")
        self.refresh_all()

    def repaint(self, *, theme: str | None = None, glyphs: bool | None = None) -> None:
        """Other colours or glyphs."""
        app: TerminalApp = self.app  # type: ignore[assignment]  # every app here is one
        if theme is not None:
            app.use_theme(theme)
        if glyphs is not None:
            app.use_glyphs(glyphs=glyphs)
        self.refresh_all()

    def refresh_all(self) -> None:
        """Paint everything again."""
        for painted in self.query(Painted):
            if isinstance(painted, VirtualLines):
                painted.forget()
            else:
                painted.refresh()

    def lines(self, name: str) -> VirtualLines:
        """A pane by its name."""
        return self.query_one(f"#{name}", VirtualLines)

    def box(self, name: str) -> LineBox:
        """A few fixed lines by their name."""
        return self.query_one(f"#{name}", LineBox)

    # Layout

    def on_resize(self, event: events.Resize) -> None:
        """Another size: everything is laid out again."""
        self.lay_out()

    def lay_out(self) -> None:
        """Give every part its rows and columns; what it shows follows once sizes are known."""
        width, height = self.size
        small = not layout.fits(width, height)
        for child in self.children:
            if not child.has_class("-textual-system"):
                child.display = (child.id == "small") == small
        if small:
            self.showing.too_small(width, height)
            return
        shape = layout.shape(
            width,
            height,
            self.zone,
            maximised=self.maximised,
            history=self.drawer == "history",
            plotted=self.plotted,
            listed=self.drawer in ("hits", "log"),
            watched=bool(self.desk.session.watches),
            rows=max(2, len(self.desk.points), len(self.desk.session.watches)),
        )
        self.shape = shape
        self._give("guide", height=1 if self.guide.text else 0)
        self._give("minimap", height=shape.minimap)
        self._give("timeline", width=shape.panes[0])
        for side in SIDES:
            self._give(side, width=shape.panes[1] if side == self.tab else 0)
        self._give("causality", width=shape.panes[2])
        alone = shape.panes.count(0) == 2
        for divider in ("first", "second"):
            self._give(divider, width=0 if alone else 1)
        self._give("changed", height=shape.changed)
        self._give("watch", height=shape.watch)
        self._give("below", height=1 if shape.drawer or shape.changed else 0)
        self._give("drawer", height=shape.drawer)
        self._give("list", width=shape.drawer_left)
        watches = max(0, shape.width - shape.drawer_left - 1)
        self._give("watches", width=watches)
        self._give("third", width=1 if watches else 0)
        self._freshen_soon()

    @on(VirtualLines.Resized)
    def _freshen_soon(self) -> None:
        """Several parts change at once; all is drawn again once they have their sizes."""
        if not self._stale:
            self._stale = True
            self.refresh(layout=True)
            self.call_after_refresh(self._freshen)

    def _freshen(self) -> None:
        self._stale = False
        if self.is_attached:
            self.showing.everything()

    def _give(self, name: str, *, width: int | None = None, height: int | None = None) -> None:
        widget = self.query_one(f"#{name}")
        shown = width != 0 and height != 0
        if widget.display != shown:
            widget.display = shown
        if shown and width is not None:
            widget.styles.width = width
        if shown and height is not None:
            widget.styles.height = height

    # Focus

    def focus_zone(self, zone: Zone) -> None:
        """Give a pane the keys; a side pane comes to the front, a narrow screen changes its tab."""
        before, self.zone = self.zone, zone
        if zone in SIDES:
            self.tab = zone
        for name in ("timeline", *SIDES, "causality"):
            self.lines(name).light(lit=name == zone)
        keyed = self.keyed_list
        self.lines("list").light(lit=zone == "drawer" and keyed == "list")
        self.lines("watches").light(lit=zone == "drawer" and keyed == "watches")
        if before != zone:
            self.lay_out()

    def open_drawer(self, tab: str) -> None:
        """Show a tab of the drawer; the history takes more room than the others.

        On a narrow screen it stands below the timeline, which comes to the front for it.
        """
        self.drawer = tab
        narrow = self.shape is not None and self.shape.narrow
        self.focus_zone("timeline" if narrow and self.zone != "drawer" else self.zone)
        self.lay_out()

    @property
    def keyed_list(self) -> str:
        """The side of the drawer in which keys move: at the right are watches, or writes."""
        right = self.drawer == "watches" or (self.drawer == "history" and self.plotted)
        return "watches" if right else "list"

    @property
    def shows_drawer(self) -> bool:
        """Whether there is a drawer in sight."""
        return self.shape is not None and self.shape.drawer > 0

    def edit_breakpoint(self, number: int) -> None:
        """Open the editor on a breakpoint."""
        self.stopping.edit(number)

    def zones(self) -> tuple[Zone, ...]:
        """The zones that tab walks, in order."""
        return TABS if self.shape is None or not self.shape.drawer else (*TABS, "drawer")

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """One key: a letter that was asked for, a digit of a count, or an action."""
        event.stop()
        event.prevent_default()
        self._key_at = time.perf_counter()
        if isinstance(self.app.screen, Modal):
            await hand_over(event, self.app.screen)
            return
        key = key_name(event.key, event.character)
        if self.letter is not None:
            take, self.letter = self.letter, None
            take(key)
            self.showing.footer()
            return
        if self.count.take(key):
            self.showing.footer()
            return
        action = self.keymap.action(key, self.zone)
        if action is None:
            self.count.spend()
            self.showing.footer()
            return
        self.perform(action, self.count.spend())

    def perform(self, action: Action, count: int | None = None) -> None:
        """Do an action; what it cannot do becomes a sentence in the header."""
        before = self.desk.position
        self._attempt(action, count)
        self.guide.saw(action, moved=self.desk.position != before)
        self.showing.guide()

    def _attempt(self, action: Action, count: int | None) -> None:
        reason = self.why_not(action.id)
        if reason:
            self.showing.say(reason, kind="warning")
            return
        try:
            self._do[action.id](count)
        except TtdebugError as error:
            self.showing.say(str(error), kind="warning")

    def perform_id(self, action_id: str, count: int | None = None) -> None:
        """Do an action by its id."""
        self.perform(BY_ID[action_id], count)

    def why_not(self, action_id: str) -> str | None:
        """Why an action can do nothing now."""
        why_not = self._why_not.get(action_id)
        return why_not() if why_not else None

    # Mouse

    @on(Minimap.Sought)
    def _sought(self, event: Minimap.Sought) -> None:
        self.showing.go(self.desk.at(event.seq))

    @on(Rule.TabPressed)
    def _tab_pressed(self, event: Rule.TabPressed) -> None:
        if event.tab in TABS:
            self.focus_zone(event.tab)
        else:
            self.drawer = event.tab
            self.focus_zone("drawer")
            self.lay_out()

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        name = event.lines.id or ""
        if name == "list":
            self.focus_zone("drawer")
        elif name == "watches":
            self.drawer = "watches"
            self.focus_zone("drawer")
        elif name in TABS:
            self.focus_zone(name)
        self.showing.point(event.lines, event.index)
        if event.twice:
            self.perform_id("choose")

    # Workers

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        if self.is_attached:
            event.loader.take(event)

    @on(LoadFailed)
    def _load_failed(self, event: LoadFailed) -> None:
        self.showing.say(event.fault, kind="error")

    @on(HitsCounted)
    def _hits_counted(self, event: HitsCounted) -> None:
        if self.is_attached:
            self.counting.take(event)

    @on(Grown)
    def _grown(self, event: Grown) -> None:
        if self.is_attached:
            self.following.take(event)

    @on(DriftFound)
    def _drift_found(self, event: DriftFound) -> None:
        if self.is_attached:
            self.drifting.take(event)

    @on(ScanProgressed)
    def _scan_progressed(self, event: ScanProgressed) -> None:
        if self.scans.running:
            self.showing.scanning(event.what, event.done, event.total)

    @on(ScanEnded)
    def _scan_ended(self, event: ScanEnded) -> None:
        if self.is_attached:
            self.scans.end(event)
