"""Notices what becomes of the file of a recording that nobody is seen writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from textual.message import Message

from ttdebug.errors import OverwrittenError, TtdebugError

if TYPE_CHECKING:
    from textual.timer import Timer

    from ttdebug.tui.screens.main import MainScreen

Word: TypeAlias = Literal["", "deleted", "replaced", "changed"]
_Status: TypeAlias = tuple[int, int, int, int]

OVERWRITTEN: Final = "The file was overwritten. Here is what it holds now"
_LOOK: Final = 1.0
"""Seconds between two looks."""
_TOLD: Final[dict[Word, tuple[str, str, str]]] = {
    "deleted": ("The file was deleted. What it held stays here", "", "What it held stays here"),
    "replaced": (
        "The file was replaced. Here is what it held",
        ":reopen shows the new one",
        ":reopen shows the new one",
    ),
    "changed": (
        "The file has changed since it was read",
        ":reopen reads it again",
        ":reopen reads it again",
    ),
}
"""For each word what is said, what to do, and what remains of both in a narrow header."""


class Looked(Message):
    """A look is over: what became of the file, and whether it is being recorded to again."""

    def __init__(self, word: Word, *, again: bool = False, overwritten: bool = False) -> None:
        super().__init__()
        self.word = word
        self.again = again
        self.overwritten = overwritten


class Fate:
    """Looks at the file now and then; `word` is what became of it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._trace = screen.desk.trace
        self._timer: Timer | None = None
        self._looking = False
        self._status = self._status_now()
        self.word: Word = ""

    def start(self) -> None:
        """Look from now on."""
        self._status = self._status_now() or self._status
        if self._timer is None and self._status is not None:
            self._timer = self._screen.set_interval(_LOOK, self._look)

    def stop(self) -> None:
        """Leave it to somebody who looks more often."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = None

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            self._screen.run_worker(self._find, group="fate", thread=True)

    def _find(self) -> None:
        try:
            found = self._found()
        except OverwrittenError:
            found = Looked("changed", overwritten=True)
        except (TtdebugError, OSError):  # being written in a way that cannot be read yet
            found = Looked(self.word)
        self._screen.post_message(found)

    def _found(self) -> Looked:
        status, known = self._status_now(), self._status
        if status is None or known is None:
            return Looked("deleted")
        if status == known:
            return Looked(self.word if self.word == "changed" else "")
        if self._trace.path != self._trace.source_path:
            return Looked("changed")
        if status[:2] != known[:2]:
            return Looked("replaced")
        grew = self._trace.relocate(self._trace.path)
        self._status = status
        return Looked("", again=grew or self._trace.live)

    def take(self, message: Looked) -> None:
        """Say what is new."""
        self._looking = False
        if message.overwritten:
            self._screen.reopen(OVERWRITTEN)
        elif message.again:
            self.stop()
            self._screen.following.resume()
        elif message.word != self.word:
            self.tell(message.word)

    def tell(self, word: Word) -> None:
        """Say what became of the file; the header keeps the word."""
        self.word = word
        if word:
            told, why, brief = _TOLD[word]
            self._screen.showing.say(told, kind="warning", why=why, brief=brief)
        else:
            self._screen.showing.header()

    def tell_gone(self) -> None:
        """Say what became of a file that its reader missed."""
        self.tell("deleted" if self._status_now() is None else "replaced")

    def _status_now(self) -> _Status | None:
        try:
            found = self._trace.source_path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
