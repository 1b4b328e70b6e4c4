"""Which parts stand where at a given size; pure numbers, so that every width can be tested."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

Pane: TypeAlias = Literal["timeline", "side", "causality"]
Zone: TypeAlias = Literal["timeline", "diff", "state", "event", "causality", "drawer"]
"""What has the focus, as far as keys are concerned."""

TABS: Final[tuple[Zone, ...]] = ("timeline", "diff", "state", "event", "causality")
SIDES: Final[tuple[Zone, ...]] = ("diff", "state", "event")

LEAST: Final = (60, 16)
NARROW: Final = 100
WIDE: Final = 160
_WIDE_SHARES: Final = (46, 30, 24)
_MIDDLE_SHARES: Final = (43, 34, 23)
_STATE_SHARES: Final = (43, 33, 24)
"""With the state open the middle pane needs room for values beside keys."""
SHORT: Final = 24


class Shape(NamedTuple):
    """The rows and columns of every part; a width or height of 0 means it is not shown."""

    width: int
    height: int
    minimap: int
    panes: tuple[int, int, int]
    body: int
    drawer: int
    drawer_left: int
    changed: int
    watch: int

    @property
    def narrow(self) -> bool:
        """Whether panes are tabs."""
        return self.width < NARROW

    @property
    def dividers(self) -> list[int]:
        """The columns between the panes."""
        first, second, _ = self.panes
        return [first, first + 1 + second]

    @property
    def wide(self) -> bool:
        """Whether all columns and labels are shown."""
        return self.width >= WIDE


def fits(width: int, height: int) -> bool:
    """Whether there is room for anything at all."""
    return width >= LEAST[0] and height >= LEAST[1]


def shape(
    width: int,
    height: int,
    zone: Zone,
    *,
    maximised: bool = False,
    history: bool = False,
    plotted: bool = True,
    listed: bool = False,
    watched: bool = True,
    rows: int = 4,
) -> Shape:
    """The shape for a size, the focused zone and what is open.

    `rows` is how many lines the drawer would like; `watched` whether there is a watch to show.
    On a narrow screen there is a drawer while a `history` or a list that was asked for is open.
    The history of numbers is `plotted` beside its writes; others, and a list with no watches beside
    it, have the whole width.
    """
    if width < NARROW:
        drawer = min(9, height // 3) if history else 4 if listed else 0
        left = width * 54 // 100 if history and plotted else width
        return _narrow(width, height, zone, drawer, left, maximised=maximised, watched=watched)
    minimap = 3 if height >= SHORT and watched else 2
    most = 4 if width >= WIDE else 3
    drawer = max(2, min(most, rows)) if height >= SHORT else 2
    if history:
        drawer = max(drawer, min(14, height // 3))
    if maximised:
        drawer = height - 4 - minimap if zone == "drawer" else 0
    body = max(0, height - 3 - minimap - (drawer + 1 if drawer else 0))
    alone = maximised and zone != "drawer"
    panes = _only(width, zone) if alone else _shares(width, zone)
    left = width * 57 // 100 if width >= WIDE else width * 48 // 100
    if not plotted if history else listed and not watched:
        left = width
    return Shape(width, height, minimap, panes, body, drawer, left, 0, 0)


def _narrow(
    width: int, height: int, zone: Zone, drawer: int, left: int, *, maximised: bool, watched: bool
) -> Shape:
    below = zone in ("timeline", "drawer") and not maximised
    minimap = 2 if height >= SHORT - 2 else 1
    if not below:
        drawer = 0
    elif zone == "drawer":
        drawer = drawer or 4
    plain = below and not drawer
    watch = 1 if plain and watched and height >= SHORT else 0
    changed = 4 if plain and height >= SHORT - 4 else 0
    under = drawer or changed
    body = height - 3 - minimap - (under + 1 if under else 0) - watch
    panes = _only(width, zone)
    return Shape(width, height, minimap, panes, body, drawer, left, changed, watch)


def _only(width: int, zone: Zone) -> tuple[int, int, int]:
    if zone in SIDES:
        return (0, width, 0)
    return (0, 0, width) if zone == "causality" else (width, 0, 0)


def _shares(width: int, zone: Zone) -> tuple[int, int, int]:
    wide = _STATE_SHARES if zone == "state" else _WIDE_SHARES
    shares = wide if width >= WIDE else _MIDDLE_SHARES
    room = width - 2
    first = room * shares[0] // 100
    second = room * shares[1] // 100
    return (first, second, room - first - second)
