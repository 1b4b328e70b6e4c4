"""`gc`: recordings made smaller by rules, never the inside of a run that stays."""

from __future__ import annotations

import time
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import Progress, Reading, json_option
from ttdebug.cli.output import narrate, say, say_json
from ttdebug.errors import TtdebugError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ttdebug.analyze.retention import Candidate, Guard, Verdict
    from ttdebug.formats.rewriting import Moved
    from ttdebug.store.trace import Trace

_COUNT = click.IntRange(min=0)


@click.command(
    "gc",
    short_help="Drop old runs and checkpoint marks.",
    epilog="\b\nExamples:\n  ttdebug gc . --keep 20 --max-age 30 --dry-run\n"
    "  ttdebug gc run.ttd --keep-per-kind 5 --dry-run\n"
    "  ttdebug gc run.ttd --keep 1 --even forks --dry-run",
)
@click.argument("paths", metavar="PATH|FOLDER...", nargs=-1, required=True)
@click.option("--keep", type=_COUNT, metavar="N", help="Runs beyond the newest N of all go.")
@click.option(
    "--max-age", type=click.FloatRange(min=0), metavar="DAYS", help="Runs and marks older go."
)
@click.option(
    "--keep-per-kind", type=_COUNT, metavar="N", help="Marks beyond the last N of a kind go."
)
@click.option("--max-count", type=_COUNT, metavar="N", help="Marks beyond a run's last N go.")
@click.option("--tagged-only", is_flag=True, help="Marks without a tag go.")
@click.option(
    "--even",
    multiple=True,
    type=click.Choice(["errors", "forks", "bookmarks"]),
    metavar="WHAT",
    help="Let go also what has errors, forks or bookmarks; repeats.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@json_option
def gc_command(
    paths: tuple[str, ...],
    keep: int | None,
    max_age: float | None,
    keep_per_kind: int | None,
    max_count: int | None,
    tagged_only: bool,
    even: tuple[Guard, ...],
    dry_run: bool,
    as_json: bool,
) -> int:
    """Drop whole runs, and marks of checkpoints in runs that stay, by the rules given.

    Nothing goes without a rule. Runs with errors, forks or your bookmarks stay, and so do the
    marks that were made after an error, that a timeline forks from or that you bookmarked. A
    mark's event stays where it was, with its time and its state, and loses name, kind and tags.

    What is left of a recording takes its place at once, under a chain of its own that says what
    was dropped; events are numbered anew where runs before them went, and keep their old number
    as source.seq. Recordings that are being written, or were never closed, stay as they are.
    """
    from ttdebug.analyze.retention import DAY, GUARDS, Rules, judge

    age = None if max_age is None else round(max_age * DAY)
    guards = [guard for guard in GUARDS if guard not in even]
    rules = Rules(keep, age, keep_per_kind, max_count, tagged_only, guards)
    if rules._replace(guards=GUARDS) == Rules():
        raise UsageError(
            "No rule says what may go. Give --keep, --max-age, --keep-per-kind, --max-count or"
            " --tagged-only"
        )
    collector = _Collector(paths)
    verdicts = judge(collector.candidates(), rules, time.time_ns())
    for verdict in verdicts:
        _say_verdict(verdict, as_json)
    if not dry_run:
        for file, those in groupby(verdicts, lambda one: one.candidate.file):
            collector.collect(Path(file), list(those))
    about = sum(one.candidate.told.size for one in verdicts if one.goes)
    if dry_run:
        _say_total(verdicts, about, as_json, dry_run=True)
    else:
        _say_total(collector.done, collector.freed, as_json, dry_run=False)
    return 3 if collector.faults else 0


class _Collector:
    """Looks at recordings and lets go of what was decided; a file that fails is told of."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        from ttdebug.cli.files import recordings

        found = (file for path in paths for file, _ in recordings(path))
        self._files = list({file.resolve(): file for file in found}.values())
        self.faults = 0
        self.freed = 0
        self.done: list[Verdict] = []

    def candidates(self) -> Iterator[Candidate]:
        """The runs of all recordings that may be touched."""
        from ttdebug.analyze.retention import survey
        from ttdebug.tui.session import load_session, session_path

        for file in self._files:
            try:
                with Reading(str(file)).open() as trace:
                    reason = _untouchable(trace, file)
                    if reason:
                        narrate(f"{file} stays: {reason}")
                        continue
                    marks = load_session(session_path(trace)).marks.values()
                    yield from survey(trace, str(file), list(marks))
            except TtdebugError as fault:
                self._fail(fault)

    def collect(self, file: Path, verdicts: Sequence[Verdict]) -> None:
        """Write one recording anew, or remove it where no run stays."""
        from ttdebug.analyze import remains
        from ttdebug.formats import rewriting

        gone = [one for one in verdicts if one.goes]
        if not gone and not any(one.marks for one in verdicts):
            return
        progress = Progress("Rewriting")
        try:
            size = file.stat().st_size
            choose = partial(remains.part_of, verdicts=verdicts, progress=progress)
            sessions = _Sessions(file)
            moved = rewriting.rewrite(file, choose, remains.said_of(verdicts))
            if moved is not None:
                sessions.follow(moved)
                size -= file.stat().st_size
            self.freed += size
            self.done += verdicts
        except (TtdebugError, OSError) as fault:
            self._fail(fault)
        finally:
            progress.end()

    def _fail(self, fault: TtdebugError | OSError) -> None:
        self.faults += 1
        narrate(f"warning: {fault}")


class _Sessions:
    """What a person added while looking at a recording follows it where numbers change."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._old = self._path()

    def follow(self, moved: Moved) -> None:
        """Keep bookmarks and breakpoints under the recording's new identity."""
        from ttdebug.tui.session import load_session, save_session

        if not self._old.exists():
            return
        session = load_session(self._old)
        places = {name: moved.position(at) for name, at in session.marks.items()}
        session.marks = {name: at for name, at in places.items() if at is not None}
        session.position = session.position and moved.position(session.position)
        new = self._path()
        save_session(new, session, str(self._file))
        if new != self._old:
            self._old.unlink(missing_ok=True)

    def _path(self) -> Path:
        from ttdebug.tui.session import session_path

        with Reading(str(self._file)).open() as trace:
            return session_path(trace)


def _untouchable(trace: Trace, file: Path) -> str:
    """Why a file is left alone; "" if it is not."""
    from ttdebug.store.creation import is_sealed
    from ttdebug.store.schema import SUFFIX

    if trace.format != "ttd" or file.suffix != SUFFIX:
        return "only recordings (.ttd) are collected"
    if trace.being_written:
        return "it is being written"
    if not is_sealed(file.resolve()):  # a killed one has no closing event, sealed or not
        return f"it was not closed. `ttdebug seal {file}` does that"
    return ""


def _say_verdict(verdict: Verdict, as_json: bool) -> None:
    """A line for each run that goes, loses marks, or stays although a rule is against it."""
    from ttdebug.view import contents, numbers

    told, rule = verdict.candidate.told, verdict.rule
    if as_json:
        say_json(contents.verdict_record(verdict))
        return
    name = told.run.name or told.run.id
    where = f"{verdict.candidate.file}  run {name}"
    if verdict.goes:
        size = numbers.size(told.size)
        say(f"{where} goes: {rule} ({told.events:,} events, about {size})")
    elif rule is not None:
        say(f"{where} stays: {verdict.guard}, although {rule}")
    if verdict.marks:
        say(f"{where} loses {len(verdict.marks):,} of {len(verdict.candidate.marks):,} marks")


def _say_total(verdicts: Sequence[Verdict], size: int, as_json: bool, *, dry_run: bool) -> None:
    from ttdebug.view import numbers

    runs = sum(one.goes for one in verdicts)
    marks = sum(len(one.marks) for one in verdicts)
    if as_json:
        total = {"record": "total", "runs": runs, "checkpoints": marks, "bytes": size}
        say_json(total | {"dry_run": dry_run})
        return
    what = f"{numbers.plural(runs, 'run')} and {numbers.plural(marks, 'checkpoint mark')}"
    bytes_ = numbers.size(max(size, 0))
    say(f"{what} would go, about {bytes_}" if dry_run else f"{what} went, {bytes_} freed")
