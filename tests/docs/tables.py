"""The tables of README, made from the code; `python -m tests.docs.tables` rewrites them."""

from __future__ import annotations

from itertools import zip_longest

import click

from tests.support import ROOT
from ttdebug.cli.app import COMMANDS, commands
from ttdebug.tui.actions import ACTIONS, Action

README = ROOT / "README.md"
NAMES = {"down": "↓", "up": "↑", "left": "←", "right": "→"}


def key_table() -> str:
    """Every key, grouped as the help screen groups it, two to a row."""
    rows = ["| | key | does | key | does |", "|---|---|---|---|---|"]
    for group in dict.fromkeys(action.group for action in ACTIONS):
        cells = [
            f"{_keys(action)} | {action.title} (`{action.id}`)"
            for action in ACTIONS
            if action.group == group and action.keys
        ]
        half = (len(cells) + 1) // 2
        pairs = zip_longest(cells[:half], cells[half:], fillvalue=" | ")
        for at, (left, right) in enumerate(pairs):
            rows.append(f"| {'' if at else group} | {left} | {right} |")
    return "\n".join(rows)


def _keys(action: Action) -> str:
    return " ".join(f"`{NAMES.get(key, key)}`" for key in action.keys)


def command_table() -> str:
    """Every command with its arguments and its first sentence."""
    rows = ["| command | does |", "|---|---|"]
    context = click.Context(commands)
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        usage = " ".join(command.collect_usage_pieces(click.Context(command)))
        arguments = usage.replace("[OPTIONS]", "").strip().replace("|", "\\|")
        text = (command.help or "").split("\n\n")[0].replace("\n", " ")
        rows.append(f"| `ttdebug {name}{' ' + arguments if arguments else ''}` | {text} |")
    return "\n".join(rows)


TABLES = {"keys": key_table, "commands": command_table}


def with_tables(text: str) -> str:
    """README with every generated block made anew."""
    for name, make in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        head, opened, rest = text.partition(start)
        _, closed, tail = rest.partition(end)
        if not (opened and closed):
            raise ValueError(f"README has no block for {name}")
        text = head + start + make() + end + tail
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")
