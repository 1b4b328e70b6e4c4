"""Breakpoints: continue to them, set, list, switch, delete; and watches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ttdebug import paths
from ttdebug.replay.outcome import Moved
from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.travelling import Count
from ttdebug.view import frame
from ttdebug.view.gate import safe

if TYPE_CHECKING:
    from ttdebug.replay.breakpoints import Stop
    from ttdebug.replay.work import Work


class StopDoing(Doing):
    """Where to stop, and getting there."""

    def do_continue(self, count: Count) -> None:
        """To the next hit."""
        self._continue(count or 1, reverse=False)

    def do_reverse_continue(self, count: Count) -> None:
        """To the hit before."""
        self._continue(count or 1, reverse=True)

    def no_continue(self) -> str | None:
        """Needs somewhere to stop."""
        if any(point.enabled and point.kind != "log" for point in self.desk.points):
            return None
        return "No breakpoint is on. b sets one"

    no_reverse_continue = no_continue

    def _continue(self, count: int, *, reverse: bool) -> None:
        desk, began = self.desk, self.desk.position

        def scan(work: Work) -> Callable[[], None]:
            at, stop = began, None
            for _ in range(count):
                found = desk.points.next_stop(
                    at, reverse=reverse, progress=work.progress, cancelled=work.cancelled
                )
                if found.breakpoint is None:
                    stop = stop or found
                    break
                stop, at = found, found.position
            return lambda: self._stopped(stop, reverse=reverse)

        self.screen.scans.run("Going back" if reverse else "Going on", scan)

    def _stopped(self, stop: Stop | None, *, reverse: bool) -> None:
        desk = self.desk
        if stop is None:
            return
        desk.log += [(line.seq, line.text) for line in stop.logs]
        if stop.logs:
            self.showing.drawer.rules()
        if stop.breakpoint is None:
            where, other = (
                ("before", "c searches forward") if reverse else ("after", "C searches back")
            )
            self.showing.say(f"No hit {where} {desk.position.seq:,}. {other}", kind="warning")
            return
        told = frame.Stop(
            f"stopped by breakpoint {stop.breakpoint.number}",
            stop.reason,
            "breakpoint",
            f"breakpoint {stop.breakpoint.number}",
        )
        desk.selection.pin_to(stop.breakpoint)
        self.showing.follow(desk.navigator.follow(Moved(stop.position)), stop=told)
        if stop.breakpoint.temporary:
            self.showing.stops_changed()

    def do_break(self, count: Count) -> None:
        """Write a breakpoint, beginning with what this event is."""
        self._edit(None)

    def edit(self, number: int) -> None:
        """Change a breakpoint."""
        self._edit(number)

    def _edit(self, number: int | None) -> None:
        from ttdebug.tui.screens.breakpoint import BreakpointDialog

        dialog = BreakpointDialog(self.screen, number)
        self.screen.app.push_screen(dialog, self._edited)

    def _edited(self, go: bool | None) -> None:
        if go is not None:
            self.showing.stops_changed()
        if go:
            self.screen.perform_id("continue")

    def do_breakpoints(self, count: Count) -> None:
        """All breakpoints, to switch, edit and delete."""
        from ttdebug.tui.screens.breakpoints import BreakpointsDialog

        self.screen.app.push_screen(BreakpointsDialog(self.screen), self._listed)

    def _listed(self, number: int | None) -> None:
        self.showing.stops_changed()
        if number is not None:
            self._edit(number or None)

    def do_toggle_breakpoint(self, count: Count) -> None:
        """Switch the drawer's breakpoint on or off."""
        number = self.showing.drawer.breakpoint
        if number is not None:
            self.desk.points.enable(number, not self.desk.points[number].enabled)
            self.showing.stops_changed()

    def no_toggle_breakpoint(self) -> str | None:
        """Needs one under the cursor."""
        return None if self.showing.drawer.breakpoint is not None else "No breakpoint is chosen"

    def do_delete_row(self, count: Count) -> None:
        """Delete the drawer's breakpoint or watch."""
        self.showing.drawer.delete()

    def no_delete_row(self) -> str | None:
        """Needs a row that can go."""
        return None if self.showing.drawer.deletable else "Nothing here can be deleted"

    def do_map_watch(self, count: Count) -> None:
        """Draw the drawer's watch in the minimap, elsewhere the one after that which is drawn."""
        watches, mapped = self.desk.session.watches, self.desk.mapped_watch
        if not watches or mapped is None:
            return
        following = watches[(watches.index(mapped) + 1) % len(watches)]
        watch = self.desk.session.mapped = self.showing.drawer.watch or following
        self.showing.marks_changed()
        self.showing.drawer.follow()
        only = "" if len(watches) > 1 else ", the only watch"
        self.showing.say(f"The minimap shows {safe(watch)}{only}")

    def no_map_watch(self) -> str | None:
        """Needs a watch."""
        if self.desk.session.watches:
            return None
        return f"No watches. {self.showing.key_of('watch')} shows the selected path in them"

    def do_watch(self, count: Count) -> None:
        """Show the selected path's value in the watches."""
        pointer = self.desk.selection.pin()
        if pointer is None:
            return
        name = paths.dotted(self.desk.selection.named(pointer))
        told = "shown" if self.desk.add_watch(name) else "shown already"
        self.showing.stops_changed()
        self.showing.say(f"{safe(name)} is {told} in the watches", why=":watch stops on writes")

    def no_watch(self) -> str | None:
        """Needs a path."""
        return None if self.desk.selection.path is not None else "No path is selected"
