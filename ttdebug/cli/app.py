"""The command group: finds commands lazily, opens a bare PATH, makes every fault a line."""

from __future__ import annotations

import difflib
import importlib
import os
from collections.abc import Sequence
from pathlib import Path

import click

import ttdebug
from ttdebug.cli.output import (
    complain,
    finish_stdout,
    prepare_streams,
    render_marked,
    silence_stdout,
)
from ttdebug.errors import ConditionError, TtdebugError

COMMANDS = {
    "open": "ttdebug.cli.opening",
    "demo": "ttdebug.cli.opening",
    "info": "ttdebug.cli.inspecting",
    "events": "ttdebug.cli.inspecting",
    "state": "ttdebug.cli.inspecting",
    "diff": "ttdebug.cli.comparing",
    "break": "ttdebug.cli.breaking",
    "history": "ttdebug.cli.asking",
    "why": "ttdebug.cli.asking",
    "tree": "ttdebug.cli.asking",
    "search": "ttdebug.cli.searching",
    "check": "ttdebug.cli.checking",
    "import": "ttdebug.cli.files",
    "export": "ttdebug.cli.exporting",
    "record": "ttdebug.cli.recording",
    "verify": "ttdebug.cli.files",
    "seal": "ttdebug.cli.upkeep",
    "migrate": "ttdebug.cli.upkeep",
    "runs": "ttdebug.cli.runs",
    "checkpoints": "ttdebug.cli.checkpoints",
    "gc": "ttdebug.cli.retention",
    "formats": "ttdebug.cli.recognising",
    "cache": "ttdebug.cli.caching",
    "config": "ttdebug.cli.configuring",
    "completion": "ttdebug.cli.files",
}

EPILOG = """\
\b
Start here:
  ttdebug demo                               a recorded run with a bug
  ttdebug run.ttd                            open it (.jsonl and .gz too)
  ttdebug record agent.py                    run a program, record it
  ttdebug break run.ttd 'state.x == null'    where did this become true?
  ttdebug history run.ttd budget.remaining   who wrote this field?

\b
POS is an event number (123), 50%, +12.5s after the start, an ISO time,
start, end, a checkpoint ('name), or one of these on a timeline (fork-1:123).
SP is the path of a value in a state: budget.remaining, todo[id=5], /a/b.
PATH may be `-` for standard input. A bare PATH means `ttdebug open PATH`.

\b
Exit codes: 0 found or ok, 1 nothing found or a rule broken, 2 wrong usage,
3 nothing readable or damage found by verify, 130 interrupted. Answers go to
stdout, everything else to stderr.
"""


class Commands(click.Group):
    """Imports a command's module when it is named; a first word that looks like a file opens it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order they are taught."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found: object = getattr(importlib.import_module(module), f"{cmd_name}_command")
        assert isinstance(found, click.Command)
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; who reads no further, such as `head`, has what was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            silence_stdout()
            raise click.exceptions.Exit(0) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a bare PATH as `open PATH`; suggest the nearest command for a typo."""
        word = args[0]
        if word in COMMANDS:
            return super().resolve_command(ctx, args)
        if word == "-" or "." in word or os.sep in word or Path(word).exists():
            return super().resolve_command(ctx, ["open", *args])
        near = difflib.get_close_matches(word, COMMANDS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise click.UsageError(
            f"No command or file named {word!r}.{hint} `ttdebug --help` lists the commands."
        )


@click.group(
    cls=Commands,
    invoke_without_command=True,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(ttdebug.__version__, prog_name="ttdebug")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Time-travel debugger for AI agents: open a recorded run, go back, ask who changed what.

    Without arguments in a terminal: a picker of the recordings in this folder.
    """
    if ctx.invoked_subcommand is None:
        from ttdebug.cli.opening import pick

        ctx.exit(pick(ctx))


def run(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code; lets exceptions out only with --debug."""
    arguments, debug = _take_debug(argv)
    prepare_streams()
    try:
        code = commands.main(args=arguments, prog_name="ttdebug", standalone_mode=False)
        finish_stdout()
    except click.exceptions.Exit as outcome:
        return outcome.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("stopped")
        return 130
    except click.ClickException as fault:
        complain(_usage_text(fault), _usage_hint(fault))
        return fault.exit_code
    except TtdebugError as fault:
        if debug:
            raise
        complain(str(fault), _mark(fault))
        return fault.exit_code
    except Exception as fault:
        if debug:
            raise
        complain(_unexpected(fault))
        silence_stdout()
        return 3
    return code if isinstance(code, int) else 0


def _take_debug(argv: Sequence[str]) -> tuple[list[str], bool]:
    """Remove --debug wherever it stands before a `--`, so that it works behind any command."""
    arguments = list(argv)
    end = arguments.index("--") if "--" in arguments else len(arguments)
    command = next((at for at, word in enumerate(arguments) if not word.startswith("-")), end)
    if arguments[command : command + 1] == ["record"]:  # what follows may be a program's own
        end = command
    kept = [word for word in arguments[:end] if word != "--debug"]
    return kept + arguments[end:], len(kept) < end or bool(os.environ.get("TTDEBUG_DEBUG"))


def _usage_text(fault: click.ClickException) -> str:
    text = " ".join(fault.format_message().split("\n"))
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    if context is None or "unexpected extra argument" not in text:
        return text
    known = {name for one in context.command.params for name in one.opts}
    places = [told for option, told in _WORDS.items() if option in known]
    return f"{text}. {' and '.join(places)}" if places else text


_WORDS = {"--at": "A position is given with --at", "--path": "a path in the state with --path"}
"""What a word too many may be meant as."""


def _usage_hint(fault: click.ClickException) -> str:
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    if context is None or not context.info_name or context.parent is None:
        return ""
    return f"See `{context.command_path} --help`."


def _mark(fault: TtdebugError) -> str:
    return render_marked(fault) if isinstance(fault, ConditionError) else ""


def _unexpected(fault: Exception) -> str:
    """A full disk or a failing drive is the system's word; anything else is a fault of ours."""
    if isinstance(fault, OSError) and fault.strerror:
        where = f"{fault.filename}: " if fault.filename else ""
        return f"{where}{fault.strerror}"
    return (
        f"internal error, {type(fault).__name__}: {fault}. "
        "Run again with --debug for the traceback and report it"
    )
