"""`import`, `verify` and `completion`: files in, files checked, and the shell taught."""

from __future__ import annotations

from pathlib import Path

import click

from ttdebug.cli.options import Progress, Reading, format_options
from ttdebug.cli.output import narrate, say, say_json, warn_all
from ttdebug.errors import NotFoundError, UsageError


@click.command(
    "import",
    short_help="Convert a trace into a recording of ours.",
    epilog="\b\nExamples:\n  ttdebug import session.jsonl -o session.ttd\n"
    "  ttdebug import log.jsonl -o log.ttd --map time=ts,type=kind",
)
@click.argument("source", metavar="SRC")
@click.option("-o", "--output", required=True, metavar="OUT.ttd", help="The recording to write.")
@click.option("--force", is_flag=True, help="Overwrite OUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@format_options
def import_command(
    source: str,
    output: str,
    force: bool,
    as_json: bool,
    format: str | None,  # noqa: A002 - the option's name
    mapping: str | None,
) -> None:
    """Convert a trace of any known format into a recording file of ours."""
    from ttdebug import formats
    from ttdebug.view import contents

    target = Path(output)
    if output == "-":
        raise UsageError("A recording cannot go to standard output; name a file, -o OUT.ttd")
    check_target(source, target, force)
    progress = Progress("Importing")
    try:
        formats.import_file(source, target, format=format, mapping=mapping, progress=progress)
    finally:
        progress.end()
    with Reading(output).opened() as trace:
        record = contents.trace_record(trace)
        events = trace.last_seq
        warn_all(trace.warnings)
    if as_json:
        say_json({"path": output, "events": events} | record)
    else:
        say(f"{output}  {events:,} events, {record['size_bytes']:,} bytes")


def recordings(path: str) -> list[tuple[Path, str]]:
    """The file a path names, or all recordings of ours in a folder and a few levels below it.

    Each with its name there.
    """
    from ttdebug.formats import discovery, registry
    from ttdebug.store.schema import SUFFIX

    folder = Path(path)
    if not folder.is_dir() or registry.inside(folder) is not None:
        return [(folder, path)]
    found = [
        (one.path, one.name) for one in discovery.in_folder(folder) if one.path.suffix == SUFFIX
    ]
    if not found:
        raise NotFoundError(f"No recording (.ttd) is in {folder}. Name files of other formats")
    return sorted(found)


def check_target(source: str, target: Path, force: bool) -> None:
    """Refuse to write where that would lose something, or cannot work."""
    if not target.exists():
        if not target.parent.is_dir():
            raise UsageError(f"{target} cannot be written: {target.parent} is no folder")
        return
    if target.is_dir():
        raise UsageError(f"{target} is a folder; name a file in it")
    if source != "-" and Path(source).exists() and target.samefile(source):
        raise UsageError(f"{target} is the very file that is read; name another with -o")
    if not force:
        raise UsageError(f"{target} exists. --force overwrites it")


@click.command(
    "verify",
    short_help="Check that a recording is intact.",
    epilog="\b\nExamples:\n  ttdebug verify run.ttd\n  ttdebug verify run.ttd --deep --json",
)
@click.argument("path", metavar="PATH")
@click.option("--deep", is_flag=True, help="Also refold every state and rebuild the index.")
@click.option("--json", "as_json", is_flag=True, help="Print the finding as JSON.")
def verify_command(path: str, deep: bool, as_json: bool) -> int:
    """Check a recording's hash chain: intact to which event, and what is damaged."""
    progress = Progress("Verifying")
    with Reading(path).opened() as trace:
        if trace.format != "ttd":
            narrate(f"{path} is a {trace.format} file; what is checked is its conversion")
        try:
            found = trace.verify(deep=deep, progress=progress)
        finally:
            progress.end()
    if as_json:
        say_json(
            {"intact_to": found.intact_to, "events": found.total, "problems": list(found.problems)}
        )
    elif found.problems:
        say(f"intact to {found.intact_to:,} of {found.total:,} events")
        for problem in found.problems:
            say(f"  {problem}")
    else:
        say(f"intact to {found.intact_to:,}, all of {found.total:,} events")
    return 3 if found.problems else 0


@click.command(
    "completion",
    short_help="Print a script that completes in your shell.",
    epilog="\b\nExamples:\n  ttdebug completion bash >> ~/.bashrc\n"
    "  ttdebug completion zsh > ~/.zfunc/_ttdebug\n"
    "  ttdebug completion fish > ~/.config/fish/completions/ttdebug.fish",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes ttdebug's commands and options in your shell."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    script = found(ctx.find_root().command, {}, "ttdebug", "_TTDEBUG_COMPLETE")
    say_script(script.source())


def say_script(text: str) -> None:
    """Print a script of our own, unchanged."""
    click.echo(text)
