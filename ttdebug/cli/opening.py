"""`open`, `demo` and the picker: the screen in a terminal, a static report anywhere else."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import Reading, reading_options
from ttdebug.cli.output import narrate, say_lines
from ttdebug.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ttdebug.model import Position
    from ttdebug.store.trace import Trace
    from ttdebug.view.tour import Hint

DEMO = "trip_planning/run.ttd"


@click.command(
    "open",
    short_help="Open a recording in the debugger.",
    epilog="\b\nExamples:\n  ttdebug run.ttd\n  ttdebug open run.ttd --at 256\n"
    "  ttdebug open run.ttd --break 'state.budget.remaining == null'\n"
    "  ttdebug open run.ttd --timeline fix-budget --at 50% --watch budget.remaining\n"
    "  ttdebug open run.ttd --follow\n"
    "  gzip -dc session.jsonl.gz | ttdebug open -",
)
@reading_options
@click.option("--at", metavar="POS", help="Start just after this event; default: the start.")
@click.option("--break", "breaks", multiple=True, metavar="COND", help="Stop here; may repeat.")
@click.option("--watch", "watches", multiple=True, metavar="SP", help="Watch a path; may repeat.")
@click.option("--timeline", metavar="T", help="Start on this timeline.")
@click.option("--session", metavar="FILE", help="Load and save breakpoints, marks and notes here.")
@click.option("--follow", is_flag=True, help="Stay at the end while it is being recorded.")
def open_command(
    reading: Reading,
    at: str | None,
    breaks: tuple[str, ...],
    watches: tuple[str, ...],
    timeline: str | None,
    session: str | None,
    follow: bool,
) -> int:
    """Open a recording in the debugger; off a terminal, print a report of the position instead."""
    if follow:
        _wait_for(reading)
        at = at or "end"
    return show(reading, at, breaks, watches, timeline, session, follow=follow)


@click.command(
    "demo",
    short_help="Open a sample run with a planted bug.",
    epilog="\b\nExamples:\n  ttdebug demo\n  ttdebug demo | less",
)
def demo_command() -> int:
    """Open the sample recording of a planning run that overspent, with three hints to its bug."""
    from ttdebug.view import tour

    path = sample(DEMO)
    if not _in_terminal():
        show(Reading(str(path)), breaks=[tour.CONDITION], watches=[tour.WATCHED])
        for line in tour.without_a_terminal(str(path)):
            narrate(line)
        return 0
    return show(Reading(str(path)), guide=tour.STEPS)


def show(
    reading: Reading,
    at: str | None = None,
    breaks: Sequence[str] = (),
    watches: Sequence[str] = (),
    timeline: str | None = None,
    session: str | None = None,
    guide: Sequence[Hint] = (),
    *,
    follow: bool = False,
    told: str = "",
) -> int:
    """Open the debugger in a terminal, or print the static report."""
    _refuse_faulty(breaks, watches)
    interactive = _in_terminal(keys_elsewhere=reading.path == "-")
    if interactive and _is_plain_folder(reading.path):
        chosen = _picked(Path(reading.path))
        if chosen is None:
            return 0
        reading = replace(reading, path=str(chosen))
    whole = bool(at or breaks or timeline or reading.run) or not interactive
    if follow and interactive:
        opened = reading.growing()
    else:
        opened = reading.opened() if whole else reading.streamed()
    with opened as trace:
        position = _start(trace, reading, at, timeline, breaks)
        if not interactive:
            return _report(trace, position, watches)
        if reading.path == "-":
            _take_terminal()
        gc.disable()  # no module is garbage; the app looks for some once its first frame is there
        from ttdebug.tui.app import DebuggerApp

        app = DebuggerApp(
            trace,
            at=position if at or breaks or timeline or guide else None,
            timeline=position.timeline,
            breakpoints=breaks,
            watches=watches,
            session=Path(session) if session else None,
            guide=guide,
            follow=follow,
            told=told,
        )
        again = app.run()
    if again is not None:
        return show(reading, "end" if follow else None, session=session, follow=follow, told=again)
    return app.return_code or 0


def _refuse_faulty(breaks: Sequence[str], watches: Sequence[str]) -> None:
    """Find faults in conditions and paths before anything is opened."""
    from ttdebug import paths

    if breaks:
        from ttdebug.replay import conditions  # loading the language is a twentieth of a start

        for condition in breaks:
            conditions.compile(condition)
    for path in watches:
        paths.parse(path)


def _wait_for(reading: Reading) -> None:
    """Wait until there is something to open; says so if that is not at once."""
    from contextlib import closing

    from ttdebug.formats import following

    if reading.path == "-":
        raise UsageError("--follow reads a file as it grows; name one instead of -")
    steps = following.follow(
        reading.path, reading.open,
        waiting=lambda: narrate(f"Waiting for {reading.path}, ctrl-c stops"),
    )  # fmt: skip
    with closing(steps):
        next(steps)


def pick(ctx: click.Context) -> int:
    """Without a PATH: the picker in a terminal, the help text elsewhere."""
    if not _in_terminal():
        click.echo(ctx.get_help())
        return 0
    chosen = _picked(Path.cwd())
    return 0 if chosen is None else show(Reading(str(chosen)))


def _picked(folder: Path) -> Path | None:
    from ttdebug.tui.picker import pick_recording

    return pick_recording(folder)


def _is_plain_folder(path: str) -> bool:
    """Whether a path is a folder that may hold recordings, and none itself."""
    from ttdebug.formats import registry

    folder = Path(path).expanduser()
    return folder.is_dir() and registry.inside(folder) is None


def sample(name: str) -> Path:
    """A recording that comes with ttdebug: in the package if installed, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "sample_traces", package.parent / "sample_traces"):
        if (folder / name).is_file():
            return folder / name
    raise NotFoundError(f"The sample recording {name} is not installed with ttdebug")


def _start(
    trace: Trace, reading: Reading, at: str | None, timeline: str | None, breaks: Sequence[str]
) -> Position:
    """Where to begin: --at, else the first stop of a --break on main, else the start."""
    from ttdebug.model import Position
    from ttdebug.replay import names, positions

    if timeline is None and at is None:
        line = (reading.chosen_run(trace) or names.newest_run(trace)).timelines[0]
    else:
        line = reading.default_timeline(trace, timeline)
    if at is not None and timeline is None:
        return reading.position(trace, at)
    if at is not None:
        return positions.parse(trace, at, timeline=line.id)
    return Position(line.id, _first_stop(trace, line.id, breaks))


def _first_stop(trace: Trace, timeline: int, breaks: Sequence[str]) -> int:
    """Where the first of the conditions that ever hits does so first; 0 if none does."""
    if breaks:
        from ttdebug.replay import conditions, hits  # see `_refuse_faulty`

        for condition in breaks:
            for hit in hits.find(trace, conditions.compile(condition), timeline=timeline):
                return hit.seq
    return 0


def _report(trace: Trace, position: Position, watches: Sequence[str]) -> int:
    from ttdebug.view import report

    say_lines(report.lines(trace, position, watches=watches))
    narrate("Not a terminal, so this is the report. Run it in a terminal for the debugger")
    return 0


def _in_terminal(*, keys_elsewhere: bool = False) -> bool:
    """Whether a screen can be shown: it is painted through stdout, keys come through stdin."""
    return sys.stdout.isatty() and (keys_elsewhere or sys.stdin.isatty())


def _take_terminal() -> None:
    """The trace came through stdin; keys must come from the terminal itself."""
    terminal = os.open("/dev/tty", os.O_RDWR)
    os.dup2(terminal, 0)
    os.close(terminal)
