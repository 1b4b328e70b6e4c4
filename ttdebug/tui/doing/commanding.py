"""What the typed commands do; those that are another name for an action go there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from ttdebug import paths
from ttdebug.analyze.history import nothing_written
from ttdebug.analyze.standing import value_at
from ttdebug.errors import NotFoundError, TtdebugError, UsageError
from ttdebug.replay.names import named_timelines, no_timeline
from ttdebug.replay.points import Kind
from ttdebug.replay.writes import ever_written
from ttdebug.tui import commands
from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.comparing import CompareDoing
from ttdebug.tui.screens.prompt import PromptScreen, Question
from ttdebug.tui.session import Preferences, save_preferences
from ttdebug.tui.theme import PALETTES
from ttdebug.view import values
from ttdebug.view.gate import safe

_OFFERS: Final = 8


class CommandDoing(Doing):
    """The command line, the search line and the position line."""

    def do_command(self, count: int | None) -> None:
        """Type a command."""
        self.type("")

    def type(self, text: str) -> None:
        """Type a command that begins with `text`."""
        history = self._preferences.commands
        hint = "break, watch, last, diff, theme, 123, 50%…"
        self._ask(Question(":", hint, history, self._complete, text), self._typed)

    def do_search(self, count: int | None) -> None:
        """Type a text to search for."""
        hint = "text, or /a regular expression/"
        self._ask(Question("/", hint, self._preferences.searches), self._search)

    def do_goto(self, count: int | None) -> None:
        """Type a position; or go to the event whose number was typed before."""
        if count is not None:
            self.showing.follow(self.desk.navigator.seek(str(count)))
            return
        hint = "123, 50%, +12.5s, a time, 'a, fork-1:123"
        self._ask(Question("go to ", hint), self._goto)

    def _ask(self, question: Question, take: Callable[[str], None]) -> None:
        """Open a line to type; what it cannot be is told below it, and it stays to be mended."""

        def answered(text: str | None) -> None:
            if not text:
                return
            try:
                take(text)
            except TtdebugError as error:
                self._ask(question._replace(text=text, fault=error), take)

        self.screen.app.push_screen(PromptScreen(question), answered)

    @property
    def _preferences(self) -> Preferences:
        return self.screen.preferences

    # Answers

    def _search(self, text: str) -> None:
        self._remember(self._preferences.searches, text)
        self.screen.searching.search(text)

    def _typed(self, text: str) -> None:
        self._remember(self._preferences.commands, text)
        self.run_line(text)

    def _remember(self, kind: list[str], text: str) -> None:
        self._preferences.remember(kind, text)
        save_preferences(self._preferences)

    def run_line(self, text: str) -> None:
        """Run a typed command, or go to a typed position. Raises UsageError and NotFoundError."""
        if commands.is_position(text):
            self._goto(text)
            return
        typed = commands.parse(text)
        command, rest = typed.command, typed.rest
        if command.name == "find" and rest:
            self.screen.searching.search(rest)
        elif command.action:
            count = int(rest) if rest.isdigit() else None
            self.screen.perform_id(command.action, count)
        else:
            getattr(self, f"_{command.name}")(rest)

    # Commands, by their names

    def _break(self, rest: str) -> None:
        self._set("break", condition=_without_if(rest))

    def _tbreak(self, rest: str) -> None:
        self._set("break", condition=_without_if(rest), temporary=True)

    def _log(self, rest: str) -> None:
        template, condition = _template(rest)
        self._set("log", condition=condition or "true", log=template)

    def _set(
        self, kind: Kind, *, condition: str, log: str | None = None, temporary: bool = False
    ) -> None:
        point = self.desk.points.add(kind, condition=condition, log=log, temporary=temporary)
        self._remember(self._preferences.conditions, condition)
        self.showing.stops_changed()
        self.showing.say(f"Breakpoint {point.number} set")

    def _watch(self, rest: str) -> None:
        path, _, condition = rest.partition(" if ")
        self._written(path)
        point = self.desk.points.add("watch", path=path, condition=condition or None)
        self.desk.add_watch(path)
        self.showing.stops_changed()
        told = f"Breakpoint {point.number} stops on writes of {path}"
        self.showing.say(told, why=f"{self.showing.key_of('watch')} only shows a value")

    def _delete(self, rest: str) -> None:
        number = _number(rest)
        self.desk.points.remove(number)
        self.showing.stops_changed()
        self.showing.say(f"Breakpoint {number} deleted")

    def _enable(self, rest: str) -> None:
        self._switch(_number(rest), on=True)

    def _disable(self, rest: str) -> None:
        self._switch(_number(rest), on=False)

    def _switch(self, number: int, *, on: bool) -> None:
        self.desk.points.enable(number, on)
        self.showing.stops_changed()
        self.showing.say(f"Breakpoint {number} is {'on' if on else 'off'}")

    def _ignore(self, rest: str) -> None:
        from ttdebug.replay.conditions.counting import compile_hits

        first, _, count = rest.partition(" ")
        number = _number(first)
        when = compile_hits(f"ignore {_number(count)}")
        self.desk.points.put(replace(self.desk.points[number], when=when))
        self.showing.stops_changed()
        self.showing.say(f"Breakpoint {number} ignores {count} hits")

    def _whynot(self, rest: str) -> None:
        self.screen.asking.why_not(_without_if(rest))

    def _explain(self, rest: str) -> None:
        self.screen.asking.explain(_without_if(rest))

    def _last(self, rest: str) -> None:
        path, agent = self._written(rest), self.desk.owner
        selection = self.desk.selection
        selection.pinned = selection.standing(path) or selection.pinned
        self.screen.scans.travel(lambda nav, work: nav.write(path, -1, agent=agent, work=work))

    def _diff(self, rest: str) -> None:
        CompareDoing(self.screen).diff(rest)

    def _compare(self, rest: str) -> None:
        CompareDoing(self.screen).compare(rest)

    def _align(self, rest: str) -> None:
        CompareDoing(self.screen).align(rest)

    def _context(self, rest: str) -> None:
        CompareDoing(self.screen).context(rest)

    def _checkpoints(self, rest: str) -> None:
        self.screen.searching.checkpoints(rest)

    def _drift(self, rest: str) -> None:
        self.screen.drifting.list()

    def _goto(self, rest: str) -> None:
        self.showing.follow(self.desk.navigator.seek(rest))

    def _follow(self, rest: str) -> None:
        self.showing.say(self.screen.following.tail())

    def _reopen(self, rest: str) -> None:
        if str(self.desk.trace.source_path) == "-":
            raise UsageError("What came through a pipe cannot be read again")
        self.screen.reopen("Opened again")

    def _mark(self, rest: str) -> None:
        if len(rest) != 1 or not rest.isalnum():
            raise UsageError("A bookmark is one letter or digit")
        self.desk.mark(rest)
        self.showing.marks_changed()
        self.showing.say(f"Bookmark {rest} set at {self.desk.position.seq:,}")

    def _timeline(self, rest: str) -> None:
        found = named_timelines(self.desk.trace, rest)
        if not found:
            raise no_timeline(self.desk.trace, rest, self.desk.run.id)
        here = [line for line in found if line.run == self.desk.run.id] or found
        self.showing.follow(self.desk.navigator.switch(here[0].id))

    def _print(self, rest: str) -> None:
        value = value_at(self.desk.trace, self.desk.position, paths.parse(rest))
        told = values.short(value, 400)
        self.desk.log.append((self.desk.position.seq, f"{rest} = {told}"))
        self.arrangement.open_drawer("log")
        self.showing.say(f"{safe(rest)} is {told}")

    def _history(self, rest: str) -> None:
        self.desk.selection.pinned = self._pointer(rest)
        self.arrangement.open_drawer("history")

    def _why(self, rest: str) -> None:
        self.desk.selection.pinned = self._pointer(rest)
        self.screen.perform_id("why")

    def _info(self, rest: str) -> None:
        if rest.startswith("b"):
            self.screen.perform_id("breakpoints")
            return
        run, trace = self.desk.run, self.desk.trace
        told = run.fidelity or f"{len(run.agents)} agents, {len(run.timelines)} timelines"
        self.showing.say(f"{trace.format}, {trace.last_seq:,} events. {safe(told)}")

    def _theme(self, rest: str) -> None:
        if rest not in PALETTES:
            raise UsageError(f"No theme {rest}. There are {', '.join(PALETTES)}")
        self.screen.repaint(theme=rest)

    def _ascii(self, rest: str) -> None:
        self.screen.repaint(glyphs=rest in ("off", "no", "0"))

    # Paths

    def _written(self, text: str) -> paths.Path:
        """A typed path; raises NotFoundError that names the nearest if nobody ever wrote it."""
        path, trace = paths.parse(text), self.desk.trace
        if not trace.live and not ever_written(trace, path):
            raise NotFoundError(nothing_written(trace, path))
        return path

    def _pointer(self, text: str) -> str:
        """A typed path as a pointer into the state here, or as it would be."""
        found = self.desk.selection.standing(self._written(text))
        if found is None:
            raise NotFoundError(f"{text} does not exist here")
        return found

    # Completion

    def _complete(self, text: str) -> Sequence[str]:
        return commands.complete(text, self._candidates, _OFFERS)

    def _candidates(self, kind: commands.Argument, typed: str) -> Sequence[str]:
        from ttdebug.tui.completing import completions

        if kind == "theme":
            return [name for name in PALETTES if name.startswith(typed)]
        if kind == "timeline":
            names = (line.name for line in self.desk.trace.timelines.values())
            return [name for name in names if name.startswith(typed)]
        if kind == "number":
            return [str(one.number) for one in self.desk.points if str(one.number) != typed]
        if kind == "path":
            return completions(self.desk, typed)
        if kind == "condition":
            return [f"state.{one}" for one in completions(self.desk, typed.removeprefix("state."))]
        return []


def _without_if(text: str) -> str:
    return text.removeprefix("if ").strip()


def _number(text: str) -> int:
    if not text.strip().isdigit():
        raise UsageError(f"{text or 'Nothing'} is no number")
    return int(text)


def _template(text: str) -> tuple[str, str]:
    """A quoted template and the condition after `if`."""
    quote = text[:1]
    if quote not in ("'", '"') or quote not in text[1:]:
        raise UsageError('log needs a text in quotes, such as log "{event.seq}: {state.x}"')
    end = text.index(quote, 1)
    return text[1:end], _without_if(text[end + 1 :].strip())
