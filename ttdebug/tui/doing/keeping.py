"""What is kept or taken away: bookmarks, and text for the clipboard."""

from __future__ import annotations

from ttdebug.tui.clipboard import copy
from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.travelling import Count
from ttdebug.view import places


class KeepDoing(Doing):
    """Bookmarks by letter, and copies through the terminal (OSC 52), only ever on a key."""

    def do_mark(self, count: Count) -> None:
        """Bookmark this position."""
        self._ask(self._mark)

    def do_go_mark(self, count: Count) -> None:
        """Go to a bookmark."""
        self._ask(lambda letter: self.showing.follow(self.desk.navigator.to_mark(letter)))

    def no_go_mark(self) -> str | None:
        """Needs a bookmark."""
        return None if self.desk.navigator.bookmarks else "There are no bookmarks. m sets one"

    def _ask(self, take: object) -> None:
        def with_letter(letter: str) -> None:
            if len(letter) == 1 and letter.isalnum():
                take(letter)  # type: ignore[operator]  # one of the two above
            elif letter != "escape":
                self.showing.say("A bookmark is one letter or digit", kind="warning")

        self.screen.letter = with_letter
        self.showing.footer()

    def _mark(self, letter: str) -> None:
        self.desk.mark(letter)
        self.showing.timeline.rebuild()
        self.showing.map.rebuild()
        self.showing.say(f"Bookmark {letter} set at {self.desk.position.seq:,}")

    def do_copy(self, count: Count) -> None:
        """This position as a command that leads back here."""
        self._copy(places.command(self.desk.trace, self.desk.position))

    def do_copy_path(self, count: Count) -> None:
        """The selected path as a JSON Pointer."""
        if self.desk.selection.path is not None:
            self._copy(self.desk.selection.path)

    def no_copy_path(self) -> str | None:
        """Needs a path."""
        return None if self.desk.selection.path is not None else "No path is selected"

    def _copy(self, text: str) -> None:
        copy(self.screen.app, text)
        self.showing.say(f"Copied {text}")
