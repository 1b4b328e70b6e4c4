"""Every action once: its keys, its words and where it works.

Footer, help, palette, key overrides and the README's key table are all made from this list.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ttdebug.tui.layout import Zone

EVERYWHERE: Final[frozenset[Zone]] = frozenset(
    ("timeline", "diff", "state", "event", "causality", "drawer")
)
EVENTS: Final[frozenset[Zone]] = frozenset(("timeline", "diff", "event"))
LISTS: Final[frozenset[Zone]] = frozenset(("state", "causality", "drawer"))
SIDE: Final[frozenset[Zone]] = frozenset(("diff", "state"))


class Action(NamedTuple):
    """Something a person can do: a stable id, default keys, and words for it."""

    id: str
    keys: tuple[str, ...]
    title: str
    group: str
    zones: frozenset[Zone] = EVERYWHERE
    counts: bool = False

    @property
    def method(self) -> str:
        """The name of the method that does it."""
        return "do_" + self.id.replace("-", "_")


def _a(
    name: str,
    keys: str,
    title: str,
    group: str,
    zones: frozenset[Zone] = EVERYWHERE,
    *,
    counts: bool = False,
) -> Action:
    return Action(name, tuple(keys.split()), title, group, zones, counts)


STEP, STOP, JUMP, LOOK, MARK, SCREEN = "Step", "Stop", "Jump", "Look", "Keep", "Screen"

_TREE: Final[frozenset[Zone]] = frozenset(("state",))
_CAUSES: Final[frozenset[Zone]] = frozenset(("causality",))
_DRAWER: Final[frozenset[Zone]] = frozenset(("drawer",))

ACTIONS: Final[tuple[Action, ...]] = (
    _a("next-event", "j down", "next event", STEP, EVENTS, counts=True),
    _a("previous-event", "k up", "previous event", STEP, EVENTS, counts=True),
    _a("next-row", "j down", "next row of this pane", STEP, LISTS, counts=True),
    _a("previous-row", "k up", "previous row of this pane", STEP, LISTS, counts=True),
    _a("next-change", "right", "next state change", STEP, EVENTS | _CAUSES, counts=True),
    _a(
        "previous-change",
        "left",
        "previous state change",
        STEP,
        EVENTS | _CAUSES,
        counts=True,
    ),
    _a("unfold", "right", "unfold, then go inside", STEP, _TREE),
    _a("fold", "left", "fold, then go to the parent", STEP, _TREE),
    _a("step-over", "n", "step over: next event at this level", STEP, counts=True),
    _a("step-over-back", "N", "step over, backwards", STEP, counts=True),
    _a("step-in", "s", "step into the span", STEP, counts=True),
    _a("step-in-back", "S", "step into the span before", STEP, counts=True),
    _a("step-out", "f", "finish: the end of this span", STEP, counts=True),
    _a("step-out-back", "F", "back out: before this span began", STEP, counts=True),
    _a("next-of-agent", ")", "next event of this agent", STEP, counts=True),
    _a("previous-of-agent", "(", "previous event of this agent", STEP, counts=True),
    _a("parent", "u", "the enclosing span", STEP, counts=True),
    _a("page-down", "pagedown ctrl+d", "a page down", STEP),
    _a("page-up", "pageup ctrl+u", "a page up", STEP),
    _a("continue", "c f5", "continue to the next hit", STOP, counts=True),
    _a("reverse-continue", "C shift+f5", "reverse-continue to the hit before", STOP, counts=True),
    _a("next-error", "e", "next error", STOP, counts=True),
    _a("previous-error", "E", "previous error", STOP, counts=True),
    _a("break", "b", "set a breakpoint, prefilled from this event", STOP),
    _a("breakpoints", "B", "all breakpoints", STOP),
    _a("toggle-breakpoint", "x", "breakpoint on or off", STOP, _DRAWER),
    _a("delete-row", "d", "delete this breakpoint or watch", STOP, _DRAWER),
    _a("map-watch", "V", "show this watch, or the next one, in the minimap", LOOK),
    _a("watch", "w", "show the selected path's value in the watches", LOOK),
    _a("search", "/", "search the text of all events", JUMP),
    _a("next-hit", ".", "next hit of the search", JUMP, counts=True),
    _a("previous-hit", ",", "previous hit of the search", JUMP, counts=True),
    _a("next-write", "]", "next write of the selected path", JUMP, counts=True),
    _a("previous-write", "[", "previous write of the selected path", JUMP, counts=True),
    _a("cause", "{", "go to the cause", JUMP, counts=True),
    _a("effect", "}", "go to the effect", JUMP, counts=True),
    _a("back", "<", "back in the jump history", JUMP, counts=True),
    _a("forward", ">", "forward in the jump history", JUMP, counts=True),
    _a("start", "g home", "the start", JUMP),
    _a("end", "G end", "the end; after a number, that event", JUMP),
    _a("timelines", "Y", "timelines and runs, to go to one", JUMP),
    _a("goto", "t", "go to an event, a time or a percentage", JUMP),
    _a("mark", "m", "bookmark this position with a letter", MARK),
    _a("go-mark", "'", "go to a bookmark", MARK),
    _a("anchor", "a", "set the diff anchor here", LOOK),
    _a("clear-anchor", "A", "clear the diff anchor", LOOK),
    _a("compare", "=", "compare the anchor with here, side by side", LOOK),
    _a("context", "M", "what the model was told, beside the call before", LOOK),
    _a("next-path", "J", "next row beside the timeline", LOOK, counts=True),
    _a("previous-path", "K", "previous row beside the timeline", LOOK, counts=True),
    _a("why", "W", "why this value", LOOK),
    _a("history", "H", "history of the selected path", LOOK),
    _a("choose", "enter", "go to this row's event, or open it", LOOK),
    _a("unchanged", "o", "show or fold what did not change", LOOK),
    _a("waterfall", "v", "causes as a tree or as a waterfall", LOOK),
    _a("copy", "y", "copy this position as a command", MARK, EVERYWHERE - SIDE),
    _a("copy-path", "y", "copy the selected path", MARK, SIDE),
    _a("play", "space", "play or pause recorded time", STEP),
    _a("faster", "+", "play faster; paused: zoom the minimap in", STEP),
    _a("slower", "-", "play slower; paused: zoom the minimap out", STEP),
    _a("next-pane", "tab", "next pane", SCREEN),
    _a("previous-pane", "shift+tab", "previous pane", SCREEN),
    _a("next-tab", "right", "next tab of the drawer", SCREEN, _DRAWER),
    _a("previous-tab", "left", "previous tab of the drawer", SCREEN, _DRAWER),
    _a("pane-timeline", "L", "the list of events", SCREEN),
    _a("pane-diff", "D", "the diff", SCREEN),
    _a("pane-state", "T", "the state as a tree", SCREEN),
    _a("pane-event", "I", "inspect the event", SCREEN),
    _a("pane-causality", "R", "the reasons: causes and effects", SCREEN),
    _a("maximise", "z", "this pane alone, and back", SCREEN),
    _a("command", ":", "command line", SCREEN),
    _a("palette", "ctrl+p", "all commands", SCREEN),
    _a("help", "? f1", "help for this pane", SCREEN),
    _a("stop", "escape ctrl+c", "stop what is running; close", SCREEN),
    _a("quit", "q ctrl+q", "quit", SCREEN),
)

BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}


class Hint(NamedTuple):
    """A place in the footer: actions shown together, in a few words; `short` where room is rare."""

    ids: tuple[str, ...]
    words: str
    short: str = ""


HINTS: Final[tuple[Hint, ...]] = (
    Hint(("stop",), "{stop}"),
    Hint(("clear-anchor",), "clear anchor"),
    Hint(("next-event", "previous-event"), "event"),
    Hint(("next-row", "previous-row"), "{row}"),
    Hint(("next-change", "previous-change"), "change"),
    Hint(("unfold", "fold"), "unfold / fold"),
    Hint(("next-tab", "previous-tab"), "tab"),
    Hint(("choose",), "{choose}"),
    Hint(("continue", "reverse-continue"), "continue / reverse", "continue"),
    Hint(("previous-hit", "next-hit"), "hits of the search", "hits"),
    Hint(("previous-write", "next-write"), "writes of {path}", "writes"),
    Hint(("toggle-breakpoint",), "on / off"),
    Hint(("delete-row",), "delete"),
    Hint(("cause", "effect"), "cause / effect", "cause"),
    Hint(("why",), "why"),
    Hint(("unchanged",), "{unchanged}"),
    Hint(("break",), "break"),
    Hint(("watch",), "watch"),
    Hint(("anchor",), "anchor"),
    Hint(("history",), "history"),
    Hint(("search",), "search"),
    Hint(("next-pane",), "pane"),
)
RIGHT_HINTS: Final[tuple[Hint, ...]] = (Hint(("help",), "help"), Hint(("command",), "command"))
