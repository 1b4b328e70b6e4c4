"""`check`: rules a recording has to keep, for CI; also while it is being written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ttdebug.cli.options import (
    Listing,
    Reading,
    agent_option,
    check_agent,
    json_option,
    listing_options,
    reading_options,
)
from ttdebug.cli.output import narrate, silence_stdout, warn_all
from ttdebug.errors import NotFoundError, TraceError, UsageError

if TYPE_CHECKING:
    from ttdebug.cli.verdicts import Verdicts
    from ttdebug.formats.following import Ending
    from ttdebug.store.trace import Trace


@click.command(
    "check",
    short_help="Rules a recording has to keep; exit 1 if it does not.",
    epilog="\b\nExamples:\n"
    "  ttdebug check run.ttd --never 'state.budget.remaining == null'\n"
    "  ttdebug check run.ttd --always 'state.budget.remaining >= 0' --agent booker\n"
    "  ttdebug check run.ttd --eventually 'event.name == \"pay\"' --json\n"
    "  ttdebug check run.ttd --file rules.toml --junit report.xml\n"
    "  ttdebug check run.ttd --file rules.toml --follow --timeout 60\n"
    "\n\b\nA rule file holds tables; all but the condition may be left out:\n"
    "  [[rule]]\n"
    '  name = "the budget stays known"\n'
    '  never = "state.budget.remaining == null"\n'
    '  agent = "booker"\n'
    '  run = "last"\n'
    '  missing = "ok"\n'
    "\n"
    "A condition on state alone is judged for each agent that ever had one of its paths, at every "
    "event from the agent's first snapshot on; --always is broken where a path is missing. Any "
    "other is judged at each event. --eventually is judged once per run, on the timeline on which "
    "it ended. Neighbouring events that break a rule are one violation; each event counts on the "
    "timeline that recorded it.\n"
    "\n"
    "A rule that reads a path nobody wrote in the whole recording may have a typo. Unless "
    "something breaks it, it is not judged, which is as bad as broken; --allow-missing, or missing "
    "in the file, takes such paths as they are, and exists(PATH) asks for them. An agent or a run "
    "that is not there is wrong usage.\n"
    "\n"
    "--json prints rule, kind, condition, run, timeline and agent (whose state, or who acted), the "
    "events first and last, until (the event that ended it, or null), then of the event to look at "
    "seq, time, elapsed, type, name and source, the reason, and open, the command to go there.\n"
    "\n"
    "--follow waits for the file, exits at the first violation, else when the recording is closed "
    "or its writer is gone; one that is closed already is judged as it is. Exit codes: 0 all rules "
    "kept, 1 one is broken or not judged, 2 a bad rule.",
)
@reading_options
@json_option
@listing_options
@click.option("--never", multiple=True, metavar="COND", help="Broken where it holds; may repeat.")
@click.option("--always", multiple=True, metavar="COND", help="Broken where it does not hold.")
@click.option("--eventually", multiple=True, metavar="COND", help="Broken if it never holds.")
@click.option("--file", "files", multiple=True, metavar="TOML", help="Rules from a file as well.")
@agent_option("Only this agent's states and events, unless a rule of a file names one.")
@click.option(
    "--allow-missing", is_flag=True, help="Judge rules though nobody wrote a path they read."
)
@click.option("--junit", metavar="FILE", help="Write the outcome as JUnit XML as well.")
@click.option("--follow", is_flag=True, help="Go on while the recording is being written.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="With --follow: stop when nothing new came for so long.",
)
def check_command(
    reading: Reading,
    listing: Listing,
    as_json: bool,
    never: tuple[str, ...],
    always: tuple[str, ...],
    eventually: tuple[str, ...],
    files: tuple[str, ...],
    agent: str | None,
    allow_missing: bool,
    junit: str | None,
    follow: bool,
    timeout: float | None,
) -> int:
    """Check rules: what must never, always or eventually be so. Prints where they are broken.

    --limit counts for each rule; without it a table lists 20.
    """
    from ttdebug.analyze.rules import KINDS, Rule, load
    from ttdebug.cli.verdicts import Verdicts

    texts = zip(KINDS, (never, always, eventually), strict=True)
    rules = [Rule.make(kind, text) for kind, given in texts for text in given]
    for file in files:
        rules += load(Path(file))
    if not rules:
        raise UsageError("No rule to check. Give --never, --always, --eventually or --file")
    rules = [rule.narrowed(agent, reading.run, missing_ok=allow_missing) for rule in rules]
    verdicts = Verdicts(rules, as_json=as_json)
    if timeout is not None and not follow:
        raise UsageError("--timeout says how long to wait with --follow; there is no other wait")
    if junit is not None and not Path(junit).parent.is_dir():
        raise UsageError(f"{junit} cannot be written: {Path(junit).parent} is no folder")
    try:
        if follow:
            _follow(reading, listing, verdicts, timeout)
        else:
            _whole(reading, listing, verdicts, agent)
    except KeyboardInterrupt:
        _report(verdicts, reading.path, junit)
        raise
    except BrokenPipeError:  # who reads no further has seen a violation: it still fails
        silence_stdout()
    _report(verdicts, reading.path, junit)
    return 1 if verdicts.broken else 0


def _whole(reading: Reading, listing: Listing, verdicts: Verdicts, agent: str | None) -> None:
    with reading.opened() as trace:
        _refuse_empty(trace)
        check_agent(trace, agent)
        verdicts.judge(trace, listing, *listing.bounds(trace, reading.chosen_run(trace)))


def _follow(reading: Reading, listing: Listing, verdicts: Verdicts, timeout: float | None) -> None:
    """Judge what is there and then what comes, up to the first violation or the end."""
    from ttdebug.formats import following

    if reading.path == "-" or listing.start or listing.stop or listing.reverse:
        raise UsageError(
            "--follow reads a file from its start as it grows; leave out -, --from, --to, --reverse"
        )
    path, seen = reading.path, 0
    for trace, ending in following.follow(
        path, reading.open, timeout=timeout, waiting=lambda: narrate(f"waiting for {path}")
    ):
        if ending is not None:
            narrate(_ended(ending, trace, timeout))
            warn_all(trace.warnings)
            _refuse_empty(trace)
            verdicts.judge(trace, listing, 1, trace.last_seq)
            return
        if not seen:
            narrate(f"following {path}, ctrl-c stops")
        try:
            if verdicts.judge_first(trace, seen + 1):
                return
        except TraceError:
            if trace.being_written:
                raise
            continue  # its writer left meanwhile, and so the file is another
        seen = trace.last_seq


def _ended(ending: Ending, trace: Trace, timeout: float | None) -> str:
    last = f"event {trace.last_seq:,}"
    if ending == "closed":
        return f"the recording was closed after {last}"
    if ending == "stopped":
        return f"the recording stopped after {last} without being closed: its writer is gone"
    return f"nothing came for {timeout:g} s after {last}; judged as it stands"


def _refuse_empty(trace: Trace) -> None:
    if not trace.last_seq:
        raise NotFoundError("No event was recorded, so that no rule was kept or broken")


def _report(verdicts: Verdicts, path: str, junit: str | None) -> None:
    from ttdebug.view import junit as document

    narrate(verdicts.summary)
    if junit is None:
        return
    try:
        Path(junit).write_bytes(document.document(verdicts.all, path))
    except OSError as fault:
        raise UsageError(f"{junit} cannot be written: {fault.strerror}") from None
