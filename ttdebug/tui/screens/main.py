"""The one screen of panes: holds its parts and sends keys to their actions.

What an action does stands in `ttdebug.tui.doing`, what a pane shows in `ttdebug.tui.showing`, and
where it stands in `ttdebug.tui.arrangement`.
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
from ttdebug.tui import doing
from ttdebug.tui.actions import ACTIONS, BY_ID, Action
from ttdebug.tui.arrangement import Arrangement
from ttdebug.tui.asking import Asking
from ttdebug.tui.compositing import SideBySide
from ttdebug.tui.counting import Counting, HitsCounted
from ttdebug.tui.doing.stopping import StopDoing
from ttdebug.tui.drifting import DriftFound, Drifting
from ttdebug.tui.fate import Fate, Looked
from ttdebug.tui.following import Following, Grown
from ttdebug.tui.guide import Guide
from ttdebug.tui.keymap import Count, Keymap, key_name
from ttdebug.tui.layout import SIDES
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
    from ttdebug.tui.app import DebuggerApp, TerminalApp
    from ttdebug.tui.desk import Desk
    from ttdebug.view.tour import Hint

Do = Callable[[int | None], None]
WhyNot = Callable[[], str | None]


class MainScreen(Screen[None], inherit_bindings=False):
    """Timeline, Diff/State/Event and Causality under a minimap and above a drawer."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = None

    def __init__(
        self, desk: Desk, guide: Sequence[Hint] = (), *, follow: bool = False, told: str = ""
    ) -> None:
        super().__init__()
        self.told = told
        self.desk = desk
        self.guide = Guide(guide)
        self.keymap = Keymap.load()
        self.arrangement = Arrangement(self)
        self._compositor = SideBySide(self.arrangement.fill)
        self.count = Count()
        self.letter: Callable[[str], None] | None = None
        self.scans = Scans(self)
        self.counting = Counting(self)
        self.searching = Searching(self)
        self.drifting = Drifting(self)
        self.asking = Asking(self)
        self.player = Playback(self)
        self.fate = Fate(self)
        self.following = Following(self, tailing=follow)
        self.showing = Showing(self)
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
        """Have the first frame show everything; count hits and look for drift once it is there."""
        self.arrangement.lay_out()
        self.call_after_refresh(self.counting.start)
        self.call_after_refresh(self.drifting.start)
        self.following.start()
        if self.told:
            self.showing.say(self.told, kind="warning")

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

    def reopen(self, told: str) -> None:
        """Read the file again from its beginning, and say why."""
        app: DebuggerApp = self.app  # type: ignore[assignment]  # it holds this screen
        app.leave_to_reopen(told)

    def edit_breakpoint(self, number: int) -> None:
        """Open the editor on a breakpoint."""
        self.stopping.edit(number)

    # Sizes

    def on_resize(self, event: events.Resize) -> None:
        """Perhaps another size."""
        self.arrangement.resized()

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
        action = self.keymap.action(key, self.arrangement.zone)
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
        self.arrangement.focus_tab(event.tab)

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        self.arrangement.focus_list(event.lines.id or "")
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

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if self.is_attached:
            self.fate.take(event)

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
