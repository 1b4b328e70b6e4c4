"""The breakpoint editor: a condition checked while it is typed, and where it would stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from ttdebug.errors import TtdebugError
from ttdebug.model import MISSING
from ttdebug.replay import points
from ttdebug.replay.completion import Candidate, complete
from ttdebug.replay.points import AnyPoint
from ttdebug.tui.screens.checking import Checked, Checking
from ttdebug.tui.screens.conditions import highlight, prefilled
from ttdebug.tui.screens.dialog import Dialog
from ttdebug.tui.screens.previews import preview_lines
from ttdebug.tui.widgets.field import Field
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import cells, line, numbers, values
from ttdebug.view.frame import Key
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import NOWHERE, FixedRows, Line, span

if TYPE_CHECKING:
    from ttdebug.tui.screens.main import MainScreen

_ANY: Final = "any"
_STOP: Final = "stop"
_KEEP: Final = ("until deleted", "once")
_FIELDS: Final = ("agent", "timeline", "hits", "then", "keep")
_LABELS: Final = ("agent", "timeline", "stop when", "then", "keep")
_SHARES: Final = (16, 17, 21, 22, 24)
_OFFERS_WIDTH: Final = 52


class BreakpointDialog(Dialog[bool]):
    """Dismisses with True to go to the first hit, False if it was only set, None if not."""

    WIDEST = 96
    TALLEST = 26
    KEYS_TOLD = (
        ("enter", "set it"),
        ("ctrl+g", "set it and go to the next hit"),
        ("tab shift+tab", "next / previous field; in a list of completions, take one"),
        ("↓ ↑", "through completions; without them, conditions typed before"),
        ("ctrl+space", "what could stand here"),
        ("esc", "close the completions; without them, leave it unset"),
        ("agent", "whose events count, or any"),
        ("timeline", "where, or any"),
        ("stop when", "which hits stop: hits >= 3, hits == 5, ignore 2"),
        ("then", 'stop, or log "{event.seq}: {state.x}" to collect lines'),
        ("keep", "until deleted, or once"),
    )
    OFFERS: ClassVar[int] = 5

    def __init__(self, screen: MainScreen, number: int | None) -> None:
        super().__init__()
        self._page = screen
        self._point: AnyPoint | None = screen.desk.points[number] if number is not None else None
        self._checking = Checking(self, screen.desk)
        self._checked: Checked | None = None
        self._offers: list[Candidate] = []
        self._start = 0
        self._taken = ""

    def compose(self) -> ComposeResult:
        """The panel, and the list of completions above it."""
        yield from super().compose()
        offers_list = VirtualLines("completions")
        offers_list.page_token = "sel"
        yield offers_list

    def parts(self) -> Sequence[Widget]:
        """Title, condition with its verdict, the small fields in a row, the preview."""
        desk, point = self._page.desk, self._point
        text = prefilled(desk) if point is None else _condition_of(point)
        history = self._page.preferences.conditions
        fields = Horizontal(*self._small_fields(point), id="fields")
        return [
            LineBox("heading"),
            Field("condition", text, history=history, highlight=highlight, selected=point is None),
            LineBox("verdict"),
            LineBox("labels"),
            fields,
            LineBox("preview"),
        ]

    def _small_fields(self, point: AnyPoint | None) -> list[Field]:
        line_name = self._page.desk.timeline.name
        when = point.when.text if point and point.when else "hits >= 1"
        log = f'log "{point.log.text}"' if point and point.log else _STOP
        texts = (
            (point.agent or _ANY) if point else _ANY,
            (point.timeline or _ANY) if point else line_name,
            when,
            log,
            _KEEP[1] if point and point.temporary else _KEEP[0],
        )
        return [Field(name, text) for name, text in zip(_FIELDS, texts, strict=True)]

    def keys(self) -> Sequence[Key]:
        """Setting, going there, moving between fields."""
        if self._offers:
            return [Key("tab", "take it"), Key("↑ ↓", "choose"), Key("esc", "close the list")]
        return [
            Key("enter", "set"),
            Key("ctrl+g", "set and go to the next hit"),
            Key("tab", "next field"),
            Key("esc", "cancel"),
            Key("f1", "help"),
        ]

    def on_mount(self) -> None:
        """Type at once."""
        super().on_mount()
        self._field("condition").focus()

    def on_resize(self, event: events.Resize) -> None:
        """The row of small fields shares the width."""
        super().on_resize(event)
        for name, share in zip(_FIELDS, _SHARES, strict=True):
            self._field(name).styles.width = f"{share}fr"

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    def redraw(self) -> None:
        """Draw what stands around the fields, and check."""
        super().redraw()
        width = self.inner_width
        number = self._point.number if self._point else self._page.desk.next_number
        title = "New breakpoint" if self._point is None else "Edit breakpoint"
        head = line.sides([span(title, "fg bold")], [span(f"number {number}", "dim")], width)
        self.box("heading").show([(), head, (), (span("condition", "dim"),)])
        labels = []
        for name, label in zip(_FIELDS, _LABELS, strict=True):
            room = self._field(name).size.width + 1
            labels.append(span(cells.pad(label, room), "dim"))
        self.box("labels").show([(), line.fit(labels, width)])
        self._check()

    # Typing

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        if isinstance(event, Field.Submitted):
            return
        self._check()
        if event.field.id == "condition" and event.field.text != self._taken:
            self._offer()

    def _check(self) -> None:
        """Read all fields; the count follows from a worker."""
        try:
            point = self._made()
        except TtdebugError as error:
            self._checking.forget()
            self._show(Checked.fault(error))
            return
        self._show(Checked.reading(point))
        self._checking.start(point)

    @on(Checking.Done)
    def _counted(self, event: Checking.Done) -> None:
        if self._checking.wanted(event):
            self._show(event.checked)

    def _made(self) -> AnyPoint:
        agent, timeline, hits, then, keep = (self._field(name).text.strip() for name in _FIELDS)
        log = then.removeprefix("log").strip().strip('"') if then != _STOP else None
        number = self._point.number if self._point else self._page.desk.next_number
        return points.make(
            "log" if log else "break",
            number=number,
            condition=self._field("condition").text,
            enabled=self._point.enabled if self._point else True,
            agent=None if agent in (_ANY, "") else agent,
            timeline=None if timeline in (_ANY, "") else timeline,
            hits=None if hits in ("", "hits >= 1") else hits,
            temporary=keep == _KEEP[1],
            log=log,
        )

    def _show(self, checked: Checked) -> None:
        self._checked = checked
        width = self.inner_width
        self.box("verdict").show(checked.verdict(width))
        self.box("preview").show(preview_lines(self._page.desk, checked, width))
        self.show_keys()

    # Completing

    def _offer(self) -> None:
        """What could stand at the cursor, with values and numbers of writes."""
        field, desk = self._field("condition"), self._page.desk
        found = complete(field.text, field.at, desk.trace, desk.position)
        typed = field.text[found.start : field.at]
        fitting = [one for one in found.candidates if one.insert != typed]
        self._start = found.start
        self._offers = fitting[: self.OFFERS] if typed.strip(" ") else []
        lines = self.query_one("#completions", VirtualLines)
        lines.display = bool(self._offers)
        if self._offers:
            width = min(_OFFERS_WIDTH, self.inner_width)
            rows = [(_offer_line(one, width), NOWHERE) for one in self._offers]
            lines.styles.height, lines.styles.width = len(rows), width
            above = self._field(_FIELDS[0]).region
            x = min(field.region.x + 2 + found.start, self.size.width - width)
            lines.styles.offset = (x, above.bottom)
            lines.light(lit=True)
            self.call_after_refresh(lines.show, FixedRows(rows, width), 0)
        self.show_keys()

    def _take(self) -> None:
        lines, field = self.query_one("#completions", VirtualLines), self._field("condition")
        text = self._offers[max(lines.cursor, 0)].insert
        start = self._start
        self._taken = field.text[:start] + text + field.text[field.at :]
        self._close_offers()
        field.set_text(self._taken, start + len(text))

    def _close_offers(self) -> None:
        self._offers = []
        self.query_one("#completions", VirtualLines).display = False
        self.show_keys()

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """While completions are open, tab and arrows belong to them."""
        if isinstance(event, events.Key) and self._offers and self._listed(event.key):
            event.stop()
            event.prevent_default()
            return
        await super().on_event(event)

    def _listed(self, key: str) -> bool:
        lines = self.query_one("#completions", VirtualLines)
        if key in ("up", "down"):
            step = 1 if key == "down" else -1
            lines.move_to((lines.cursor + step) % len(self._offers))
        elif key == "tab":
            self._take()
        elif key == "escape":
            self._close_offers()
        else:
            return False
        return True

    @on(Field.Submitted)
    def _submitted(self) -> None:
        self._set(go=False)

    def pressed(self, key: str) -> None:
        """Between fields, and setting."""
        if key in ("tab", "shift+tab"):
            names = ["condition", *_FIELDS]
            here = next((i for i, name in enumerate(names) if self._field(name).has_focus), 0)
            step = 1 if key == "tab" else -1
            self._field(names[(here + step) % len(names)]).focus()
        elif key in ("ctrl+g", "ctrl+enter"):
            self._set(go=True)
        elif key == "ctrl+@":
            self._offer()

    def _set(self, *, go: bool) -> None:
        try:
            point = self._made()
        except TtdebugError as error:
            self._close_offers()
            self._show(Checked.fault(error, refused=True))
            return
        self._page.desk.points.put(point)
        self._page.preferences.remember(self._page.preferences.conditions, point.text)
        self.leave(go)


def _condition_of(point: AnyPoint) -> str:
    return point.condition.text if point.condition is not None else ""


def _offer_line(offer: Candidate, width: int) -> Line:
    about = values.short(offer.value, 16) if offer.value is not MISSING else safe(offer.about)
    count = numbers.plural(offer.writes, "write") if offer.writes is not None else lit("")
    right = [span(cells.fit(about, width // 2), "dim"), span(cells.pad_left(count, 12), "faint")]
    return line.sides([span(" "), span(safe(offer.text))], [*right, span(" ")], width)
