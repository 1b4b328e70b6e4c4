"""How the main screen is arranged: which part has the keys, what is open, and the room of each.

What room there is at a size stands in `ttdebug.tui.layout`; what a part shows in it elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.tui import layout
from ttdebug.tui.layout import SIDES, TABS, Shape, Zone
from ttdebug.tui.widgets.lines import Painted

if TYPE_CHECKING:
    from textual.geometry import Size

    from ttdebug.tui.screens.main import MainScreen


class Arrangement:
    """What stands where; `shape` is None until there was room for anything."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._desk = screen.desk
        self.zone: Zone = "timeline"
        """What has the keys."""
        self.tab: Zone = "diff"
        """The side pane at the front."""
        self.drawer = "breakpoints"
        """The tab of the drawer at the front."""
        self.plotted = True
        """Whether the history, if it is open, has a plot beside its writes."""
        self.maximised = False
        self.shape: Shape | None = None
        self._size: Size | None = None
        self._stale = False

    # Room

    def resized(self) -> None:
        """Another size, as far as it is one: everything is laid out again."""
        if self._screen.size != self._size:
            self.lay_out()

    def lay_out(self) -> None:
        """Give every part its rows and columns; what it shows follows once sizes are known."""
        screen, desk = self._screen, self._desk
        width, height = self._size = screen.size
        small = not layout.fits(width, height)
        for child in screen.children:
            if not child.has_class("-textual-system"):
                child.display = (child.id == "small") == small
        if small:
            screen.showing.too_small(width, height)
            return
        self.shape = layout.shape(
            width,
            height,
            self.zone,
            maximised=self.maximised,
            history=self.drawer == "history",
            plotted=self.plotted,
            listed=self.drawer in ("hits", "log"),
            watched=bool(desk.session.watches),
            rows=max(2, len(desk.points), len(desk.session.watches)),
        )
        self._give_room(self.shape)
        self._stale = True
        screen.refresh(layout=True)
        screen.call_after_refresh(self.fill)  # nobody paints a screen behind another

    def _give_room(self, shape: Shape) -> None:
        self._give("guide", height=1 if self._screen.guide.text else 0)
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

    def _give(self, name: str, *, width: int | None = None, height: int | None = None) -> None:
        widget = self._screen.query_one(f"#{name}")
        shown = width != 0 and height != 0
        if widget.display != shown:
            widget.display = shown
        if shown and width is not None:
            widget.styles.width = width
        if shown and height is not None:
            widget.styles.height = height

    def fill(self) -> set[Painted]:
        """Draw everything for the sizes the parts have now, if others were given since.

        Returns the parts to be painted. Called before each frame, so that none shows parts of one
        size with the rows of another.
        """
        if not self._stale or not self._screen.is_attached:
            return set()
        self._stale = False
        self._screen.showing.everything()
        return set(self._screen.query(Painted))

    # Focus

    def focus_zone(self, zone: Zone) -> None:
        """Give a pane the keys; a side pane comes to the front, a narrow screen changes its tab."""
        before, self.zone = self.zone, zone
        if zone in SIDES:
            self.tab = zone
        screen, keyed = self._screen, self.keyed_list
        for name in ("timeline", *SIDES, "causality"):
            screen.lines(name).light(lit=name == zone)
        screen.lines("list").light(lit=zone == "drawer" and keyed == "list")
        screen.lines("watches").light(lit=zone == "drawer" and keyed == "watches")
        if before != zone:
            self.lay_out()

    def focus_tab(self, tab: str) -> None:
        """Give a pane or a tab of the drawer the keys, by the word that stands on a rule."""
        if tab in TABS:
            self.focus_zone(tab)
            return
        self.drawer = tab
        self.focus_zone("drawer")
        self.lay_out()

    def focus_list(self, name: str) -> None:
        """Give the pane of a list the keys."""
        if name in TABS:
            self.focus_zone(name)
            return
        if name == "watches":
            self.drawer = "watches"
        self.focus_zone("drawer")

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

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The zones that tab walks, in order."""
        return TABS if self.shape is None or not self.shape.drawer else (*TABS, "drawer")
