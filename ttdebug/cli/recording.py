"""`record`: runs a program that knows nothing of it, and records what its framework tells."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING

import click

from ttdebug.cli.output import complain, narrate
from ttdebug.errors import TtdebugError

if TYPE_CHECKING:
    from ttdebug.recorder.launch.ending import Ended
    from ttdebug.store.writer import Durability

_EPILOG = """\
\b
Examples:
  ttdebug record agent.py --goal "a trip"     to run-DATE-TIME.ttd, here
  ttdebug record -o trip.ttd -m agent --goal "a trip"
  ttdebug record -- python agent.py           by the python on the path
  ttdebug record --state agent:memory agent.py
"""


@click.command(
    "record",
    short_help="Run a program and record it: LangGraph, OpenAI Agents, OpenTelemetry, logging.",
    epilog=_EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("-o", "--output", metavar="RUN.ttd", help="Where to; a run is added to a recording.")
@click.option("--agent", default="agent", show_default=True, help="Who acts if nobody is named.")
@click.option(
    "--durability",
    type=click.Choice(["process", "power", "batch"]),
    default="process",
    show_default=True,
    help="What an event survives: the process's death, a power cut, neither for 50 ms.",
)
@click.option("--state", metavar="MODULE:NAME", help="A global that is --agent's state.")
@click.argument("command", metavar="[--] COMMAND...", nargs=-1, type=click.UNPROCESSED)
def record_command(
    output: str | None,
    agent: str,
    durability: Durability,
    state: str | None,
    command: tuple[str, ...],
) -> int:
    """Run a Python program, unchanged, and record what it does.

    COMMAND is a Python file, `-m MODULE`, or any command that runs Python. Calls of LangChain,
    LangGraph, OpenAI Agents and pydantic-ai are recorded, spans of OpenTelemetry, and what is
    logged, each if the program uses it. Its input, output and exit code are its own (but 1 if it
    ended well and nothing was recorded), and a run ends as its process did, behind `sh -c`,
    `timeout`, `uv run` and the like too. Processes that it starts record to files of their own.
    """
    from ttdebug.recorder.launch import Wishes, homes
    from ttdebug.recorder.launch.ending import Ended

    argv = _resolved(command)
    path = _target(output)
    if state is not None and not all(state.partition(":")):
        raise click.BadParameter("write MODULE:NAME, such as agent:memory", param_hint="--state")
    name = Path(command[1 if command[0] == "-m" else 0]).name
    before, began = _events(path), time.time()
    with TemporaryDirectory(prefix="ttdebug-") as folder:
        wishes = Wishes(str(path), agent, name, durability, state, homes(), os.getpid(), folder)
        pid, code = _run(argv, wishes.environment(os.environ))
        nothing = _told(path, before, began, Ended(pid, code, Path(folder)))
    return (code if code >= 0 else 128 - code) or nothing


def _resolved(command: Sequence[str]) -> list[str]:
    """The words to start the program with."""
    if not command:
        raise click.UsageError("Name the program to record, such as `ttdebug record agent.py`.")
    first = command[0]
    if first == "-m" and len(command) == 1:
        raise click.UsageError("-m needs the name of a module.")
    if first.startswith("-") and first != "-m":
        raise click.NoSuchOption(first)
    place = Path(first)
    if first == "-m" or (place / "__main__.py").is_file():
        return [sys.executable, *command]
    if first.endswith(".py"):
        if not place.is_file():
            raise click.UsageError(f"No file {first}.")
        return [sys.executable, *command]
    if shutil.which(first) is None:
        hint = f" `ttdebug record -- python {first}` runs a Python file." if place.is_file() else ""
        raise click.UsageError(f"No command or Python file named {first!r}.{hint}")
    return list(command)


def _target(output: str | None) -> Path:
    path = Path(output or time.strftime("run-%Y%m%d-%H%M%S.ttd")).absolute()
    if path.is_dir():
        raise click.UsageError(f"{path} is a folder; name the file to record to.")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise click.UsageError(f"{path.parent} is no folder that can be written to.")
    return path


def _run(argv: Sequence[str], environment: dict[str, str]) -> tuple[int, int]:
    """Run the program to its end; returns its process id, and its exit code or minus its signal."""
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, _: FrameType | None) -> None:
        if child is not None and not (number == signal.SIGINT and _in_foreground()):
            child.send_signal(number)

    with _handling(pass_on):
        try:
            child = subprocess.Popen(argv, env=environment)
        except OSError as error:
            raise click.UsageError(f"{argv[0]} cannot be run: {error.strerror}.") from None
        return child.pid, child.wait()


@contextmanager
def _handling(handler: signal._HANDLER) -> Iterator[None]:
    """Let signals that ask to stop go to `handler`."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = [(number, signal.signal(number, handler)) for number in numbers]
    try:
        yield
    finally:
        for number, known in before:
            signal.signal(number, known)


def _in_foreground() -> bool:
    """Whether a terminal's Ctrl-C reaches the program as well, which shares our group."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def _told(path: Path, before: int, began: float, ended: Ended) -> int:
    """End what was recorded and say what that is; 1 if that was nothing."""
    try:
        recorded = _ended(path, before, ended, passed_on=True)
        if recorded <= 0:
            complain(
                "nothing was recorded: no Python ran, or it ignored its environment (-I, -E or -S),"
                f" or {_shown(path)} was removed"
            )
            return 1
        narrate(f"ttdebug: recorded {recorded:,} events: ttdebug open {shlex.quote(_shown(path))}")
    except TtdebugError as fault:  # the command left a process behind that is at it still
        complain(str(fault))
    for other in sorted(path.parent.glob(f"{path.stem}.*{path.suffix}")):
        number = other.name.removeprefix(f"{path.stem}.").removesuffix(path.suffix)
        if number.isdigit() and other.stat().st_mtime >= began:
            _tell_other(other, number, ended)
    return 0


def _tell_other(path: Path, number: str, ended: Ended) -> None:
    """End what a process that the program started recorded, and say it."""
    try:
        events = _ended(path, 0, ended)
        narrate(f"ttdebug: and {events:,} of process {number}: {_shown(path)}")
    except TtdebugError as fault:
        complain(str(fault))


def _ended(path: Path, before: int, ended: Ended, *, passed_on: bool = False) -> int:
    """End the runs that began after event `before`; how many events were recorded since."""
    from ttdebug.recorder.launch.ending import end

    if _events(path) > before:
        end(path, before, ended, passed_on=passed_on)
    return _events(path) - before


def _events(path: Path) -> int:
    """How many events a recording has, which is sealed first if its program was killed."""
    from ttdebug.store.sealing import seal
    from ttdebug.store.trace import Trace

    if not path.exists() or not path.stat().st_size:
        return 0
    seal(path)
    with Trace.open(path) as trace:
        return trace.last_seq


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
