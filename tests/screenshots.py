"""Takes the pictures in screenshots/ from the real program in a real terminal.

Needs `rsvg-convert` (Debian: librsvg2-bin) and a monospace
font with box drawing, such as DejaVu Sans Mono.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import pyte.screens

from tests.support import ROOT, SAMPLES
from tests.terminal import Terminal

CELL_WIDTH, CELL_HEIGHT, FONT_SIZE = 9.03, 19, 15
MARGIN = 12
FONTS = "DejaVu Sans Mono, Menlo, Consolas, monospace"
HUNT = (":", "break state.budget.remaining == null", "enter", "c")
WORDS = re.compile("[\u2801-\u28ff]|[^ \u2800-\u28ff]+")
TRIP = str(SAMPLES / "trip_planning" / "run.ttd")


@dataclass(frozen=True)
class Shot:
    """A picture: what is opened, at what size, and what is typed."""

    name: str
    columns: int
    rows: int
    keys: Sequence[str] = HUNT
    words: Sequence[str] = (TRIP, "--watch", "budget.remaining", "--watch", "budget.spent")
    theme: str = "dark"
    env: dict[str, str] = field(default_factory=dict)
    ready: str = "Timeline"


SHOTS = (
    Shot("main-200x50", 200, 50),
    Shot("main-120x40", 120, 40),
    Shot("main-80x24", 80, 24),
    Shot("main-200x50-light", 200, 50, theme="light"),
    Shot("state-200x50", 200, 50, (*HUNT, "T", "H")),
    Shot("breakpoint-120x40", 120, 40, (*HUNT, "b")),
    Shot("why-120x40", 120, 40, (*HUNT, "W")),
    Shot("compare-120x40", 120, 40, (":", "diff main:263 fix-budget:418", "enter")),
    Shot("drift-120x40", 120, 40, (":", "drift", "enter", ".")),
    Shot("recordings-120x40", 120, 40, (), (), ready="recordings"),
    Shot("align-160x40", 160, 40, (":", "align fix-budget", "enter", "n")),
)


def take(shot: Shot, folder: Path) -> None:
    """Run the program, press the keys and save what the terminal shows as a PNG."""
    with tempfile.TemporaryDirectory() as state:
        argv = [sys.executable, "-m", "ttdebug", *(["open"] if shot.words else []), *shot.words]
        env = {"TTDEBUG_STATE": state, "TTDEBUG_CACHE": state, "TTDEBUG_THEME": shot.theme}
        env |= {"HOME": state, "PYTHONPATH": str(ROOT), **shot.env}
        place = Path(state) / "agents"
        shutil.copytree(SAMPLES, place)
        with Terminal(argv, shot.columns, shot.rows, folder=place, env=env) as terminal:
            terminal.wait_for(shot.ready)
            terminal.settle(0.6)
            terminal.press(*shot.keys, quiet=0.6)
            picture = svg(terminal.screen)
    source = folder / f"{shot.name}.svg"
    source.write_text(picture, "utf-8")
    target = folder / f"{shot.name}.png"
    subprocess.run(["rsvg-convert", str(source), "-o", str(target)], check=True)
    source.unlink()


def svg(screen: pyte.screens.Screen) -> str:
    """A terminal screen as SVG: one text element per run of cells that look alike."""
    width = screen.columns * CELL_WIDTH + 2 * MARGIN
    height = screen.lines * CELL_HEIGHT + 2 * MARGIN
    page = _page(screen)
    body = "\n".join(part for y in range(screen.lines) for part in _row(screen, y, page))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'font-family="{FONTS}" font-size="{FONT_SIZE}">'
        f'<rect width="100%" height="100%" fill="{page}"/>\n{body}\n</svg>\n'
    )


def _page(screen: pyte.screens.Screen) -> str:
    """The commonest background."""
    found = [_colour(cell.bg, "#000000") for row in screen.buffer.values() for cell in row.values()]
    return max(set(found), key=found.count)


def _row(screen: pyte.screens.Screen, y: int, page: str) -> Iterator[str]:
    for x, length, cell, text in _runs(screen, y):
        back, fore = _colour(cell.bg, page), _colour(cell.fg, "#ffffff")
        if cell.reverse:
            back, fore = fore, back
        left, top = MARGIN + x * CELL_WIDTH, MARGIN + y * CELL_HEIGHT
        if back != page:
            yield (
                f'<rect x="{left:.2f}" y="{top}" width="{length * CELL_WIDTH + 0.3:.2f}" '
                f'height="{CELL_HEIGHT + 0.3}" fill="{back}"/>'
            )
        for offset, word in _words(text):
            yield (
                f'<text x="{left + offset * CELL_WIDTH:.2f}" y="{top + FONT_SIZE - 0.5}" '
                f'fill="{fore}"{_attributes(cell)} '
                f'textLength="{len(word) * CELL_WIDTH:.2f}" lengthAdjust="spacingAndGlyphs">'
                f"{escape(word)}</text>"
            )


def _runs(screen: pyte.screens.Screen, y: int) -> Iterator[tuple[int, int, pyte.screens.Char, str]]:
    """(column, length, a cell that stands for all, text) of cells that look alike."""
    row = screen.buffer[y]
    start = 0
    for x in range(1, screen.columns + 1):
        if x == screen.columns or row[x]._replace(data="") != row[start]._replace(data=""):
            text = "".join(row[at].data or " " for at in range(start, x))
            yield start, x - start, row[start], text
            start = x


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Words with their offset: renderers disagree about spaces, so none is drawn.

    Braille stands alone, each in its cell: it often comes from a font with other widths.
    """
    for found in WORDS.finditer(text):
        yield found.start(), found[0]


def _attributes(cell: pyte.screens.Char) -> str:
    lines = [
        name
        for name, on in (("underline", cell.underscore), ("line-through", cell.strikethrough))
        if on
    ]
    return (
        (' font-weight="bold"' if cell.bold else "")
        + (' font-style="italic"' if cell.italics else "")
        + (f' text-decoration="{" ".join(lines)}"' if lines else "")
    )


def _colour(name: str, default: str) -> str:
    return f"#{name}" if len(name) == 6 and name != "default" else default


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "screenshots")
    target = parser.parse_args().folder
    target.mkdir(exist_ok=True)
    for each in SHOTS:
        take(each, target)
        print(target / f"{each.name}.png")
