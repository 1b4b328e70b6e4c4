"""The words of the command line: gdb's where gdb has one. Parsing and completing only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final, Literal, NamedTuple

from ttdebug.errors import UsageError
from ttdebug.tui.theme import PALETTES

Argument = Literal["", "condition", "path", "position", "number", "timeline", "theme", "text"]


class Command(NamedTuple):
    """A word with its short forms, what follows it, and what it does."""

    name: str
    short: tuple[str, ...]
    argument: Argument
    usage: str
    does: str
    action: str = ""
    """The action it is another name for, if any."""


def _c(words: str, argument: Argument, usage: str, does: str, action: str = "") -> Command:
    name, *short = words.split()
    return Command(name, tuple(short), argument, usage, does, action)


COMMANDS: Final[tuple[Command, ...]] = (
    _c("break b", "condition", "CONDITION", "stop where it hits"),
    _c("tbreak tb", "condition", "CONDITION", "stop there once"),
    _c("watch w", "path", "PATH", "stop on any write of it, and show it in the watches"),
    _c("log", "text", '"{event.seq}: {state.x}" [if CONDITION]', "collect lines, never stop"),
    _c("delete d", "number", "NUMBER", "delete a breakpoint"),
    _c("enable", "number", "NUMBER", "switch a breakpoint on"),
    _c("disable", "number", "NUMBER", "switch a breakpoint off"),
    _c("ignore", "number", "NUMBER COUNT", "stop only after so many hits"),
    _c("continue c", "", "", "go to the next hit", "continue"),
    _c("rc reverse-continue", "", "", "go to the hit before", "reverse-continue"),
    _c("next n", "", "", "step over", "step-over"),
    _c("rn reverse-next", "", "", "step over, backwards", "step-over-back"),
    _c("step s", "", "", "step in", "step-in"),
    _c("rs reverse-step", "", "", "step in, backwards", "step-in-back"),
    _c("finish fin", "", "", "to the end of this span", "step-out"),
    _c("up", "", "", "to the enclosing span", "parent"),
    _c("last", "path", "PATH", "go to the last write of a path before here"),
    _c("diff", "position", "A [B]", "how two positions differ, B is here or another file's"),
    _c("compare", "text", "FILE[@POSITION]", "the state here beside another recording's"),
    _c("align", "timeline", "TIMELINE|FILE", "what was done here and there, side by side"),
    _c("context", "position", "[CALL]", "what the model was told, beside an earlier call"),
    _c("whynot", "condition", "[CONDITION]", "why it does not hit here, and what came nearest"),
    _c("explain", "condition", "[CONDITION]", "how its hits are found, and what that takes"),
    _c("find", "text", "TEXT", "search all events", "search"),
    _c("drift", "", "", "list where the run went astray, by rules", ""),
    _c("goto go", "position", "POSITION", "123, 50%, +12.5s, a time, 'a, fork-1:123"),
    _c("follow", "", "", "stay at the end of a recording that grows"),
    _c("reopen", "", "", "read a file that changed again"),
    _c("mark", "text", "LETTER", "bookmark this position"),
    _c("timeline switch", "timeline", "NAME", "go to another timeline"),
    _c("timelines runs", "", "", "all timelines and runs, to go to one or compare it", "timelines"),
    _c("checkpoints", "text", "[KIND|NAME|TAG]", "list the checkpoints, for , and ."),
    _c("print p", "path", "PATH", "show a value in the log"),
    _c("history", "path", "PATH", "all writes of a path"),
    _c("why", "path", "PATH", "who wrote it, and what led there"),
    _c("info", "text", "[breakpoints|run]", "what is set; what this run is"),
    _c("theme", "theme", "|".join(PALETTES), "colours"),
    _c("ascii", "text", "on|off", "glyphs or plain characters"),
    _c("help h", "", "", "keys and commands", "help"),
    _c("quit q", "", "", "leave", "quit"),
)

BY_WORD: Final[dict[str, Command]] = {
    word: command for command in COMMANDS for word in (command.name, *command.short)
}


class Line(NamedTuple):
    """A command with what follows it."""

    command: Command
    rest: str


def parse(text: str) -> Line:
    """The command in a line; raises UsageError that names the nearest word."""
    word, _, rest = text.strip().partition(" ")
    command = BY_WORD.get(word)
    if command is None:
        near = get_close_matches(word, BY_WORD, n=1)
        hint = f"Did you mean {near[0]}" if near else "? lists the commands"
        raise UsageError(f"No command {word[:40]}. {hint}")
    rest = rest.strip()
    if command.argument and not rest and not command.usage.startswith("["):
        raise UsageError(f"{command.name} needs {command.usage}")
    return Line(command, rest)


def is_position(text: str) -> bool:
    """Whether a line is no command but a place to go to: 123, 50%, +12.5s, 'a, fork-1:123."""
    word = text.strip().partition(" ")[0]
    if word in BY_WORD:
        return False
    return word in ("start", "end") or ":" in word or word[:1] in tuple("0123456789+-'")


Candidates = Callable[[Argument, str], Sequence[str]]
"""What can follow a command, given the kind of argument and what was typed of it."""


def complete(text: str, candidates: Candidates, limit: int = 8) -> list[str]:
    """Whole lines that the text can become, best first."""
    word, space, rest = text.partition(" ")
    if not space:
        names = [command.name for command in COMMANDS if command.name.startswith(word)]
        return [name + (" " if BY_WORD[name].argument else "") for name in names][:limit]
    command = BY_WORD.get(word)
    if command is None:
        return []
    head, _, typed = rest.rpartition(" ")
    start = f"{word} {head} " if head else f"{word} "
    return [start + candidate for candidate in candidates(command.argument, typed)][:limit]
